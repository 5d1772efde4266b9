// Digits as pictures: white on black.

import type { Picture } from '../frame/pictures.ts';
import { PIXELS, SIDE } from './model.ts';

/** An image of bits. */
export function digitPicture(bits: Uint8Array): Picture {
  return { width: SIDE, height: SIDE, levels: bits.map((bit) => 255 * bit) };
}

/** The probability of each pixel to be white, as its level; of the `index`th 784 logits. */
export function meansPicture(logits: Float32Array, index = 0): Picture {
  const own = logits.subarray(index * PIXELS, (index + 1) * PIXELS);
  return {
    width: SIDE,
    height: SIDE,
    levels: Uint8Array.from(own, (logit) => Math.round(255 / (1 + Math.exp(-logit)))),
  };
}

/** What is known of an image of bits, white on black; the pixels from number `from` on are grey. */
export function knownPicture(bits: Uint8Array, from: number): Picture {
  const picture = digitPicture(bits);
  picture.levels.fill(128, from);
  return picture;
}
