// Samples as browsers have them: what codecs made for browsers take.
import type { PixelsInput } from '../../library/index.ts';

/** Four channels of an 8-bit image; opaque where it has no alpha. */
export function toRgba({ width, height, channels, data }: Omit<PixelsInput, 'bitDepth'>): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  const grey = channels < 3;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = channels * pixel;
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] = data[from + (grey ? 0 : channel)];
    if (channels % 2 === 0) rgba[4 * pixel + 3] = data[from + channels - 1];
  }
  return rgba;
}
