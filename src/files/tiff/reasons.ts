// Which TIFF files are kept, by their tags.
import { type Reason, reasonOf } from '../../../library/index.ts';
import { allOf } from '../../text/lists.ts';
import { type Directory, entryOf, numberOf, numbersOf, TAG } from './directory.ts';

export const [WHITE_IS_0, BLACK_IS_0, RGB, PALETTE] = [0, 1, 2, 3];
export const DIFFERENCES = 2;
export const UNASSOCIATED_ALPHA = 2;
/** Compressions that are read here: none, LZW, Deflate (two numbers), PackBits. */
export const COMPRESSION = { none: 1, lzw: 5, deflate: 8, oldDeflate: 32946, packBits: 32773 } as const;

const READ: readonly number[] = Object.values(COMPRESSION);
const LOSSY: Readonly<Record<number, string>> = { 6: 'JPEG', 7: 'JPEG', 34892: 'JPEG', 50001: 'WebP' };
const OTHERS: Readonly<Record<number, string>> = {
  ...{ 4: 'mask', 5: 'CMYK', 6: 'YCbCr', 8: 'LAB', 9: 'LAB', 10: 'LAB' },
  ...{ 32803: 'raw', 32844: 'LogL', 32845: 'LogLuv', 34892: 'raw' },
};

/** Whether readers heed the predictor: of LZW and Deflate alone. */
export function hasPredictor(compression: number): boolean {
  const { lzw, deflate, oldDeflate } = COMPRESSION;
  return compression === lzw || compression === deflate || compression === oldDeflate;
}

/**
 * Null for grey, palettes and RGB of 1 to 16 unsigned bits, with alpha that colours are not multiplied by or without,
 * upright, packed without loss.
 */
export function reasonOfTiff(directory: Directory): Reason | null {
  const number = (tag: number, usual: number) => numberOf(directory, tag, usual);
  if (directory.next !== 0) return reasonOf('pages');
  if (entryOf(directory, TAG.dngVersion)) return reasonOf('undecoded', 'DNG is not decoded here');
  const compression = number(TAG.compression, 1);
  if (LOSSY[compression]) return reasonOf('lossy', `${LOSSY[compression]} in TIFF is lossy already`);
  const photometric = number(TAG.photometric, -1);
  if (![WHITE_IS_0, BLACK_IS_0, RGB, PALETTE].includes(photometric))
    return reasonOf('samples', `${OTHERS[photometric] ?? `photometric ${photometric}`} samples`);
  const samples = number(TAG.samplesPerPixel, 1);
  const depths = numbersOf(directory, TAG.bits) ?? [1];
  const [bits] = depths;
  const most = photometric === PALETTE ? 8 : 16;
  const isOfBits = [1, 2, 4, 8, 16].includes(bits) && bits <= most && (bits >= 8 || samples === 1);
  if (!isOfBits || depths.some((depth) => depth !== bits))
    return reasonOf('samples', `TIFF of ${allOf([...new Set(depths)].map(String))}-bit samples`);
  if ((numbersOf(directory, TAG.sampleFormat) ?? [1]).some((format) => format !== 1))
    return reasonOf('samples', 'TIFF samples that are signed or of floating point');
  if (!READ.includes(compression))
    return reasonOf('undecoded', `TIFF's compression ${compression} is not decoded here`);
  const predictor = number(TAG.predictor, 1);
  if (hasPredictor(compression) && predictor !== 1 && !(predictor === DIFFERENCES && bits >= 8))
    return reasonOf('undecoded', `TIFF's predictor ${predictor} is not decoded here`);
  if (number(TAG.fillOrder, 1) !== 1) return reasonOf('undecoded', 'TIFF of bits in another order');
  const colours = photometric === RGB ? 3 : 1;
  if (samples === colours + 1) {
    const isPlain = (photometric === RGB || photometric === BLACK_IS_0) && bits >= 8;
    if (!isPlain || number(TAG.extraSamples, 0) !== UNASSOCIATED_ALPHA)
      return reasonOf('alpha', 'TIFF with alpha');
  } else if (samples !== colours) return reasonOf('samples', `TIFF with ${samples} channels`);
  return number(TAG.orientation, 1) === 1 ? null : reasonOf('rotated', 'a rotated TIFF');
}
