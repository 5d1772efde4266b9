// Pixels as a BMP file: grey as a palette of 256 levels, red, green and blue in 24 bits, alpha in 32 by masks, which
// the header of Windows 95 (108 bytes) is the first to have.
import { type Pixels, VaezipError } from '../../../library/index.ts';
import { type Layout, numbersOf, type Piece, pieceBytesOf, writePiece } from '../frames/layout.ts';
import { FILE_HEADER_BYTES, MASKED, PLAIN, PLAIN_HEADER_BYTES, ROW_ALIGNMENT } from './frame.ts';

const MASKS_HEADER_BYTES = 108;
/** Of red, green, blue and alpha. */
const MASKS = [0xff0000, 0xff00, 0xff, 0xff000000];
const GREYS = 256;
/** Of the colour space: that of Windows, as sRGB. */
const COLOUR_SPACE = 0x57696e20;

/** Throws VaezipError 'bad-argument' for what such a file does not hold. */
export function writeBmp(pixels: Pixels): Uint8Array {
  const { width, height, channels, bitDepth } = pixels;
  if (bitDepth !== 8) throw new VaezipError('bad-argument', 'BMP holds 8 bits a sample: name a .tif or .png');
  const stored = [[0], [0, 0, 0, 1], [2, 1, 0], [2, 1, 0, 3]][channels - 1];
  const layout: Layout = {
    shape: pixels,
    rows: Uint32Array.from({ length: height }, (_, row) => height - 1 - row),
    rowAlignment: ROW_ALIGNMENT,
    ...{ bits: 8, filler: 0, table: null, littleEndian: true, differences: false },
  };
  const piece: Piece = { left: 0, top: 0, width, height, channels: stored };
  const hasAlpha = stored.length === 4;
  const headerBytes = hasAlpha ? MASKS_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const colours = channels === 1 ? GREYS : 0;
  const offset = FILE_HEADER_BYTES + headerBytes + 4 * colours;
  const size = offset + pieceBytesOf(layout, piece);
  if (size >= 2 ** 32) throw new VaezipError('bad-argument', 'BMP holds 4 GiB of bytes: name a .png');
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, size],
    [10, offset],
    [14, headerBytes],
    [18, width],
    [22, height],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8 * stored.length, true);
  view.setUint32(30, hasAlpha ? MASKED : PLAIN, true);
  view.setUint32(34, size - offset, true);
  view.setUint32(46, colours, true);
  if (hasAlpha)
    for (const [index, value] of [...MASKS, COLOUR_SPACE].entries())
      view.setUint32(54 + 4 * index, value, true);
  for (let level = 0; level < colours; level++)
    file.fill(
      level,
      FILE_HEADER_BYTES + headerBytes + 4 * level,
      FILE_HEADER_BYTES + headerBytes + 4 * level + 3,
    );
  file.set(writePiece(layout, piece, pixels, numbersOf(layout)), offset);
  return file;
}
