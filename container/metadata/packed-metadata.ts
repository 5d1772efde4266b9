// Metadata as they lie in a file: condensed and deflated with a dictionary where that is shorter, else packed as other
// bytes are (packed.ts). The checksum is there because unpacking computes colour profiles and zlib streams anew.
import { crc32 } from '../../codec/bytes/checksum.ts';
import { deflate } from '../../codec/bytes/deflate.ts';
import { inflate } from '../../codec/bytes/inflate.ts';
import { MAX_INFLATION, pack, unpack } from '../../codec/bytes/packed.ts';
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { equal } from '../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../codec/error.ts';
import { MAX_METADATA_BYTES } from '../limits.ts';
import { condense, expand } from './condensed.ts';
import { DICTIONARY } from './dictionary.ts';

/** The first byte; 0 and 1 are those of packed.ts. */
const CONDENSED = 2;

/** Bytes that the condensed form must save: it takes more time, and a reader that knows it. */
const MIN_SAVING = 4;

const DEFLATE = { format: 'raw', level: 9, legacyHash: true, dictionary: DICTIONARY } as const;

/** The packed form of metadata of any kind. */
export function packMetadata(metadata: Uint8Array): Uint8Array {
  const packed = pack(metadata);
  const condensed = packCondensed(metadata);
  return condensed && condensed.length + MIN_SAVING <= packed.length ? condensed : packed;
}

/** Undoes `packMetadata`. Throws VaezipError 'bad-file' for anything that it does not write, or beyond the limits. */
export function unpackMetadata(packed: Uint8Array): Uint8Array {
  if (packed[0] !== CONDENSED) return unpack(packed, MAX_METADATA_BYTES);
  const reader = new ByteReader(packed.subarray(1));
  const checksum = reader.uint32();
  const length = reader.varint('length of condensed metadata', MAX_METADATA_BYTES);
  const deflated = reader.take(reader.remaining);
  if (length > deflated.length * MAX_INFLATION)
    throw new VaezipError(
      'bad-file',
      `${deflated.length} bytes of deflated data cannot hold ${length} bytes`,
    );
  const condensed = inflate(deflated, { format: 'raw', dictionary: DICTIONARY }, length);
  if (condensed.length !== length)
    throw new VaezipError('bad-file', `metadata of ${condensed.length} bytes where ${length} are announced`);
  const metadata = expand(condensed, MAX_METADATA_BYTES);
  if (crc32(metadata) !== checksum)
    throw new VaezipError('bad-file', 'the metadata are not those that were packed: their checksum differs');
  return metadata;
}

/** Null for metadata that are no PNG chunks, or that would not come back. */
function packCondensed(metadata: Uint8Array): Uint8Array | null {
  try {
    const condensed = condense(metadata);
    if (metadata.length === 0 || condensed.length > MAX_METADATA_BYTES) return null;
    if (!equal(expand(condensed, MAX_METADATA_BYTES), metadata)) return null;
    const writer = new ByteWriter();
    writer.uint8(CONDENSED);
    writer.uint32(crc32(metadata));
    writer.varint(condensed.length);
    writer.bytes(deflate(condensed, DEFLATE));
    return writer.finish();
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-file') return null;
    throw error;
  }
}
