// GIF (GIF89a) of one image that fills its screen: a palette's numbers, packed by LZW.
import { type Reason, reasonOf, type Shape, VaezipError } from '../../../library/index.ts';
import type { FileParts } from '../common/file-parts.ts';
import type { Framed, Known } from '../frames/frame.ts';
import { lzwOfGif } from '../frames/packings.ts';
import { tableOfPalette } from '../frames/palettes.ts';

const HEADER_BYTES = 13;
const DESCRIPTOR_BYTES = 10;
const [EXTENSION, IMAGE, END] = [0x21, 0x2c, 0x3b];
const GRAPHIC_CONTROL = 0xf9;
const HAS_PALETTE = 0x80;
const INTERLACED = 0x40;
/** First row and step of each pass. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

interface Image {
  readonly descriptor: Uint8Array;
  readonly palette: Uint8Array;
  readonly transparent: number | null;
  readonly literalBits: number;
  readonly start: number;
  readonly length: number;
}

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export function frameOfGif(parts: FileParts, variant: number, known?: Known): Framed | Reason | null {
  if (variant > 0) return null;
  const header = parts.at(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) throw damaged('it ends too early');
  const images = readImages(parts, header, { known });
  if (images.length > 1) return reasonOf('animation');
  const [image] = images;
  if (!image) throw damaged('it has no image');
  const [screenWidth, screenHeight] = [uint16(header, 6), uint16(header, 8)];
  const [left, top] = [uint16(image.descriptor, 1), uint16(image.descriptor, 3)];
  const shape = shapeOf(image);
  const { width, height } = shape;
  if (left !== 0 || top !== 0 || width !== screenWidth || height !== screenHeight)
    return reasonOf('samples', 'a GIF whose image is not as large as its screen');
  if (width === 0 || height === 0) throw damaged('its header is of no image');
  if (image.palette.length === 0) return reasonOf('samples', 'a GIF without a palette');
  const table = tableOfPalette(image.palette, image.transparent);
  return {
    layout: {
      shape,
      bits: 8,
      table,
      rows: image.descriptor[9] & INTERLACED ? interlacedRows(height) : null,
      ...{ filler: 0, littleEndian: false, differences: false, rowAlignment: 1 },
    },
    pieces: [{ left: 0, top: 0, width, height, channels: [0] }],
    extents: [image],
    packing: lzwOfGif(image.literalBits),
    packsAnew: false,
    told: [],
  };
}

/** The shape by the first image's header and palette; null for none. */
export function peekGif(parts: FileParts): Shape | null {
  const [image] = readImages(parts, parts.at(0, HEADER_BYTES), { onlyFirst: true });
  return image?.palette.length ? shapeOf(image) : null;
}

function shapeOf({ descriptor, palette, transparent }: Image): Shape {
  const [width, height] = [uint16(descriptor, 5), uint16(descriptor, 7)];
  const { columns } = tableOfPalette(palette, transparent);
  return { width, height, channels: columns as Shape['channels'], bitDepth: 8, images: 1 };
}

interface ReadOptions {
  readonly known?: Known | undefined;
  /** Whether to leave out all behind the first image's header. */
  readonly onlyFirst?: boolean;
}

/** All images up to the end; the blocks of image data that are known are not looked at. */
function readImages(
  parts: FileParts,
  header: Uint8Array,
  { known, onlyFirst = false }: ReadOptions,
): Image[] {
  const common = paletteAt(parts, HEADER_BYTES, header[10]);
  let at = HEADER_BYTES + common.length;
  let transparent: number | null = null;
  const images: Image[] = [];
  for (;;) {
    const [block, label] = parts.at(at, 2);
    if (block === END) return images;
    if (block === EXTENSION) {
      const control = parts.at(at + 2, 6);
      if (label === GRAPHIC_CONTROL && control[0] === 4) transparent = control[1] & 1 ? control[4] : null;
      at = endOfBlocks(parts, at + 2);
    } else if (block === IMAGE) {
      const descriptor = parts.at(at, DESCRIPTOR_BYTES);
      if (descriptor.length < DESCRIPTOR_BYTES) throw damaged('it ends too early');
      const own = paletteAt(parts, at + DESCRIPTOR_BYTES, descriptor[9]);
      const start = at + DESCRIPTOR_BYTES + own.length + 1;
      const [literalBits] = parts.at(start - 1, 1);
      if (!(literalBits >= 2 && literalBits <= 8))
        throw damaged(`its LZW codes begin at ${literalBits} bits`);
      const length = known?.extents[images.length]?.length;
      if (onlyFirst) at = start;
      else at = length === undefined ? endOfBlocks(parts, start) : start + length;
      const palette = own.length > 0 ? own : common;
      images.push({ descriptor, palette, transparent, literalBits, start, length: at - start });
      if (onlyFirst) return images;
    } else throw damaged(block === undefined ? 'it ends too early' : `it has a block of the kind ${block}`);
  }
}

function paletteAt(parts: FileParts, start: number, flags: number): Uint8Array {
  if (!(flags & HAS_PALETTE)) return new Uint8Array(0);
  const length = 3 * 2 ** ((flags & 7) + 1);
  const palette = parts.at(start, length);
  if (palette.length < length) throw damaged('it ends too early');
  return palette;
}

/** Where blocks of up to 255 bytes end, the empty one among them. */
function endOfBlocks(parts: FileParts, start: number): number {
  for (let at = start; ; ) {
    const [length] = parts.at(at, 1);
    if (length === undefined) throw damaged('it ends too early');
    at += 1 + length;
    if (length === 0) return at;
  }
}

function interlacedRows(height: number): Uint32Array {
  const rows = PASSES.flatMap(([first, step]) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - first) / step)) },
      (_, index) => first + index * step,
    ),
  );
  return Uint32Array.from(rows);
}

function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', what);
}
