// The chunks of a PNG file (PNG specification, section 5), split and joined. The npm packages for this are a decade
// old and check nothing, and it is forty lines; so it is done here.
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { VaezipError } from '../../../codec/error.ts';

export interface PngChunk {
  /** Four ASCII letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const HEADER_BYTES = 13;
/** Length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12;

/** Samples a pixel of the colour types (PNG specification, section 11.2.1). */
export const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Whether the bytes start as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= SIGNATURE.length && SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** What the header chunk says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample, or an index into the palette. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  /** Samples a pixel, or 1 index into the palette; 0 for a colour type that there is not. */
  readonly samples: number;
  readonly interlaced: boolean;
}

/**
 * The header by the file's first bytes; no checksum is looked at. Throws VaezipError
 * 'bad-input' where they are too few.
 */
export function readPngHeader(start: Uint8Array): PngHeader {
  const data = SIGNATURE.length + 8;
  if (start.length < data + HEADER_BYTES) throw damaged('it ends too early');
  const view = new DataView(start.buffer, start.byteOffset + data, HEADER_BYTES);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, interlaced] = [view.getUint8(8), view.getUint8(9), view.getUint8(12) !== 0];
  return { width, height, depth, colourType, samples: SAMPLES[colourType] ?? 0, interlaced };
}

/** All chunks from IHDR to IEND; their data are views. Throws VaezipError 'bad-input' where one is damaged. */
export function splitPng(png: Uint8Array): PngChunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: PngChunk[] = [];
  let offset = SIGNATURE.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    if (offset + CHUNK_OVERHEAD > png.length) throw damaged('it ends too early');
    const length = view.getUint32(offset);
    if (offset + CHUNK_OVERHEAD + length > png.length) throw damaged('it ends inside a chunk');
    const type = String.fromCharCode(...png.subarray(offset + 4, offset + 8));
    if (view.getUint32(offset + 8 + length) !== crc32(png.subarray(offset + 4, offset + 8 + length)))
      throw damaged(`the checksum of its chunk ${JSON.stringify(type)} does not fit`);
    chunks.push({ type, data: png.subarray(offset + 8, offset + 8 + length) });
    offset += CHUNK_OVERHEAD + length;
  }
  if (chunks[0].type !== 'IHDR' || chunks[0].data.length !== HEADER_BYTES) throw damaged('it has no header');
  return chunks;
}

/** Types of the chunks that begin in a file's first bytes, up to the image data; no checksum is looked at. */
export function peekChunkTypes(start: Uint8Array): string[] {
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const types: string[] = [];
  for (let offset = SIGNATURE.length; offset + 8 <= start.length && types.at(-1) !== 'IDAT'; ) {
    types.push(String.fromCharCode(...start.subarray(offset + 4, offset + 8)));
    offset += CHUNK_OVERHEAD + view.getUint32(offset);
  }
  return types;
}

/** Bytes of the PNG file of the chunks. */
export function sizeOfPng(chunks: readonly PngChunk[]): number {
  return chunks.reduce((sum, { data }) => sum + CHUNK_OVERHEAD + data.length, SIGNATURE.length);
}

/** The PNG file of the chunks. */
export function joinPng(chunks: readonly PngChunk[]): Uint8Array {
  const png = new Uint8Array(sizeOfPng(chunks));
  const view = new DataView(png.buffer);
  png.set(SIGNATURE);
  let offset = SIGNATURE.length;
  for (const { type, data } of chunks) {
    view.setUint32(offset, data.length);
    for (let index = 0; index < 4; index++) png[offset + 4 + index] = type.charCodeAt(index);
    png.set(data, offset + 8);
    view.setUint32(offset + 8 + data.length, crc32(png.subarray(offset + 4, offset + 8 + data.length)));
    offset += CHUNK_OVERHEAD + data.length;
  }
  return png;
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', `damaged PNG: ${what}`);
}
