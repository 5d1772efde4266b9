// BMP (Windows bitmaps): headers of many ages, palettes of 1, 4 and 8 bits, 24 bits, and 32 of whole bytes.
import { type Reason, reasonOf, type Shape, VaezipError } from '../../../library/index.ts';
import type { FileParts } from '../common/file-parts.ts';
import type { Framed } from '../frames/frame.ts';
import { type Layout, type Piece, pieceBytesOf, type Table } from '../frames/layout.ts';
import { NOT_PACKED } from '../frames/packings.ts';
import { tableOfPalette } from '../frames/palettes.ts';

export const FILE_HEADER_BYTES = 14;
const CORE_HEADER_BYTES = 12;
/** The last header that says less than masks of the colours. */
export const PLAIN_HEADER_BYTES = 40;
const MOST_HEADER_BYTES = 124;
/** Packings: none, and none with masks that tell where in a pixel colours are. */
export const [PLAIN, MASKED, MASKED_WITH_ALPHA] = [0, 3, 6];
export const ROW_ALIGNMENT = 4;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly packing: number;
  readonly offset: number;
  readonly palette: Uint8Array;
  /** Bytes of an entry of the palette. */
  readonly entryBytes: number;
  /** Of red, green, blue and alpha. */
  readonly masks: readonly number[];
}

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export function frameOfBmp(parts: FileParts, variant: number): Framed | Reason | null {
  const header = readHeader(parts);
  const { width, height, topDown, bits, packing, offset } = header;
  if (width <= 0 || height <= 0 || bits === 0) throw damaged('its header is of no image');
  if (![PLAIN, MASKED, MASKED_WITH_ALPHA].includes(packing))
    return reasonOf('undecoded', `BMP of the packing ${packing} is not decoded here`);
  if (![1, 4, 8, 24, 32].includes(bits))
    return reasonOf('undecoded', `BMP of ${bits} bits is not decoded here`);
  const samples = bits > 8 ? samplesOf(header, variant) : variant === 0 ? paletteOf(header) : null;
  if (samples === null || 'kind' in samples) return samples;
  const layout: Layout = {
    shape: { width, height, channels: samples.count, bitDepth: 8, images: 1 },
    bits: Math.min(bits, 8),
    filler: samples.filler,
    table: samples.table,
    rowAlignment: ROW_ALIGNMENT,
    ...{ littleEndian: true, differences: false, rows: null },
  };
  const piece: Piece = { left: 0, top: 0, width, height, channels: samples.channels };
  const length = pieceBytesOf(layout, piece);
  if (offset + length > parts.size) throw damaged('it ends too early');
  // Memory is taken once it is known that there are so many rows.
  const rows = topDown ? null : Uint32Array.from({ length: height }, (_, row) => height - 1 - row);
  return {
    layout: { ...layout, rows },
    pieces: [piece],
    extents: [{ start: offset, length }],
    packing: NOT_PACKED,
    packsAnew: false,
    told: [],
  };
}

interface Samples {
  readonly count: Shape['channels'];
  readonly channels: readonly (number | null)[];
  readonly filler: number;
  readonly table: Table | null;
}

/** Of 24 and 32 bits: a fourth byte without a mask may be 0, 255, or alpha all the same. */
function samplesOf({ bits, packing, masks }: Header, variant: number): Samples | Reason | null {
  const none = { filler: 0, table: null };
  if (bits === 24) return variant === 0 ? { count: 3, channels: [2, 1, 0], ...none } : null;
  const places = packing === PLAIN ? [2, 1, 0, null] : placesOf(masks);
  if (!places) return reasonOf('samples', 'BMP of colours that are not whole bytes');
  if (!places.includes(null)) return variant === 0 ? { count: 4, channels: places, ...none } : null;
  const withAlpha = places.map((place) => place ?? 3);
  return (
    [
      { count: 3 as const, channels: places, ...none },
      { count: 3 as const, channels: places, ...none, filler: 255 },
      { count: 4 as const, channels: withAlpha, ...none },
    ][variant] ?? null
  );
}

/** The channel of each of a pixel's four bytes; null where masks are not of bytes. */
function placesOf(masks: readonly number[]): (number | null)[] | null {
  const places: (number | null)[] = [null, null, null, null];
  for (const [channel, mask] of masks.entries()) {
    if (mask === 0 && channel === 3) continue;
    const byte = [0xff, 0xff00, 0xff0000, 0xff000000].indexOf(mask);
    if (byte < 0 || places[byte] !== null) return null;
    places[byte] = channel;
  }
  return places;
}

function paletteOf({ bits, packing, palette, entryBytes }: Header): Samples | Reason {
  if (packing !== PLAIN) return reasonOf('samples', 'BMP of a palette with masks');
  const entries = Math.min(Math.floor(palette.length / entryBytes), 2 ** bits);
  const colours = Uint8Array.from(
    { length: 3 * entries },
    (_, at) => palette[Math.floor(at / 3) * entryBytes + 2 - (at % 3)],
  );
  const table = tableOfPalette(colours, null);
  return { count: table.columns as Shape['channels'], channels: [0], filler: 0, table };
}

function readHeader(parts: FileParts): Header {
  const bytes = parts.at(0, FILE_HEADER_BYTES + MOST_HEADER_BYTES + 16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES) throw damaged('it ends too early');
  const [offset, size] = [view.getUint32(10, true), view.getUint32(14, true)];
  if (bytes.length < FILE_HEADER_BYTES + size || size > MOST_HEADER_BYTES)
    throw damaged('its header is incomplete');
  const paletteAt = FILE_HEADER_BYTES + size;
  if (size === CORE_HEADER_BYTES) {
    const [width, height, bits] = [18, 20, 24].map((at) => view.getUint16(at, true));
    const palette = paletteFrom(parts, paletteAt, offset, 3 * 2 ** bits, bits);
    return { width, height, topDown: false, bits, packing: PLAIN, offset, palette, entryBytes: 3, masks: [] };
  }
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, packing, used] = [
    view.getUint16(28, true),
    view.getUint32(30, true),
    view.getUint32(46, true),
  ];
  // Behind the plain header, or within the later ones, which have them at the same place.
  const masks = [54, 58, 62, 66].map((at) => (at + 4 <= bytes.length ? view.getUint32(at, true) : 0));
  const withoutAlpha = size === PLAIN_HEADER_BYTES && packing === MASKED;
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    ...{ bits, packing, offset },
    palette: paletteFrom(parts, paletteAt, offset, 4 * (used || 2 ** bits), bits),
    entryBytes: 4,
    masks: withoutAlpha || size === 52 ? [...masks.slice(0, 3), 0] : masks,
  };
}

function paletteFrom(
  parts: FileParts,
  start: number,
  offset: number,
  length: number,
  bits: number,
): Uint8Array {
  return bits > 8 ? new Uint8Array(0) : parts.at(start, Math.max(0, Math.min(length, offset - start)));
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', what);
}
