// sharp, loaded when an image file is first touched: loading takes 100 ms.
import type { SharpOptions } from 'sharp';
import { type Description, type Reason, reasonOf } from '../../../library/index.ts';

/**
 * Pixels that a file may claim: 16383 x 16383, sharp's own limit against decompression bombs. It stays below what
 * one .vz file holds with three channels.
 */
export const MAX_FILE_PIXELS = 0x3fff * 0x3fff;

/** Why an image of such a size is not decoded; null where it is. */
export function reasonOfSize({ width, height }: Pick<Description, 'width' | 'height'>): Reason | null {
  if (width * height <= MAX_FILE_PIXELS) return null;
  return reasonOf('too-large', `${width}x${height} is beyond ${MAX_FILE_PIXELS} pixels`);
}

/** Reads samples as they lie in the file, whatever its colour profile. */
export const READ_OPTIONS: SharpOptions = {
  ignoreIcc: true,
  limitInputPixels: MAX_FILE_PIXELS,
  sequentialRead: true,
};

/** The module's function. */
export async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  return sharp;
}
