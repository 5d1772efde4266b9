// Names of members of archives: what they may be, and lists of them as bytes.
import type { ByteReader } from '../../codec/bytes/reader.ts';
import type { ByteWriter } from '../../codec/bytes/writer.ts';
import { VaezipError } from '../../codec/error.ts';

/** As many as paths have on the systems in use. */
const MAX_NAME_BYTES = 4096;
const MAX_PART_BYTES = 255;
const ONLY_DOTS = /^\.*$/;
const LAST_NUMBER = /^(.*?)(\d{1,15})(\D*)$/s;

/** Instead of 1 and the bytes that two names share: the name before, its last number one more. */
const NEXT = 0;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws VaezipError 'bad-file' for a name that would lead out of the folder that it is unpacked to, or is none. */
export function checkMemberName(name: string): void {
  const fault = faultOfName(name);
  if (fault) throw new VaezipError('bad-file', `a name in the archive has ${fault}`);
}

/** What a name has that no member's may have; null where it is one. */
export function faultOfName(name: string): string | null {
  const parts = name.split('/');
  if (/[\0\\]/.test(name)) return 'a backslash or a NUL';
  if (parts.some((part) => ONLY_DOTS.test(part))) return 'an empty part, or one of dots alone';
  if (/\p{Surrogate}/u.test(name)) return 'what is not UTF-8';
  const lengths = [name, ...parts].map((text) => encoder.encode(text).length);
  if (lengths[0] > MAX_NAME_BYTES || Math.max(...lengths.slice(1)) > MAX_PART_BYTES)
    return 'more bytes than names may have';
  return null;
}

/** Of each name what the one before does not tell. */
export function writeNames(writer: ByteWriter, names: readonly string[]): void {
  let before = '';
  for (const name of names) {
    if (name === nextName(before)) writer.varint(NEXT);
    else {
      const [bytes, old] = [encoder.encode(name), encoder.encode(before)];
      let shared = 0;
      while (shared < Math.min(bytes.length, old.length) && bytes[shared] === old[shared]) shared++;
      writer.varint(1 + shared);
      writer.varint(bytes.length - shared);
      writer.bytes(bytes.subarray(shared));
    }
    before = name;
  }
}

/** Undoes `writeNames`. Throws VaezipError 'bad-file' for what it does not write. */
export function readNames(reader: ByteReader, count: number): string[] {
  const names: string[] = [];
  let before = '';
  for (let index = 0; index < count; index++) {
    const shared = reader.varint('bytes that two names share', 1 + MAX_NAME_BYTES);
    before = shared === NEXT ? (nextName(before) ?? '') : joined(before, shared - 1, reader);
    names.push(before);
  }
  return names;
}

function joined(before: string, shared: number, reader: ByteReader): string {
  const old = encoder.encode(before);
  const rest = reader.take(reader.varint('bytes of a name', MAX_NAME_BYTES));
  if (shared > old.length) throw new VaezipError('bad-file', 'a name in the archive is none');
  try {
    return decoder.decode(Uint8Array.of(...old.subarray(0, shared), ...rest));
  } catch {
    throw new VaezipError('bad-file', 'a name in the archive is not UTF-8');
  }
}

/** As in 'a/08.png' for 'a/07.png'; null where no number is in it. */
function nextName(name: string): string | null {
  const [, start, digits, rest] = LAST_NUMBER.exec(name) ?? [];
  if (digits === undefined) return null;
  const next = String(Number(digits) + 1).padStart(digits.length, '0');
  return start + next + rest;
}
