// Pixels as a TIFF file (TIFF 6.0): one directory, strips packed by Deflate after differences along rows. Our own,
// since sharp loses the resolution and profiles of grey images.
import { deflateSync } from 'node:zlib';
import { type Metadata, type Pixels, VaezipError } from '../../../library/index.ts';
import { type Layout, numbersOf, type Piece, writePiece } from '../frames/layout.ts';
import { foreignOfMetadata } from '../png/foreign-metadata.ts';
import { readPngMetadata } from '../png/metadata.ts';
import { BYTE, LONG, RATIONAL, SHORT, TAG, TYPE_BYTES, UNDEFINED } from './directory.ts';
import { BLACK_IS_0, COMPRESSION, DIFFERENCES, RGB, UNASSOCIATED_ALPHA } from './reasons.ts';

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const MOST_BYTES = 2 ** 32 - 1;
/** Of a strip before it is packed. */
const STRIP_BYTES = 2 ** 18;
/** Parts of a dot an inch, so that whole dots a metre come back. */
const DENSITY_PARTS = 10000;

/** Tag, type and values: bytes, or numbers; of RATIONAL numerators and denominators. */
type Field = readonly [tag: number, type: number, values: Uint8Array | readonly number[]];

/** Throws VaezipError 'bad-argument' for what such a file does not hold. */
export function writeTiff(pixels: Pixels, metadata: Metadata): Uint8Array {
  const strips = stripsOf(pixels);
  const lengths = strips.map(({ length }) => length);
  let end = HEADER_BYTES;
  const starts = lengths.map((length) => {
    end += length;
    return end - length;
  });
  const fields = fieldsOf(pixels, starts, lengths, metadata);
  const directory = end + (end % 2);
  const valuesAt = directory + 2 + fields.length * ENTRY_BYTES + 4;
  const size = fields.reduce((sum, field) => sum + outsideBytes(field), valuesAt);
  if (size > MOST_BYTES) throw new VaezipError('bad-argument', 'TIFF holds 4 GiB of bytes: name a .png');
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directory, true);
  for (const [index, strip] of strips.entries()) file.set(strip, starts[index]);
  view.setUint16(directory, fields.length, true);
  let outside = valuesAt;
  for (const [index, field] of fields.entries()) {
    const at = directory + 2 + index * ENTRY_BYTES;
    const [tag, type, values] = field;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, type === RATIONAL ? values.length / 2 : values.length, true);
    const bytes = outsideBytes(field);
    if (bytes > 0) view.setUint32(at + 8, outside, true);
    setValues(view, bytes > 0 ? outside : at + 8, field);
    outside += bytes;
  }
  return file;
}

function stripsOf(pixels: Pixels): Uint8Array[] {
  const { width, height, channels, bitDepth } = pixels;
  const layout: Layout = {
    shape: pixels,
    bits: bitDepth,
    differences: true,
    ...{ filler: 0, table: null, littleEndian: true, rowAlignment: 1, rows: null },
  };
  const rows = rowsPerStrip(pixels);
  const stored = Array.from({ length: channels }, (_, channel) => channel);
  const numbers = numbersOf(layout);
  return Array.from({ length: Math.ceil(height / rows) }, (_, strip) => {
    const top = strip * rows;
    const piece: Piece = { left: 0, top, width, height: Math.min(rows, height - top), channels: stored };
    return deflateSync(writePiece(layout, piece, pixels, numbers));
  });
}

function rowsPerStrip({ width, channels, bitDepth }: Pixels): number {
  return Math.max(1, Math.floor(STRIP_BYTES / ((width * channels * bitDepth) / 8)));
}

/** In the order of their numbers. */
function fieldsOf(
  pixels: Pixels,
  starts: readonly number[],
  lengths: readonly number[],
  metadata: Metadata,
): Field[] {
  const { width, height, channels, bitDepth } = pixels;
  const placed = metadata.kind === 'png' ? readPngMetadata(metadata.data) : [];
  const { icc, xmp, density } = foreignOfMetadata(placed);
  const parts = density && [Math.round(density * DENSITY_PARTS), DENSITY_PARTS];
  const fields: (Field | undefined | 0)[] = [
    [TAG.width, LONG, [width]],
    [TAG.height, LONG, [height]],
    [TAG.bits, SHORT, Array<number>(channels).fill(bitDepth)],
    [TAG.compression, SHORT, [COMPRESSION.deflate]],
    [TAG.photometric, SHORT, [channels < 3 ? BLACK_IS_0 : RGB]],
    [TAG.stripOffsets, LONG, starts],
    [TAG.samplesPerPixel, SHORT, [channels]],
    [TAG.rowsPerStrip, LONG, [rowsPerStrip(pixels)]],
    [TAG.stripBytes, LONG, lengths],
    parts && [TAG.xResolution, RATIONAL, parts],
    parts && [TAG.yResolution, RATIONAL, parts],
    [TAG.predictor, SHORT, [DIFFERENCES]],
    channels % 2 === 0 ? [TAG.extraSamples, SHORT, [UNASSOCIATED_ALPHA]] : undefined,
    xmp && [TAG.xmp, BYTE, xmp],
    icc && [TAG.profile, UNDEFINED, icc],
  ];
  return fields.filter((field) => field !== undefined && field !== 0);
}

/** Bytes of values that an entry has no room for, an even number. */
function outsideBytes([, type, values]: Field): number {
  const bytes = (values.length * TYPE_BYTES[type]) / (type === RATIONAL ? 2 : 1);
  return bytes > 4 ? bytes + (bytes % 2) : 0;
}

function setValues(view: DataView, at: number, [, type, values]: Field): void {
  for (const [index, value] of values.entries())
    if (type === SHORT) view.setUint16(at + 2 * index, value, true);
    else if (type === LONG || type === RATIONAL) view.setUint32(at + 4 * index, value, true);
    else view.setUint8(at + index, value);
}
