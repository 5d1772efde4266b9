// PNG files: whether a PNG file of the same pixels and chunks would say all that the file says but for its compression.
// Only then are its pixels coded; else the file is kept as it was.
import { VaezipError } from '../../../codec/error.ts';
import { type Reason, reasonOf, type Shape, type SourceForm } from '../../../library/index.ts';
import { firstOf } from '../../text/lists.ts';
import type { FileParts } from '../common/file-parts.ts';
import { reasonOfSize } from '../common/sharp.ts';
import {
  type PngChunk,
  type PngHeader,
  peekChunkTypes,
  readPngHeader,
  sizeOfPng,
  splitPng,
} from './chunks.ts';
import { bytesBesidePixels } from './image-data.ts';
import { metadataOfPng, type PlacedChunk } from './metadata.ts';

/** A PNG file that can be coded. */
export interface PlainPng {
  readonly shape: Shape;
  readonly placed: readonly PlacedChunk[];
  readonly form: SourceForm | null;
  readonly header: PngHeader;
  readonly chunks: readonly PngChunk[];
}

const HEAD_BYTES = 4096;
const DEPTHS = [1, 2, 4, 8, 16];
const PALETTE = 3;
const ALPHA = 4;
/** Chunks that a reader must know; all others it may leave out (the first letter is a small one). */
const CRITICAL = ['IHDR', 'PLTE', 'IDAT', 'IEND'];
const END = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);
/** Bytes that one byte of zlib data may stand for. */
const MAX_DEFLATE_RATIO = 1032;

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export async function readPng(bytes: Uint8Array): Promise<PlainPng | Reason> {
  const early = reasonOfTypes(peekChunkTypes(bytes.subarray(0, HEAD_BYTES)));
  if (early) return early;
  const chunks = splitPng(bytes);
  const types = chunks.map(({ type }) => type);
  const header = readPngHeader(bytes);
  const reason = reasonOfTypes(types) ?? reasonOfHeader(header, bytes.length);
  if (reason) return reason;
  if (
    types.lastIndexOf('IDAT') - types.indexOf('IDAT') !==
    types.filter((type) => type === 'IDAT').length - 1
  )
    throw damaged('its image data are not in one piece');
  const shape = shapeOf(header, types.includes('tRNS'));
  const { placed, lost } = metadataOfPng(chunks, shape);
  if (lost.length > 0) return reasonOf('extras', `PNG chunks ${firstOf([...new Set(lost)])}`);
  const end = chunks[chunks.length - 1]; // has no data, as a rule
  const behind = bytes.length - sizeOfPng(chunks) + end.data.length;
  if (behind > 0) return reasonOf('extras', `${behind} bytes behind the end of the PNG`);
  const beside = await bytesBesidePixels(chunks, header);
  if (beside > 0) return reasonOf('extras', `${beside} bytes behind the pixels in the PNG's image data`);
  return { shape, placed, form: formOf(header, shape), header, chunks };
}

/** The shape by the start and the end of the file, if its pixels can be coded as far as these tell; else null. */
export function peekPng(parts: FileParts): Shape | null {
  const start = parts.at(0, HEAD_BYTES);
  const header = readPngHeader(start);
  const types = peekChunkTypes(start);
  if (reasonOfTypes(types) ?? reasonOfHeader(header, parts.size)) return null;
  const end = parts.at(parts.size - END.length, END.length);
  return END.every((byte, index) => end[index] === byte) ? shapeOf(header, types.includes('tRNS')) : null;
}

/** Why chunks of such types keep the file; throws VaezipError 'bad-input' where the first is no header. */
function reasonOfTypes(types: readonly string[]): Reason | null {
  if (types[0] === 'CgBI') return reasonOf('undecoded', "Apple's CgBI variant of PNG is not decoded here");
  if (types[0] !== 'IHDR') throw damaged('it has no header');
  if (types.includes('acTL')) return reasonOf('animation');
  const unknown = types.find((type) => /^[A-Z][A-Za-z]{3}$/.test(type) && !CRITICAL.includes(type));
  return unknown ? reasonOf('undecoded', `the critical PNG chunk ${unknown} is not known here`) : null;
}

/** Why an image of such a header keeps the file; throws VaezipError 'bad-input' for one that cannot be true. */
function reasonOfHeader({ width, height, depth, samples }: PngHeader, fileBytes: number): Reason | null {
  if (samples === 0 || !DEPTHS.includes(depth) || width === 0 || height === 0)
    throw damaged('its header is of no image');
  if ((width * height * samples * depth) / 8 > MAX_DEFLATE_RATIO * fileBytes)
    throw damaged(`its ${fileBytes} bytes cannot hold ${width}x${height} pixels`);
  return reasonOfSize({ width, height });
}

/** Of the samples as they come out: of a palette RGB, of transparency an alpha channel. */
function shapeOf({ width, height, depth, colourType, samples }: PngHeader, transparency: boolean): Shape {
  const colours = colourType === PALETTE ? 3 : samples;
  const channels = (colours + (transparency ? 1 : 0)) as Shape['channels'];
  return { width, height, channels, bitDepth: depth === 16 ? 16 : 8, images: 1 };
}

/** How the pixels lay in the file; null where they will lie so again. */
function formOf(
  { depth, colourType, interlaced }: PngHeader,
  { channels, bitDepth }: Shape,
): SourceForm | null {
  const alpha = (colourType & ALPHA) !== 0;
  const usual = depth === bitDepth && colourType !== PALETTE && alpha === (channels % 2 === 0) && !interlaced;
  return usual ? null : { format: 'png', colourType, depth, interlaced };
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', `damaged PNG: ${what}`);
}
