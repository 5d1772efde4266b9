// Inflates zlib streams (RFC 1950) and raw deflate data (RFC 1951): by pako, the same everywhere, at once and to a
// bound. Platforms' own streams do neither, and differ in what they let pass.
import { Inflate, type ZStream } from 'pako';
import { VaezipError } from '../error.ts';
import { ByteWriter } from './writer.ts';

export interface InflateOptions {
  readonly format: 'zlib' | 'raw';
  /** What raw data may refer to as if it stood before them. */
  readonly dictionary?: Uint8Array;
}

/** Of 32 KiB. */
const WINDOW_BITS = 15;
const CHUNK_BYTES = 2 ** 16;

/**
 * What the packed bytes hold.
 * @throws VaezipError 'bad-file' for damaged data, more than `maximum` bytes, and packed bytes left over.
 */
export function inflate(
  packed: Uint8Array,
  { format, dictionary = new Uint8Array(0) }: InflateOptions,
  maximum: number,
): Uint8Array {
  // Most is smaller than pako's own chunks, and a chunk takes time to make.
  const chunkSize = Math.min(maximum + 1, CHUNK_BYTES);
  const inflater = new Inflate({ raw: format === 'raw', windowBits: WINDOW_BITS, dictionary, chunkSize });
  const output = new ByteWriter();
  let total = 0;
  inflater.onData = (part) => {
    total += part.length;
    if (total > maximum)
      throw new VaezipError('bad-file', `the packed data go on beyond the ${maximum} bytes announced`);
    output.bytes(part);
  };
  let stream: ZStream | undefined;
  inflater.onStart = (started) => {
    stream = started;
  };
  if (!inflater.push(packed, true)) throw new VaezipError('bad-file', 'the packed data are damaged');
  if (stream && stream.avail_in > 0) throw new VaezipError('bad-file', 'bytes follow on the packed data');
  return output.finish();
}
