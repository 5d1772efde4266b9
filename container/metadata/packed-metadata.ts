// Metadata as they lie in a file: condensed and mixed by what a dictionary has taught, where that is shorter, else
// packed as other bytes are (packed.ts). A checksum stands where unpacking computes colour profiles or zlib streams.
import { crc32 } from '../../codec/bytes/checksum.ts';
import { packMixed, unpackMixed } from '../../codec/bytes/mixed.ts';
import { pack, unpack } from '../../codec/bytes/packed.ts';
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { equal } from '../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../codec/error.ts';
import { MAX_METADATA_BYTES, MAX_MIXED_BYTES } from '../limits.ts';
import { condense, expand } from './condensed.ts';
import { dictionaryLearned } from './learned.ts';

/** The first byte; 0 and 1 are those of packed.ts. */
const MIXED = 2;
const CHECKED = 3;

const CHECK_BYTES = 2;

/** The packed form of metadata of any kind. */
export function packMetadata(metadata: Uint8Array): Uint8Array {
  const packed = pack(metadata);
  const mixed = packCondensed(metadata);
  return mixed && mixed.length < packed.length ? mixed : packed;
}

/** Undoes `packMetadata`. Throws VaezipError 'bad-file' for anything that it does not write, or beyond the limits. */
export function unpackMetadata(packed: Uint8Array): Uint8Array {
  const [form] = packed;
  if (form !== MIXED && form !== CHECKED) return unpack(packed, MAX_METADATA_BYTES);
  const reader = new ByteReader(packed.subarray(1));
  const check = form === CHECKED ? reader.take(CHECK_BYTES) : null;
  const length = reader.varint('length of mixed metadata', MAX_MIXED_BYTES);
  const condensed = unpackMixed(reader.take(reader.remaining), length, dictionaryLearned());
  const metadata = expand(condensed, MAX_METADATA_BYTES);
  if (check && !equal(check, checkOf(metadata)))
    throw new VaezipError('bad-file', 'the metadata are not those that were packed: their checksum differs');
  return metadata;
}

/** Null for metadata that are no PNG chunks, or that would not come back. */
function packCondensed(metadata: Uint8Array): Uint8Array | null {
  try {
    const condensed = condense(metadata);
    if (metadata.length === 0 || condensed.length > MAX_MIXED_BYTES) return null;
    if (!equal(expand(condensed, MAX_METADATA_BYTES), metadata)) return null;
    const writer = new ByteWriter();
    const isChecked = !equal(condensed, metadata);
    writer.uint8(isChecked ? CHECKED : MIXED);
    if (isChecked) writer.bytes(checkOf(metadata));
    writer.varint(condensed.length);
    writer.bytes(packMixed(condensed, dictionaryLearned()));
    return writer.finish();
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-file') return null;
    throw error;
  }
}

function checkOf(metadata: Uint8Array): Uint8Array {
  const checksum = crc32(metadata);
  return Uint8Array.of(checksum, checksum >>> 8);
}
