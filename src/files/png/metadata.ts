// What a PNG file says beside its pixels, kept with a coded image and written into the PNG that comes out of it again.
// As bytes (docs/FORMAT.md, metadata of the kind 'png'): for each chunk one byte of place (0 before the image data,
// 1 after them), four of type, a varint length, the data.

import { ByteReader } from '../../../codec/bytes/reader.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import { VaezipError } from '../../../codec/error.ts';
import type { Shape } from '../../../codec/pixels/pixels.ts';
import { joinPng, type PngChunk, splitPng } from './chunks.ts';

/** A chunk and where it stands. */
export interface PlacedChunk extends PngChunk {
  readonly afterImage: boolean;
}

/**
 * Chunks that belong to how the pixels lay in the file, not to the image: image data, transparency (it becomes the
 * alpha channel) and Apple's offsets into IDAT.
 */
const OF_THE_CODING = new Set(['IHDR', 'IDAT', 'IEND', 'tRNS', 'iDOT']);
/** Chunks that are true of the file's own bytes alone: animation, and signatures. */
const OF_THE_FILE = new Set(['acTL', 'fcTL', 'fdAT', 'dSIG']);

const GREY = 0;
const RGB = 2;
const PALETTE = 3;

/** What a PNG file of the same pixels can say. */
export interface PngMetadata {
  readonly placed: readonly PlacedChunk[];
  /** Types of the chunks that have no place in it. */
  readonly lost: readonly string[];
}

/** The chunks of a PNG file that its pixels do not hold, made fit for a PNG file of the shape. */
export function metadataOfPng(chunks: readonly PngChunk[], shape: Shape): PngMetadata {
  const imageData = chunks.findIndex(({ type }) => type === 'IDAT');
  const ofPalette = chunks[0].data[9] === PALETTE;
  const placed: PlacedChunk[] = [];
  const lost: string[] = [];
  const seen = new Set<string>();
  for (const [index, chunk] of chunks.entries()) {
    const { type } = chunk;
    const ofCoding = OF_THE_CODING.has(type) || (ofPalette && type === 'PLTE');
    const again = type !== 'IDAT' && seen.has(type);
    seen.add(type);
    if (ofCoding && !again) continue;
    const data = ofCoding || OF_THE_FILE.has(type) ? null : adapt(chunk, chunks, shape);
    if (data) placed.push({ type, data, afterImage: index > imageData });
    else lost.push(type);
  }
  return { placed, lost };
}

/** The PNG file with these chunks in place of all that it says beside its pixels. */
export function withMetadata(png: Uint8Array, placed: readonly PlacedChunk[]): Uint8Array {
  const image = splitPng(png).filter(({ type }) => ['IHDR', 'IDAT'].includes(type));
  const [header, ...data] = image;
  const before = placed.filter(({ afterImage }) => !afterImage);
  const after = placed.filter(({ afterImage }) => afterImage);
  return joinPng([header, ...before, ...data, ...after, { type: 'IEND', data: new Uint8Array(0) }]);
}

export function writePngMetadata(placed: readonly PlacedChunk[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { type, data, afterImage } of placed) {
    writer.uint8(afterImage ? 1 : 0);
    writer.bytes(Uint8Array.from(type, (letter) => letter.charCodeAt(0)));
    writer.varint(data.length);
    writer.bytes(data);
  }
  return writer.finish();
}

/** Undoes `writePngMetadata`. Throws VaezipError 'bad-file' for anything that it does not write. */
export function readPngMetadata(bytes: Uint8Array): PlacedChunk[] {
  const reader = new ByteReader(bytes);
  const placed: PlacedChunk[] = [];
  while (reader.remaining > 0) {
    const place = reader.uint8();
    const type = String.fromCharCode(...reader.take(4));
    if (place > 1 || !/^[A-Za-z]{4}$/.test(type) || OF_THE_CODING.has(type) || OF_THE_FILE.has(type))
      throw new VaezipError('bad-file', 'the PNG metadata are not as the format writes them');
    const data = reader.take(reader.varint('length of a PNG chunk', reader.remaining));
    placed.push({ type, data, afterImage: place === 1 });
  }
  return placed;
}

/** A chunk's data for the samples as they come out: 8 or 16 bits, never a palette; null for what has no place there. */
function adapt({ type, data }: PngChunk, chunks: readonly PngChunk[], shape: Shape): Uint8Array | null {
  const header = chunks[0].data;
  const depth = header[8];
  const colourType = header[9];
  if (colourType === PALETTE) {
    if (type === 'hIST') return null;
    if (type === 'bKGD') return colourOfPalette(data[0], chunks);
  }
  if (type === 'bKGD' && colourType === GREY && depth < 8)
    return Uint8Array.of(0, (data[1] * 255) / (2 ** depth - 1));
  if (type === 'sBIT' && colourType <= PALETTE && data.length < shape.channels)
    // Transparency by tRNS has become a channel, of which every bit counts.
    return Uint8Array.of(...data, colourType === GREY || colourType === RGB ? depth : 8);
  return data;
}

/** The background of a palette image as bKGD of an RGB one: two bytes each. */
function colourOfPalette(index: number, chunks: readonly PngChunk[]): Uint8Array | null {
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data;
  const colour = palette?.subarray(3 * index, 3 * index + 3);
  return colour?.length === 3 ? Uint8Array.of(0, colour[0], 0, colour[1], 0, colour[2]) : null;
}
