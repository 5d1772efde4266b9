// TIFF files as image data and a frame: whatever tags they have, the file comes back where its strips or tiles can be
// packed again as they were. Grey, palettes and RGB, with alpha that colours are not multiplied by.
import { type Reason, reasonOf, type Shape } from '../../../library/index.ts';
import type { FileParts } from '../common/file-parts.ts';
import { type Extent, type Framed, type Known, MOST_PIECES, type ToldBytes } from '../frames/frame.ts';
import { type Layout, type Piece, pieceBytesOf, type Table } from '../frames/layout.ts';
import { LZW_OF_TIFF, NOT_PACKED, type Packing, packBitsPacking, zlibPacking } from '../frames/packings.ts';
import { tableOfPalette } from '../frames/palettes.ts';
import {
  type Directory,
  damaged,
  type Entry,
  entryOf,
  numberOf,
  numbersOf,
  readDirectory,
  TAG,
  TYPE_BYTES,
} from './directory.ts';
import { foreignEntries, foreignOf } from './foreign.ts';
import { COMPRESSION, DIFFERENCES, hasPredictor, PALETTE, reasonOfTiff, WHITE_IS_0 } from './reasons.ts';

const SEPARATE_PLANES = 2;
/** The variant of files whose tiles do so beyond the image. */
const REPEATED_EDGES = 1;
/** Of colours of 16 bits: a byte twice, where it is not followed by 0. */
const BYTE_TWICE = 257;

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export function frameOfTiff(parts: FileParts, variant: number, known?: Known): Framed | Reason | null {
  const directory = readDirectory(parts);
  const reason = reasonOfTiff(directory);
  if (reason) return reason;
  const layout = layoutOf(directory, variant === REPEATED_EDGES);
  if ('kind' in layout) return layout;
  const pieces = piecesOf(directory, layout);
  const isOther = variant === REPEATED_EDGES && pieces.some((piece) => reachesBeyond(piece, layout));
  if (variant > 0 && !isOther) return null;
  const extents = known?.extents ?? extentsOf(directory);
  if (extents.length !== pieces.length)
    return reasonOf(
      'extras',
      `a TIFF of ${extents.length} strips or tiles where its image has ${pieces.length}`,
    );
  const foreign = known?.foreign ?? foreignOf(directory);
  const packing = packingOf(directory, layout, pieces[0]);
  const told = toldBytes(directory, extents, foreign);
  return { layout, pieces, extents, packing, packsAnew: true, told, ...foreign };
}

function packingOf(directory: Directory, layout: Layout, piece: Piece): Packing {
  switch (numberOf(directory, TAG.compression, 1)) {
    case COMPRESSION.lzw:
      return LZW_OF_TIFF;
    case COMPRESSION.deflate:
    case COMPRESSION.oldDeflate:
      return zlibPacking();
    case COMPRESSION.packBits:
      return packBitsPacking(pieceBytesOf(layout, piece) / piece.height);
    default:
      return NOT_PACKED;
  }
}

function layoutOf(directory: Directory, repeatsEdges: boolean): Layout | Reason {
  const number = (tag: number, usual: number) => numberOf(directory, tag, usual);
  const [width, height, bits] = [number(TAG.width, 0), number(TAG.height, 0), number(TAG.bits, 1)];
  if (width === 0 || height === 0) throw damaged('it has no pixels');
  const stored = number(TAG.samplesPerPixel, 1);
  const table = tableOf(directory, number(TAG.photometric, -1), bits);
  if (table && 'kind' in table) return table;
  const channels = table && table.columns > 1 ? table.columns : stored;
  return {
    shape: {
      width,
      height,
      channels: channels as Shape['channels'],
      bitDepth: bits === 16 ? 16 : 8,
      images: 1,
    },
    ...{ bits, table, filler: 0, littleEndian: directory.littleEndian },
    differences: hasPredictor(number(TAG.compression, 1)) && number(TAG.predictor, 1) === DIFFERENCES,
    ...{ rowAlignment: 1, rows: null, repeatsEdges },
  };
}

/** Null where stored numbers are the samples. */
function tableOf(directory: Directory, photometric: number, bits: number): Table | Reason | null {
  if (photometric === PALETTE) return paletteOf(directory, bits);
  if (photometric !== WHITE_IS_0 && bits >= 8) return null;
  const highest = 2 ** bits - 1;
  const most = bits === 16 ? 65535 : 255;
  const samples = bits === 16 ? new Uint16Array(highest + 1) : new Uint8Array(highest + 1);
  for (let value = 0; value <= highest; value++)
    samples[photometric === WHITE_IS_0 ? highest - value : value] = (value * most) / highest;
  return { samples, columns: 1 };
}

function paletteOf(directory: Directory, bits: number): Table | Reason {
  const map = numbersOf(directory, TAG.colourMap) ?? [];
  const entries = 2 ** bits;
  if (map.length !== 3 * entries) throw damaged('its palette is of another length');
  if (map.some((value) => value % BYTE_TWICE !== 0 && value % 256 !== 0))
    return reasonOf('samples', 'a TIFF of a palette of 16-bit colours');
  const colours = Uint8Array.from(map, (_, at) => map[(at % 3) * entries + Math.floor(at / 3)] >> 8);
  return tableOfPalette(colours, null);
}

/** Strips or tiles, plane by plane. */
function piecesOf(directory: Directory, { shape: { width, height } }: Layout): Piece[] {
  const number = (tag: number, usual: number) => numberOf(directory, tag, usual);
  const tiled = entryOf(directory, TAG.tileOffsets) !== undefined;
  const across = tiled ? number(TAG.tileWidth, 0) : width;
  const down = tiled ? number(TAG.tileHeight, 0) : Math.min(number(TAG.rowsPerStrip, height), height);
  const stored = Array.from({ length: number(TAG.samplesPerPixel, 1) }, (_, channel) => channel);
  const planes = number(TAG.planes, 1) === SEPARATE_PLANES ? stored.map((channel) => [channel]) : [stored];
  const count = Math.ceil(width / across) * Math.ceil(height / down) * planes.length;
  if (!(count <= MOST_PIECES)) throw damaged(`it has ${count} strips or tiles`);
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

function extentsOf(directory: Directory): Extent[] {
  const [starts, lengths] = placesOf(directory).map((entry) => entry && numbersOf(directory, entry.tag));
  if (!starts || !lengths || starts.length !== lengths.length) throw damaged('its image data are not there');
  return starts.map((start, index) => ({ start, length: lengths[index] }));
}

/** The entries of offsets and lengths of image data. */
function placesOf(directory: Directory): (Entry | undefined)[] {
  const tiled = entryOf(directory, TAG.tileOffsets) !== undefined;
  const tags = tiled ? [TAG.tileOffsets, TAG.tileBytes] : [TAG.stripOffsets, TAG.stripBytes];
  return tags.map((tag) => entryOf(directory, tag));
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
