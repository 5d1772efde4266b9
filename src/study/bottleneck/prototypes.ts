// Classes that images have by themselves: which of a few prototypes is nearest. Prototypes are the means of k-means
// (Lloyd 1982), begun far from each other (Arthur and Vassilvitskii 2007).

import type { Random } from '../../train/run/random.ts';

const ROUNDS = 20;

/** `count` means of the images. */
export function prototypesOf(
  images: readonly Uint8Array[],
  count: number,
  random: Random,
): readonly Float64Array[] {
  let prototypes = firstPrototypes(images, count, random);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = prototypes.map((prototype) => new Float64Array(prototype.length));
    const members = prototypes.map(() => 0);
    for (const image of images) {
      const index = nearest(image, prototypes);
      members[index]++;
      for (const [i, level] of image.entries()) sums[index][i] += level;
    }
    prototypes = sums.map((sum, k) =>
      members[k] > 0 ? sum.map((value) => value / members[k]) : prototypes[k],
    );
  }
  return prototypes;
}

/** The number of the nearest prototype of each image. */
export function classesOf(images: readonly Uint8Array[], prototypes: readonly Float64Array[]): Uint8Array {
  return Uint8Array.from(images, (image) => nearest(image, prototypes));
}

/** Images, each drawn with a probability in proportion to its squared distance from those before. */
function firstPrototypes(images: readonly Uint8Array[], count: number, random: Random): Float64Array[] {
  const chosen = [Float64Array.from(images[random.integer(images.length)])];
  const squares = images.map((image) => squaredDistance(image, chosen[0]));
  while (chosen.length < count) {
    let left = random.uniform() * squares.reduce((a, b) => a + b, 0);
    const at = squares.findIndex((square) => {
      left -= square;
      return left < 0;
    });
    const next = Float64Array.from(images[Math.max(0, at)]);
    chosen.push(next);
    for (const [i, image] of images.entries())
      squares[i] = Math.min(squares[i], squaredDistance(image, next));
  }
  return chosen;
}

function nearest(image: Uint8Array, prototypes: readonly Float64Array[]): number {
  let index = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [k, prototype] of prototypes.entries()) {
    const distance = squaredDistance(image, prototype);
    if (distance >= least) continue;
    least = distance;
    index = k;
  }
  return index;
}

function squaredDistance(image: Uint8Array, prototype: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < image.length; i++) {
    const off = image[i] - prototype[i];
    sum += off * off;
  }
  return sum;
}
