// Bytes packed by a mixer that has learned the dictionary, or as other bytes are, whichever is shorter.
import type { ByteMixer } from '../../codec/bytes/byte-mixer.ts';
import { learnedFrom, packMixed, unpackMixed } from '../../codec/bytes/mixed.ts';
import { pack, unpack } from '../../codec/bytes/packed.ts';
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { MAX_MIXED_BYTES } from '../limits.ts';
import { DICTIONARY } from './dictionary.ts';

/** The first byte; 0 and 1 are those of packed.ts. */
const MIXED = 2;

/** The form 2 and the bytes' number, then what is mixed; or a form of packed.ts. */
export function packLearned(bytes: Uint8Array): Uint8Array {
  const packed = pack(bytes);
  if (bytes.length === 0 || bytes.length > MAX_MIXED_BYTES) return packed;
  const writer = new ByteWriter();
  writer.uint8(MIXED);
  writer.varint(bytes.length);
  writer.bytes(packMixed(bytes, dictionaryLearned()));
  const mixed = writer.finish();
  return mixed.length < packed.length ? mixed : packed;
}

/** Undoes `packLearned`. Throws VaezipError 'bad-file' for what it does not write, or beyond `maximum` bytes. */
export function unpackLearned(packed: Uint8Array, maximum: number): Uint8Array {
  if (packed[0] !== MIXED) return unpack(packed, maximum);
  const reader = new ByteReader(packed.subarray(1));
  const length = reader.varint('length of mixed bytes', Math.min(maximum, MAX_MIXED_BYTES));
  return unpackMixed(reader.take(reader.remaining), length, dictionaryLearned());
}

let learned: ByteMixer | null = null;

/** Once a process: it takes some 100 ms. */
export function dictionaryLearned(): ByteMixer {
  learned ??= learnedFrom(DICTIONARY);
  return learned;
}
