// How samples lie in image data that are not packed: bits, order, rows, pieces. `writePiece` makes the bytes again of
// which `readPiece` made pixels, but for those that no pixel tells.
import { sampleCount } from '../../../codec/pixels/pixels.ts';
import { type Pixels, type Shape, VaezipError } from '../../../library/index.ts';

/** A rectangle of the image, in rows as they are stored. */
export interface Piece {
  readonly left: number;
  /** The number of its first row, in the order in which rows are stored. */
  readonly top: number;
  /** May reach beyond the image, which the pixels do not tell. */
  readonly width: number;
  readonly height: number;
  /** The channels of a pixel's stored numbers; null for one that is always the layout's filler. */
  readonly channels: readonly (number | null)[];
}

/** What stored numbers stand for: for each of them, so many samples. */
export interface Table {
  readonly samples: Uint8Array | Uint16Array;
  /** 1 where each stored number is of a sample, else the channels. */
  readonly columns: number;
}

export interface Layout {
  readonly shape: Shape;
  /** Of a stored number: 1, 2, 4, 8 or 16, the first in the highest bits. */
  readonly bits: number;
  /** What is stored where a pixel has no sample. */
  readonly filler: number;
  readonly table: Table | null;
  /** Of 16 bits: the least significant byte first. */
  readonly littleEndian: boolean;
  /** Whether numbers are differences from those of the pixel at the left (TIFF 6.0, section 14). */
  readonly differences: boolean;
  /** Rows begin at multiples of so many bytes; zeros fill them. */
  readonly rowAlignment: number;
  /** The row of the image that each stored row is; null where they are in its order. */
  readonly rows: Uint32Array | null;
  /** Whether pieces that reach beyond the image repeat its last column and row there, in place of zeros. */
  readonly repeatsEdges?: boolean;
}

/** Bytes of a stored row. */
function rowBytesOf({ bits, rowAlignment }: Layout, { width, channels }: Piece): number {
  return Math.ceil(Math.ceil((width * channels.length * bits) / 8) / rowAlignment) * rowAlignment;
}

export function pieceBytesOf(layout: Layout, piece: Piece): number {
  return rowBytesOf(layout, piece) * piece.height;
}

export function emptyPixels(shape: Shape): Pixels {
  const samples = sampleCount(shape);
  return { ...shape, data: shape.bitDepth === 16 ? new Uint16Array(samples) : new Uint8Array(samples) };
}

/**
 * Reads a piece's bytes into the pixels.
 * @throws VaezipError 'bad-input' for too few bytes, and numbers that stand for nothing.
 */
export function readPiece(bytes: Uint8Array, layout: Layout, piece: Piece, { data }: Pixels): void {
  const { shape, table, differences, bits } = layout;
  const { channels } = piece;
  const rowBytes = rowBytesOf(layout, piece);
  if (bytes.length < rowBytes * piece.height)
    throw new VaezipError('bad-input', 'its image data are too short');
  const stored = new Uint16Array(piece.width * channels.length);
  const columns = Math.min(piece.width, shape.width - piece.left);
  for (let row = 0; row < piece.height && piece.top + row < shape.height; row++) {
    readRow(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), layout, stored);
    if (differences) sumUp(stored, channels.length, bits);
    const start = (rowOf(layout, piece.top + row) * shape.width + piece.left) * shape.channels;
    if (table && table.columns > 1) lookUp(stored, table, data, start, columns);
    else
      for (const [index, channel] of channels.entries())
        if (channel !== null)
          spread(stored.subarray(index), channels.length, layout, data, start + channel, columns);
  }
}

/**
 * The bytes of a piece, with zeros for what no pixel tells unless edges are repeated.
 * @throws VaezipError 'bad-file' for pixels that no stored number stands for.
 */
export function writePiece(layout: Layout, piece: Piece, { data }: Pixels, numbers: Numbers): Uint8Array {
  const { shape, differences, bits, filler } = layout;
  const { channels } = piece;
  const rowBytes = rowBytesOf(layout, piece);
  const bytes = new Uint8Array(rowBytes * piece.height);
  const stored = new Uint16Array(piece.width * channels.length);
  const columns = Math.min(piece.width, shape.width - piece.left);
  for (let row = 0; row < piece.height && piece.top + row < shape.height; row++) {
    const start = (rowOf(layout, piece.top + row) * shape.width + piece.left) * shape.channels;
    if (numbers.ofColours) gatherColours(stored, numbers.ofColours, data, start, columns, shape.channels);
    else
      for (const [index, channel] of channels.entries())
        for (let column = 0; column < columns; column++) {
          const sample = channel === null ? filler : data[start + channel + column * shape.channels];
          stored[column * channels.length + index] =
            numbers.ofSamples && channel !== null ? numbers.ofSamples[sample] : sample;
        }
    for (let at = columns * channels.length; at < stored.length; at++)
      stored[at] = layout.repeatsEdges ? stored[at - channels.length] : 0;
    if (differences) takeDifferences(stored, channels.length, bits);
    writeRow(stored, layout, bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
  }
  const inside = Math.min(piece.height, shape.height - piece.top);
  for (let row = inside; row < piece.height && layout.repeatsEdges; row++)
    bytes.copyWithin(row * rowBytes, (inside - 1) * rowBytes, inside * rowBytes);
  return bytes;
}

/** What numbers stand for samples, or colours: the first of those that stand for the same. */
export interface Numbers {
  readonly ofSamples: Uint16Array | null;
  readonly ofColours: ReadonlyMap<number, number> | null;
}

export function numbersOf({ table }: Pick<Layout, 'table'>): Numbers {
  if (!table) return { ofSamples: null, ofColours: null };
  const { samples, columns } = table;
  if (columns === 1) {
    const ofSamples = new Uint16Array(samples instanceof Uint16Array ? 65536 : 256);
    for (let number = samples.length - 1; number >= 0; number--) ofSamples[samples[number]] = number;
    return { ofSamples, ofColours: null };
  }
  const ofColours = new Map<number, number>();
  for (let number = samples.length / columns - 1; number >= 0; number--)
    ofColours.set(colourAt(samples, number * columns, columns), number);
  return { ofSamples: null, ofColours };
}

function rowOf({ rows }: Layout, stored: number): number {
  return rows ? rows[stored] : stored;
}

function lookUp(
  stored: Uint16Array,
  { samples, columns: each }: Table,
  data: Pixels['data'],
  start: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column++) {
    const from = stored[column] * each;
    if (from >= samples.length) throw new VaezipError('bad-input', 'a pixel has a colour beyond its palette');
    for (let channel = 0; channel < each; channel++)
      data[start + column * each + channel] = samples[from + channel];
  }
}

function spread(
  stored: Uint16Array,
  each: number,
  { shape, table }: Layout,
  data: Pixels['data'],
  start: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column++) {
    const number = stored[column * each];
    if (table && number >= table.samples.length)
      throw new VaezipError('bad-input', 'a sample is beyond the highest one that its header allows');
    data[start + column * shape.channels] = table ? table.samples[number] : number;
  }
}

function gatherColours(
  stored: Uint16Array,
  ofColours: ReadonlyMap<number, number>,
  data: Pixels['data'],
  start: number,
  columns: number,
  channels: number,
): void {
  let [last, number] = [-1, 0];
  for (let column = 0; column < columns; column++) {
    const colour = colourAt(data, start + column * channels, channels);
    if (colour !== last) {
      const found = ofColours.get(colour);
      if (found === undefined)
        throw new VaezipError('bad-file', 'a pixel has a colour that is not in the palette of its recipe');
      [last, number] = [colour, found];
    }
    stored[column] = number;
  }
}

/** Up to four samples of 8 bits as one number. */
function colourAt(samples: Pixels['data'], start: number, channels: number): number {
  let colour = 0;
  for (let channel = 0; channel < channels; channel++) colour = colour * 256 + samples[start + channel];
  return colour;
}

function readRow(bytes: Uint8Array, { bits, littleEndian }: Layout, stored: Uint16Array): void {
  if (bits === 8) stored.set(bytes.subarray(0, stored.length));
  else if (bits === 16) {
    const [high, low] = littleEndian ? [1, 0] : [0, 1];
    for (let at = 0; at < stored.length; at++) stored[at] = (bytes[2 * at + high] << 8) | bytes[2 * at + low];
  } else {
    const each = 8 / bits;
    for (let at = 0; at < stored.length; at++)
      stored[at] = (bytes[Math.floor(at / each)] >> (8 - bits * ((at % each) + 1))) & (2 ** bits - 1);
  }
}

function writeRow(stored: Uint16Array, { bits, littleEndian }: Layout, bytes: Uint8Array): void {
  if (bits === 8) bytes.set(stored);
  else if (bits === 16) {
    const [high, low] = littleEndian ? [1, 0] : [0, 1];
    for (let at = 0; at < stored.length; at++) {
      bytes[2 * at + high] = stored[at] >> 8;
      bytes[2 * at + low] = stored[at];
    }
  } else {
    const each = 8 / bits;
    for (let at = 0; at < stored.length; at++)
      bytes[Math.floor(at / each)] |= stored[at] << (8 - bits * ((at % each) + 1));
  }
}

function sumUp(stored: Uint16Array, step: number, bits: number): void {
  const mask = 2 ** bits - 1;
  for (let at = step; at < stored.length; at++) stored[at] = (stored[at] + stored[at - step]) & mask;
}

function takeDifferences(stored: Uint16Array, step: number, bits: number): void {
  const mask = 2 ** bits - 1;
  for (let at = stored.length - 1; at >= step; at--) stored[at] = (stored[at] - stored[at - step]) & mask;
}
