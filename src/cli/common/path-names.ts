// Names of files as strings that lose no byte: what is not UTF-8 in a name (old archives have such) stands as a lone
// surrogate, U+DC80 to U+DCFF for the bytes 80 to FF, as Python's os.fsdecode has it (PEP 383). `osPath` gives what the
// functions of node:fs take; every path goes through it.
import { readFileSync } from 'node:fs';

const FIRST_ESCAPE = 0xdc00;
const ESCAPES = /[\udc80-\udcff]/;
/** Alone, not as the second half of a pair. */
const LONE_ESCAPE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const REPLACEMENT = '\ufffd';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The name that bytes of the file system are. */
export function nameOfBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return withEscapes(bytes);
  }
}

/** The bytes that a name is on the file system. */
export function bytesOfName(name: string): Uint8Array {
  if (!ESCAPES.test(name)) return Buffer.from(name);
  const parts = Array.from(name, (character) => {
    const code = character.codePointAt(0) as number;
    return LONE_ESCAPE.test(character) ? Buffer.of(code - FIRST_ESCAPE) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** The path as functions of the file system take it. */
export function osPath(path: string): string | Buffer {
  return LONE_ESCAPE.test(path) ? (bytesOfName(path) as Buffer) : path;
}

/**
 * The words of the command line, the last ones of the process's, with the bytes of those that are not UTF-8, which Node
 * replaces, where the system tells them (Linux).
 */
export function wordsWithBytes(words: readonly string[]): string[] {
  if (!words.some((word) => word.includes(REPLACEMENT))) return [...words];
  try {
    const all = readFileSync('/proc/self/cmdline').subarray(0, -1);
    const raw = all.toString('latin1').split('\0').slice(-words.length);
    return raw.map((word) => nameOfBytes(Buffer.from(word, 'latin1')));
  } catch {
    return [...words];
  }
}

/** Takes characters as long as they are UTF-8, and single bytes where they are not. */
function withEscapes(bytes: Uint8Array): string {
  let name = '';
  for (let start = 0; start < bytes.length; ) {
    const length = [1, 2, 3, 4].find((length) => isCharacter(bytes.subarray(start, start + length)));
    name += length
      ? strict.decode(bytes.subarray(start, start + length))
      : String.fromCharCode(FIRST_ESCAPE + bytes[start]);
    start += length ?? 1;
  }
  return name;
}

function isCharacter(bytes: Uint8Array): boolean {
  try {
    return strict.decode(bytes).length > 0;
  } catch {
    return false;
  }
}
