// What a .vz file says of the name of the file that went in: only what its own name does not tell. Names are bytes, as
// the file system has them. Stored is the whole name, or '/' and what follows the stem of the .vz file's name, so that
// the name follows the .vz file when that is renamed.
import { VaezipError } from '../codec/error.ts';

/** As many as file systems allow. */
export const MAX_NAME_BYTES = 255;

const BEHIND_STEM = '/';
const FORBIDDEN = /[\0/\\]/;
const ONLY_DOTS = /^\.*$/;

/**
 * What to store, so that `restoredName` gives the name back: null where that needs nothing, and for a name that no
 * reader would take (a backslash outside the stem, nothing but dots). `ending` is what decoding appends without more
 * knowledge, as in '.png'.
 */
export function storedName(input: Uint8Array, vzName: Uint8Array, ending: string): Uint8Array | null {
  const name = textOf(input);
  const own = textOf(vzName);
  const stem = stemOf(own);
  if (name === nameWithout(own, ending) || ONLY_DOTS.test(name)) return null;
  const rest = name.slice(stem.length);
  const follows = stem !== '' && name.startsWith(stem) && /^(\.|$)/.test(rest);
  const stored = follows ? BEHIND_STEM + rest : name;
  return faultOf(stored) === null ? bytesOf(stored) : null;
}

/**
 * The name of the file that went in, from that of the .vz file and what is stored in it. Without the latter: the stem
 * with `ending`, which it may have already (a.png.vz). Throws VaezipError 'bad-file' for what is no name of a file.
 */
export function restoredName(vzName: Uint8Array, stored: Uint8Array | null, ending: string): Uint8Array {
  const own = textOf(vzName);
  if (stored === null) return bytesOf(nameWithout(own, ending));
  checkStoredName(stored);
  const text = textOf(stored);
  const name = text.startsWith(BEHIND_STEM) ? stemOf(own) + text.slice(1) : text;
  if (ONLY_DOTS.test(name)) throw new VaezipError('bad-file', `the name stored in it gives '${name}'`);
  return bytesOf(name);
}

/** Throws VaezipError 'bad-file' for what cannot be a file's name, or would lead out of its folder. */
export function checkStoredName(stored: Uint8Array): void {
  const fault = faultOf(textOf(stored));
  if (fault) throw new VaezipError('bad-file', `the name stored in it ${fault}`);
}

function faultOf(stored: string): string | null {
  if (stored.length > MAX_NAME_BYTES)
    return `has ${stored.length} bytes, beyond the limit of ${MAX_NAME_BYTES}`;
  const behindStem = stored.startsWith(BEHIND_STEM);
  if (FORBIDDEN.test(behindStem ? stored.slice(1) : stored)) return 'has a separator of folders or a NUL';
  if (!behindStem && ONLY_DOTS.test(stored)) return 'has nothing but dots';
  return null;
}

/** The .vz file's name without its own extension, if it has that. */
function stemOf(vzName: string): string {
  return vzName.replace(/\.vz$/i, '');
}

/** The rule where no name is stored. */
function nameWithout(vzName: string, ending: string): string {
  const stem = stemOf(vzName);
  return stem.toLowerCase().endsWith(ending.toLowerCase()) ? stem : stem + ending;
}

// A letter for each byte: names need not be UTF-8.
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
