// Bytes that lie in a file as they are or zlib-compressed (RFC 1950), whichever is shorter: one byte
// says which. Packed by pako (deflate.ts), not by the platform's CompressionStream: platforms write different
// bytes, and the same input is to give the same file.
import { VaezipError } from '../error.ts';
import { deflate } from './deflate.ts';
import { inflate } from './inflate.ts';
import { ByteReader } from './reader.ts';
import { ByteWriter } from './writer.ts';

/** Bytes that one byte of zlib data may stand for: the format's own bound is 1032. */
export const MAX_INFLATION = 1032;

const RAW = 0;
const ZLIB = 1;

/** How hard zlib tries: 9 takes up to three times as long as 6. */
export type PackLevel = 6 | 9;

export interface PackOptions {
  readonly level?: PackLevel | undefined;
  /** The bytes are differences, mostly small ones: zlib's strategy for them saves 3 %. */
  readonly filtered?: boolean;
}

/** The packed form: 0 and the bytes, or 1, the varint length and zlib data. */
export function pack(bytes: Uint8Array, { level = 6, filtered = false }: PackOptions = {}): Uint8Array {
  const zlib = deflate(bytes, { format: 'zlib', level, filtered });
  const writer = new ByteWriter();
  if (zlib.length + 8 < bytes.length) {
    writer.uint8(ZLIB);
    writer.varint(bytes.length);
    writer.bytes(zlib);
  } else {
    writer.uint8(RAW);
    writer.bytes(bytes);
  }
  return writer.finish();
}

/** Undoes `pack`. Throws VaezipError 'bad-file' for anything that it does not write, or beyond `maximum` bytes. */
export function unpack(packed: Uint8Array, maximum: number): Uint8Array {
  const reader = new ByteReader(packed);
  const form = reader.uint8();
  if (form === RAW && reader.remaining <= maximum) return reader.take(reader.remaining).slice();
  if (form !== ZLIB) throw new VaezipError('bad-file', 'a packed part has no known form, or is too long');
  const length = reader.varint('length of a packed part', maximum);
  const zlib = reader.take(reader.remaining);
  if (length > zlib.length * MAX_INFLATION)
    throw new VaezipError('bad-file', `${zlib.length} bytes of zlib data cannot hold ${length} bytes`);
  const bytes = inflate(zlib, { format: 'zlib' }, length);
  if (bytes.length !== length)
    throw new VaezipError('bad-file', `zlib data of ${bytes.length} bytes where ${length} are announced`);
  return bytes;
}
