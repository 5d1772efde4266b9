// Images made small for previews.

import { alphaOf, coloursOf, hasAlpha, withAlpha } from '../codec/pixels/alpha.ts';
import { type Pixels, sampleCount } from '../codec/pixels/pixels.ts';

/** Pixels of the longer side, at most. */
export const MAX_PREVIEW_SIDE = 256;

/** The first image, smaller by a whole factor, 8 bits a sample; null for one that is small enough. */
export function shrunk(image: Pixels): Pixels | null {
  const factor = Math.ceil(Math.max(image.width, image.height) / MAX_PREVIEW_SIDE);
  if (factor === 1) return null;
  const first = { ...image, images: 1, data: image.data.subarray(0, sampleCount({ ...image, images: 1 })) };
  if (!hasAlpha(image)) return meansOf(first, factor, null);
  // What is not seen has no say in the colours.
  const alpha = alphaOf(first);
  return withAlpha(meansOf(coloursOf(first), factor, alpha), meansOf(alpha, factor, null));
}

/** Means over squares of samples, 8 bits each; weighted, where there are weights for the pixels. */
function meansOf(image: Pixels, factor: number, weights: Pixels | null): Pixels {
  const { channels, bitDepth, data } = image;
  const [width, height] = [Math.ceil(image.width / factor), Math.ceil(image.height / factor)];
  const means = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let [sum, total] = [0, 0];
        for (let row = y * factor; row < Math.min((y + 1) * factor, image.height); row++)
          for (let column = x * factor; column < Math.min((x + 1) * factor, image.width); column++) {
            const pixel = row * image.width + column;
            const weight = weights ? weights.data[pixel] : 1;
            sum += weight * data[pixel * channels + c];
            total += weight;
          }
        const mean = total === 0 ? 0 : sum / total;
        means[(y * width + x) * channels + c] = Math.round(bitDepth === 16 ? mean / 257 : mean);
      }
  return { width, height, channels, bitDepth: 8, images: 1, data: means };
}
