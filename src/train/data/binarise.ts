// Binarisation of grey images: a pixel is white with a probability of level / 255 (Salakhutdinov and Murray 2008). What
// is measured is binarised once (`binariseAll`), what is trained on anew in every epoch.

import { Random } from '../run/random.ts';

/** Of the one binarisation of the test and the held-out images. */
export const STATIC_SEED = 15;

/** The levels as 255 for white and 0 for black, drawn by the numbers of `key` alone. */
export function binarise(levels: Uint8Array, ...key: number[]): Uint8Array {
  const random = new Random(...key);
  // A word is below 2^32: level 255 is always white, level 0 never.
  return levels.map((level) => (random.word() * 255 < level * 2 ** 32 ? 255 : 0));
}

/** Images of `size` levels each in their static binarisation: drawn by the seed and each image's number alone. */
export function binariseAll(levels: Uint8Array, size: number, seed = STATIC_SEED): Uint8Array {
  const binary = new Uint8Array(levels.length);
  for (let start = 0; start < levels.length; start += size)
    binary.set(binarise(levels.subarray(start, start + size), seed, start / size), start);
  return binary;
}
