// Pixels of up to 256 colours, one of them transparent, as a GIF file.
import { inTurns } from '../../../codec/bytes/turns.ts';
import { type Pixels, VaezipError } from '../../../library/index.ts';
import { type Layout, numbersOf, type Piece, writePiece } from '../frames/layout.ts';
import { lzwOfGif } from '../frames/packings.ts';

const MOST_SIDE = 65535;
const MOST_COLOURS = 256;
const OTHER_KIND = 'name a .png';

/** Throws VaezipError 'bad-argument' for what such a file does not hold. */
export async function writeGif(pixels: Pixels): Promise<Uint8Array> {
  const { width, height, channels, bitDepth } = pixels;
  if (bitDepth !== 8 || Math.max(width, height) > MOST_SIDE)
    throw new VaezipError(
      'bad-argument',
      `GIF holds 8 bits a sample and ${MOST_SIDE} pixels a side: ${OTHER_KIND}`,
    );
  const colours = coloursOf(pixels);
  const transparent = channels % 2 === 0 ? transparentOf(colours, channels) : -1;
  const bits = Math.max(1, 32 - Math.clz32(colours.length / channels - 1));
  const layout: Layout = {
    shape: pixels,
    table: { samples: colours, columns: channels },
    ...{ bits: 8, filler: 0, littleEndian: false, differences: false, rowAlignment: 1, rows: null },
  };
  const piece: Piece = { left: 0, top: 0, width, height, channels: [0] };
  const literalBits = Math.max(2, bits);
  const content = writePiece(layout, piece, pixels, numbersOf(layout));
  const packed = await inTurns(lzwOfGif(literalBits).packAnew(content));
  const palette = new Uint8Array(3 * 2 ** bits);
  for (let at = 0; at < colours.length / channels; at++)
    for (let channel = 0; channel < 3; channel++)
      palette[3 * at + channel] = colours[at * channels + (channels < 3 ? 0 : channel)];
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  const control = transparent < 0 ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0];
  const before = [...Buffer.from('GIF89a'), ...size, 0xf0 | (bits - 1), 0, 0];
  const header = [...control, 0x2c, 0, 0, 0, 0, ...size, 0, literalBits];
  return new Uint8Array(
    Buffer.concat([Buffer.from(before), palette, Buffer.from(header), packed, Buffer.of(0x3b)]),
  );
}

/** Samples of each colour, in the order in which they appear. */
function coloursOf({ data, channels }: Pixels): Uint8Array {
  const seen = new Set<number>();
  const colours: number[] = [];
  for (let at = 0; at < data.length; at += channels) {
    let colour = 0;
    for (let channel = 0; channel < channels; channel++) colour = colour * 256 + data[at + channel];
    if (seen.has(colour)) continue;
    seen.add(colour);
    colours.push(...data.subarray(at, at + channels));
    if (seen.size > MOST_COLOURS)
      throw new VaezipError('bad-argument', `GIF holds ${MOST_COLOURS} colours: ${OTHER_KIND}`);
  }
  return Uint8Array.from(colours);
}

/** The number of the transparent colour; -1 for none. */
function transparentOf(colours: Uint8Array, channels: number): number {
  const alphas = Array.from(
    { length: colours.length / channels },
    (_, at) => colours[(at + 1) * channels - 1],
  );
  if (alphas.some((alpha) => alpha > 0 && alpha < 255) || alphas.filter((alpha) => alpha === 0).length > 1)
    throw new VaezipError(
      'bad-argument',
      `GIF holds one transparent colour, and no other alpha: ${OTHER_KIND}`,
    );
  return alphas.indexOf(0);
}
