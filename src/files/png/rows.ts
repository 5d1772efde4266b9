// The rows of a PNG file before they are filtered (PNG specification, sections 7.2 and 8): made of the samples as they
// come out, 8 or 16 bits, never a palette.
import type { Pixels } from '../../../library/index.ts';
import type { PngHeader } from './chunks.ts';

/** Column and row where each pass of Adam7 begins, and its steps (PNG specification, section 8.2). */
const ADAM7: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];
const PLAIN: typeof ADAM7 = [[0, 0, 1, 1]];

/** Rows that follow one another, each predicted from the one before: all of an image, or a pass of it. */
export interface Pass {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
  /** Pixels of a row, at least 1. */
  readonly columns: number;
  readonly rows: number;
  /** Of a row, without the byte that names its filter. */
  readonly rowBytes: number;
}

/** The passes that have pixels. */
export function passesOf({ width, height, depth, samples, interlaced }: PngHeader): Pass[] {
  return (interlaced ? ADAM7 : PLAIN).flatMap(([left, top, across, down]) => {
    const columns = Math.ceil(Math.max(0, width - left) / across);
    const rows = Math.ceil(Math.max(0, height - top) / down);
    const rowBytes = Math.ceil((columns * samples * depth) / 8);
    return columns > 0 && rows > 0 ? [{ left, top, across, down, columns, rows, rowBytes }] : [];
  });
}

/** Bytes of the image data once they are unpacked: of all rows, each with the byte that names its filter. */
export function imageDataBytes(passes: readonly Pass[]): number {
  return passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}

/**
 * All rows, pass by pass. `indexOf` gives the index that a pixel of such a colour (as of `coloursOf`) has in the
 * palette, for an image that has one.
 */
export function packRows(
  pixels: Pixels,
  header: PngHeader,
  indexOf: ReadonlyMap<number, number> | null,
): Uint8Array {
  const passes = passesOf(header);
  const packed = new Uint8Array(passes.reduce((sum, { rows, rowBytes }) => sum + rows * rowBytes, 0));
  const values = indexOf ? indicesOf(pixels, indexOf) : valuesOf(pixels, header);
  const { width, depth, samples } = header;
  let at = 0;
  for (const { left, top, across, down, columns, rows, rowBytes } of passes) {
    for (let row = 0; row < rows; row++, at += rowBytes) {
      const first = (top + row * down) * width + left;
      for (let column = 0; column < columns; column++) {
        const pixel = (first + column * across) * samples;
        for (let sample = 0; sample < samples; sample++) {
          const value = values[pixel + sample];
          const index = column * samples + sample;
          if (depth === 8) packed[at + index] = value;
          else if (depth === 16) {
            packed[at + 2 * index] = value >> 8;
            packed[at + 2 * index + 1] = value;
          } else {
            const bit = index * depth;
            packed[at + (bit >> 3)] |= value << (8 - depth - (bit & 7));
          }
        }
      }
    }
  }
  return packed;
}

/** What stands in the file for each sample: fewer bits, and no alpha that a transparent colour has made. */
function valuesOf({ data, channels }: Pixels, { depth, samples }: PngHeader): Uint8Array | Uint16Array {
  const scale = (2 ** depth - 1) / 255;
  if (channels === samples) return depth < 8 ? data.map((level) => level * scale) : data;
  const values = data.slice(0, (data.length / channels) * samples);
  for (let pixel = 0; pixel * samples < values.length; pixel++)
    for (let sample = 0; sample < samples; sample++) {
      const level = data[pixel * channels + sample];
      values[pixel * samples + sample] = depth < 8 ? level * scale : level;
    }
  return values;
}

function indicesOf(pixels: Pixels, indexOf: ReadonlyMap<number, number>): Uint8Array {
  return Uint8Array.from(coloursOf(pixels), (colour) => indexOf.get(colour) ?? 0);
}

/** Each pixel of an image of 8-bit RGB, with or without alpha: alpha 2^24 + red 2^16 + green 2^8 + blue. */
export function coloursOf({ data, width, height, channels }: Pixels): Uint32Array {
  const colours = new Uint32Array(width * height);
  for (let pixel = 0, at = 0; pixel < colours.length; pixel++, at += channels) {
    const alpha = channels === 4 ? data[at + 3] : 255;
    colours[pixel] = ((alpha << 24) | (data[at] << 16) | (data[at + 1] << 8) | data[at + 2]) >>> 0;
  }
  return colours;
}
