// An image as it comes: rows from the top, as soon as the bytes of their group are there.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import { bytesOfSamples, type Pixels } from '../codec/pixels/pixels.ts';
import { type ByteInput, type ByteSource, sourceOf } from '../container/byte-sources.ts';
import { type ImageHead, isContainer } from '../container/container.ts';
import { type Parts, readInParts } from '../container/parts.ts';
import { decodeRows, decodeWhole, rowsOfGroups } from './groups.ts';
import { namingMemory } from './memory.ts';
import type { DecompressOptions } from './options.ts';
import { findDecoder } from './plan.ts';

const SIGNATURE_BYTES = 3;

/** Rows of an image: `height` of them, from `from` on. */
export interface PixelRows extends Pixels {
  readonly from: number;
}

/**
 * The rows of an image from the top, group by group, each decoded when its bytes are there: of a stream, such as a
 * response's body, before those of the next have come. Images of one group, and those with alpha, come as a whole. Of
 * several images, which lie one behind the other, all come at once.
 * @throws VaezipError as `decompress`; where the samples are not those of the header, behind the last rows.
 */
export async function* decompressRows(
  input: ByteInput | AsyncIterable<Uint8Array>,
  options: DecompressOptions = {},
): AsyncGenerator<PixelRows> {
  const source = isStream(input) ? new ArrivingBytes(input) : await sourceOf(input);
  // Of what is none, no more is read.
  if (!isContainer(await source.read(0, SIGNATURE_BYTES)))
    throw new VaezipError('bad-file', 'not a .vz file');
  const parts = await readInParts(source);
  const { head } = parts;
  if (head.kind === 'kept')
    throw new VaezipError('bad-argument', 'it keeps a file as it was: extract() gives it');
  let checksum = 0;
  for await (const rows of rowsOf(parts, head, options)) {
    checksum = crc32(bytesOfSamples(rows.data), checksum);
    yield rows;
  }
  if (checksum !== head.sampleChecksum)
    throw new VaezipError(
      'bad-file',
      'the decoded pixels are not those of the header: their checksum differs',
    );
}

async function* rowsOf(parts: Parts, head: ImageHead, options: DecompressOptions): AsyncGenerator<PixelRows> {
  const { onProgress, signal } = options;
  const decoder = await findDecoder(head, options);
  const groupRows = rowsOfGroups(parts, decoder);
  if (!groupRows || head.sides.alpha || head.shape.images > 1) {
    yield { ...(await namingMemory(() => decodeWhole(parts, head, options))), from: 0 };
    return;
  }
  for (const [number, rows] of groupRows.entries()) {
    signal?.throwIfAborted();
    const wanted = { decoder, groupRows, rows, besideBytes: 0 };
    const ofGroup = (share: number) => onProgress?.((number + share) / groupRows.length);
    const work = { ...options, onProgress: ofGroup };
    yield { ...(await namingMemory(() => decodeRows(parts, head, wanted, work))), from: rows.from };
  }
}

function isStream(input: ByteInput | AsyncIterable<Uint8Array>): input is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in input;
}

/** The bytes of a stream, as far as they have been asked for. */
class ArrivingBytes implements ByteSource {
  readonly #parts: AsyncIterator<Uint8Array>;
  #bytes = new Uint8Array(2 ** 12);
  #filled = 0;
  #ended = false;
  /** Reading is done in turn. */
  #last: Promise<void> = Promise.resolve();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#parts = stream[Symbol.asyncIterator]();
  }

  /** Not known before the end. */
  get size(): number {
    return this.#ended ? this.#filled : Number.POSITIVE_INFINITY;
  }

  async read(from: number, to: number): Promise<Uint8Array> {
    const read = this.#last.then(() => this.#readTo(to));
    this.#last = read.catch(() => {});
    await read;
    return this.#bytes.subarray(from, Math.min(to, this.#filled));
  }

  async #readTo(to: number): Promise<void> {
    while (!this.#ended && this.#filled < to) {
      const { done, value } = await this.#parts.next();
      if (done) this.#ended = true;
      else this.#append(value);
    }
  }

  #append(part: Uint8Array): void {
    const needed = this.#filled + part.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#filled);
    this.#filled = needed;
  }
}
