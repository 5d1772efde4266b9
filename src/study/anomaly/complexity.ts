// How much an image takes that a coder knows nothing of beforehand: what is to be taken off a likelihood, so that
// images are not held for ordinary because they are simple (Serra et al. 2020).

import { contextOf } from '../digits/neighbours.ts';

/** Pixels that a pixel's counts depend on: left, above, and the two beside that one. */
const NEIGHBOURS = 4;

/** Bits of an image of bits by counts of its own pixels so far (Krichevsky and Trofimov 1981), a pair a context. */
export function adaptiveBits(image: Uint8Array): number {
  const context = contextOf([image], NEIGHBOURS);
  const counts = Array.from({ length: 2 ** NEIGHBOURS }, () => [0.5, 0.5]);
  let bits = 0;
  for (const [i, bit] of image.entries()) {
    const seen = context.subarray(i * NEIGHBOURS, (i + 1) * NEIGHBOURS);
    const count = counts[seen.reduce((index, neighbour) => 2 * index + neighbour, 0)];
    bits -= Math.log2(count[bit] / (count[0] + count[1]));
    count[bit]++;
  }
  return bits;
}
