// TIFF files as image data and a frame: whatever tags they have, the file comes back where its strips or tiles can be
// packed again as they were. Grey, palettes and RGB, with alpha that colours are not multiplied by.
import type { FileParts } from '../common/file-parts.ts';
import { type Extent, type Framed, type Known, MOST_PIECES, type ToldBytes } from '../frames/frame.ts';
import { type Layout, type Piece, pieceBytesOf, type Table } from '../frames/layout.ts';
import { LZW_OF_TIFF, NOT_PACKED, type Packing, packBitsPacking, zlibPacking } from '../frames/packings.ts';
import { tableOfPalette } from '../frames/palettes.ts';
import {
  BYTE,
  bytesOf,
  type Directory,
  type Entry,
  entryOf,
  numberOf,
  numbersOf,
  readDirectory,
  TAG,
  TYPE_BYTES,
  UNDEFINED,
} from './directory.ts';
import { densityOf } from './read.ts';

const [WHITE_IS_0, BLACK_IS_0, RGB, PALETTE] = [0, 1, 2, 3];
const DIFFERENCES = 2;
const SEPARATE_PLANES = 2;
const UNASSOCIATED_ALPHA = 2;
/** The variant of files whose tiles do so beyond the image. */
const REPEATED_EDGES = 1;
/** Of colours of 16 bits: a byte twice, where it is not followed by 0. */
const BYTE_TWICE = 257;

/** Null where the pixels are of no kind that is read here. Throws VaezipError 'bad-input' for a damaged file. */
export function frameOfTiff(parts: FileParts, variant: number, known?: Known): Framed | null {
  const directory = readDirectory(parts);
  const layout = layoutOf(directory, variant === REPEATED_EDGES);
  const pieces = layout && piecesOf(directory, layout);
  const packing = layout && pieces && packingOf(directory, layout, pieces[0]);
  if (
    variant > REPEATED_EDGES ||
    !packing ||
    !layout ||
    !pieces ||
    directory.next !== 0 ||
    entryOf(directory, TAG.dngVersion)
  )
    return null;
  if (variant === REPEATED_EDGES && !pieces.some((piece) => reachesBeyond(piece, layout))) return null;
  const extents = known?.extents ?? extentsOf(directory);
  if (!extents || extents.length !== pieces.length) return null;
  const foreign = known?.foreign ?? foreignOf(directory);
  const told = toldBytes(directory, extents, foreign);
  return { layout, pieces, extents, packing, packsAnew: true, told, ...foreign };
}

function packingOf(directory: Directory, layout: Layout, piece: Piece): Packing | null {
  switch (numberOf(directory, TAG.compression, 1)) {
    case 1:
      return NOT_PACKED;
    case 5:
      return LZW_OF_TIFF;
    case 8:
    case 32946:
      return zlibPacking();
    case 32773:
      return packBitsPacking(pieceBytesOf(layout, piece) / piece.height);
    default:
      return null;
  }
}

function layoutOf(directory: Directory, repeatsEdges: boolean): Layout | null {
  const number = (tag: number, usual: number) => numberOf(directory, tag, usual);
  const photometric = number(TAG.photometric, -1);
  const colours = photometric === RGB ? 3 : 1;
  const stored = number(TAG.samplesPerPixel, 1);
  const depths = numbersOf(directory, TAG.bits) ?? [1];
  const [bits] = depths;
  const [width, height] = [number(TAG.width, 0), number(TAG.height, 0)];
  const predictor = number(TAG.predictor, 1);
  const isPlain =
    [WHITE_IS_0, BLACK_IS_0, RGB, PALETTE].includes(photometric) &&
    (stored === colours || (stored === colours + 1 && number(TAG.extraSamples, 0) === UNASSOCIATED_ALPHA)) &&
    (bits >= 8 || stored === 1) &&
    [1, 2, 4, 8, 16].includes(bits) &&
    depths.every((depth) => depth === bits) &&
    (numbersOf(directory, TAG.sampleFormat) ?? [1]).every((format) => format === 1) &&
    (predictor === 1 || (predictor === DIFFERENCES && bits >= 8)) &&
    number(TAG.orientation, 1) === 1 &&
    number(TAG.fillOrder, 1) === 1 &&
    width > 0 &&
    height > 0;
  const table = isPlain ? tableOf(directory, photometric, bits, stored) : undefined;
  if (table === undefined) return null;
  const channels = table && table.columns > 1 ? table.columns : stored;
  return {
    shape: { width, height, channels: channels as 1 | 2 | 3 | 4, bitDepth: bits === 16 ? 16 : 8, images: 1 },
    ...{ bits, table, filler: 0, littleEndian: directory.littleEndian },
    differences: predictor === DIFFERENCES,
    ...{ rowAlignment: 1, rows: null, repeatsEdges },
  };
}

/** Null where stored numbers are the samples, undefined where they are of no kind that is read here. */
function tableOf(
  directory: Directory,
  photometric: number,
  bits: number,
  stored: number,
): Table | null | undefined {
  if (photometric === PALETTE) return stored === 1 && bits <= 8 ? paletteOf(directory, bits) : undefined;
  if (photometric === WHITE_IS_0 && stored > 1) return undefined;
  if (photometric !== WHITE_IS_0 && bits >= 8) return null;
  const highest = 2 ** bits - 1;
  const most = bits === 16 ? 65535 : 255;
  const samples = bits === 16 ? new Uint16Array(highest + 1) : new Uint8Array(highest + 1);
  for (let value = 0; value <= highest; value++)
    samples[photometric === WHITE_IS_0 ? highest - value : value] = (value * most) / highest;
  return { samples, columns: 1 };
}

function paletteOf(directory: Directory, bits: number): Table | undefined {
  const map = numbersOf(directory, TAG.colourMap) ?? [];
  if (map.length !== 3 * 2 ** bits || map.some((value) => value % BYTE_TWICE !== 0 && value % 256 !== 0))
    return undefined;
  const colours = Uint8Array.from(map, (_, at) => map[(at % 3) * 2 ** bits + Math.floor(at / 3)] >> 8);
  return tableOfPalette(colours, null);
}

/** Strips or tiles, plane by plane; null for too many. */
function piecesOf(directory: Directory, { shape: { width, height } }: Layout): Piece[] | null {
  const number = (tag: number, usual: number) => numberOf(directory, tag, usual);
  const tiled = entryOf(directory, TAG.tileOffsets) !== undefined;
  const across = tiled ? number(TAG.tileWidth, 0) : width;
  const down = tiled ? number(TAG.tileHeight, 0) : Math.min(number(TAG.rowsPerStrip, height), height);
  const stored = Array.from({ length: number(TAG.samplesPerPixel, 1) }, (_, channel) => channel);
  const planes = number(TAG.planes, 1) === SEPARATE_PLANES ? stored.map((channel) => [channel]) : [stored];
  const count = Math.ceil(width / across) * Math.ceil(height / down) * planes.length;
  if (!(count <= MOST_PIECES)) return null;
  const pieces: Piece[] = [];
  for (const channels of planes)
    for (let top = 0; top < height; top += down)
      for (let left = 0; left < width; left += across) {
        const rows = tiled ? down : Math.min(down, height - top);
        pieces.push({ left, top, width: across, height: rows, channels });
      }
  return pieces;
}

function reachesBeyond({ left, top, width, height }: Piece, { shape }: Layout): boolean {
  return left + width > shape.width || top + height > shape.height;
}

function extentsOf(directory: Directory): Extent[] | null {
  const [starts, lengths] = placesOf(directory).map((entry) => entry && numbersOf(directory, entry.tag));
  if (!starts || !lengths || starts.length !== lengths.length) return null;
  return starts.map((start, index) => ({ start, length: lengths[index] }));
}

/** The entries of offsets and lengths of image data. */
function placesOf(directory: Directory): (Entry | undefined)[] {
  const tiled = entryOf(directory, TAG.tileOffsets) !== undefined;
  const tags = tiled ? [TAG.tileOffsets, TAG.tileBytes] : [TAG.stripOffsets, TAG.stripBytes];
  return tags.map((tag) => entryOf(directory, tag));
}

function foreignOf(directory: Directory) {
  const [icc, xmp] = foreignEntries(directory).map((entry) => entry && bytesOf(directory, entry));
  return { icc, xmp, density: densityOf(directory) ?? undefined };
}

/** The entries of profile and XMP. */
function foreignEntries(directory: Directory): (Entry | undefined)[] {
  return [TAG.profile, TAG.xmp].map((tag) => {
    const entry = entryOf(directory, tag);
    return entry && [BYTE, UNDEFINED].includes(entry.type) && entry.count > 0 ? entry : undefined;
  });
}

/** Where image data are, profile and XMP. */
function toldBytes(
  directory: Directory,
  extents: readonly Extent[],
  { icc, xmp }: Pick<Framed, 'icc' | 'xmp'>,
): ToldBytes[] {
  const [starts, lengths] = placesOf(directory);
  const [profileEntry, xmpEntry] = foreignEntries(directory);
  const places = [
    [starts, extents.map(({ start }) => start)],
    [lengths, extents.map(({ length }) => length)],
  ] as const;
  const numbers = places.flatMap(([entry, values]) =>
    entry ? [{ start: entry.offset, bytes: bytesOfNumbers(values, entry, directory) }] : [],
  );
  const foreign = (
    [
      [profileEntry, icc],
      [xmpEntry, xmp],
    ] as const
  ).flatMap(([entry, bytes]) =>
    entry && bytes?.length === entry.length ? [{ start: entry.offset, bytes }] : [],
  );
  return [...numbers, ...foreign];
}

/** As of the type of the entry. */
function bytesOfNumbers(values: readonly number[], { type }: Entry, { littleEndian }: Directory): Uint8Array {
  const width = TYPE_BYTES[type] ?? 1;
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) {
    if (width === 2) view.setUint16(2 * index, value, littleEndian);
    else if (width === 4) view.setUint32(4 * index, value, littleEndian);
    else if (width === 8) view.setBigUint64(8 * index, BigInt(value), littleEndian);
    else bytes[index] = value;
  }
  return bytes;
}
