// WebP files (WebP container specification, RFC 9649): their chunks, and whether a lossless image and its metadata say
// all that the file says. Only then are its pixels coded; any other chunk, and bytes that no chunk is, keep the file.
import { VaezipError } from '../../codec/error.ts';
import { type Reason, reasonOf, type Shape } from '../../library/index.ts';
import { firstOf } from '../text/lists.ts';
import { type FileParts, partsOf } from './common/file-parts.ts';
import type { ForeignMetadata } from './png/foreign-metadata.ts';

/** A WebP file that can be coded. */
export interface PlainWebp extends ForeignMetadata {
  readonly shape: Shape;
}

interface Chunk {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
}

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Bits of VP8X's first byte. */
const HAS = { xmp: 4, exif: 8, alpha: 16, icc: 32 };
const UNDERSTOOD = ['VP8X', 'VP8L', 'ICCP', 'EXIF', 'XMP '];

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export function readWebp(parts: FileParts): PlainWebp | Reason {
  const { chunks, end } = readChunks(parts);
  const types = chunks.map(({ type }) => type);
  if (types.includes('ANIM') || types.includes('ANMF')) return reasonOf('animation');
  if (types.includes('VP8 ')) return reasonOf('lossy', 'lossy WebP');
  const image = chunks.find(({ type }) => type === 'VP8L');
  if (!image) throw damaged('it has no image');
  const foreign = types.filter((type, index) => !UNDERSTOOD.includes(type) || types.indexOf(type) !== index);
  if (foreign.length > 0)
    return reasonOf('extras', `WebP chunks ${firstOf(foreign.map((type) => JSON.stringify(type)))}`);
  if (end !== parts.size) return reasonOf('extras', `${parts.size - end} bytes behind the end of the WebP`);
  const data = (type: string) => {
    const chunk = chunks.find((other) => other.type === type);
    return chunk && parts.at(chunk.offset, chunk.length);
  };
  return {
    shape: readShape(parts.at(image.offset, 5)),
    icc: data('ICCP'),
    exif: data('EXIF'),
    xmp: data('XMP '),
  };
}

/** A lossless file without metadata, with them. */
export function withWebpMetadata(webp: Uint8Array, { icc, exif, xmp }: ForeignMetadata): Uint8Array {
  const { chunks } = readChunks(partsOf(webp));
  const image = chunks.find(({ type }) => type === 'VP8L');
  if (!image || !(icc || exif || xmp)) return webp;
  const bytes = webp.subarray(image.offset, image.offset + image.length);
  const { width, height, channels } = readShape(bytes);
  const header = Buffer.alloc(10);
  header[0] =
    (icc ? HAS.icc : 0) | (channels === 4 ? HAS.alpha : 0) | (exif ? HAS.exif : 0) | (xmp ? HAS.xmp : 0);
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const written = (
    [
      ['VP8X', header],
      ['ICCP', icc],
      ['VP8L', bytes],
      ['EXIF', exif],
      ['XMP ', xmp],
    ] as const
  ).flatMap(([type, data]) =>
    data ? [Buffer.from(type), lengthOf(data), data, Buffer.alloc(data.length % 2)] : [],
  );
  const content = Buffer.concat([Buffer.from('WEBP'), ...written]);
  return new Uint8Array(Buffer.concat([Buffer.from('RIFF'), lengthOf(content), content]));
}

function lengthOf(data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return length;
}

/** The chunks, and where the file ends by its own account. */
function readChunks(parts: FileParts): { readonly chunks: readonly Chunk[]; readonly end: number } {
  const end = HEADER_BYTES - 4 + uint32(parts, 4);
  if (end > parts.size) throw damaged('it ends too early');
  const chunks: Chunk[] = [];
  for (let offset = HEADER_BYTES; offset < end; ) {
    const length = uint32(parts, offset + 4);
    const type = String.fromCharCode(...parts.at(offset, 4));
    chunks.push({ type, offset: offset + CHUNK_HEADER_BYTES, length });
    offset += CHUNK_HEADER_BYTES + length + (length % 2);
    if (offset > end) throw damaged(`it ends within its chunk ${JSON.stringify(type)}`);
  }
  return { chunks, end };
}

/** Of a lossless image: a byte 0x2f, 14 bits each of width and height less 1, a bit for alpha. */
function readShape(header: Uint8Array): Shape {
  if (header.length < 5 || header[0] !== 0x2f) throw damaged('its image has no header');
  const bits = new DataView(header.buffer, header.byteOffset).getUint32(1, true);
  const [width, height] = [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
  return { width, height, channels: (bits >> 28) & 1 ? 4 : 3, bitDepth: 8, images: 1 };
}

function uint32(parts: FileParts, offset: number): number {
  const bytes = parts.at(offset, 4);
  if (bytes.length < 4) throw damaged('it ends too early');
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', `damaged WebP: ${what}`);
}
