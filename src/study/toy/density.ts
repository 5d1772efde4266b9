// Densities of the plane that are known exactly: what a toy model's -log p(x) is held against.

import type { Random } from '../../train/run/random.ts';

export type Point = readonly [x1: number, x2: number];

export interface Density {
  readonly name: string;
  /** In titles. */
  readonly title: string;
  /** Differential entropy, in bits of both dimensions together: no model's mean -log2 p(x) is below it. */
  readonly entropy: number;
  sample(random: Random): Point;
  /** log2 p(x), exactly; -Infinity where p is 0. */
  log2(point: Point): number;
}

/** `count` points of the density, row after row: [count, 2]. */
export function samplePoints(density: Density, count: number, random: Random): Float32Array {
  const points = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) points.set(density.sample(random), 2 * i);
  return points;
}

/**
 * The differential entropy by the rectangle rule on a grid of `side` x `side` points over [-reach, reach]^2, and the
 * integral of p, which tells how good the grid is: 1.
 */
export function integrateEntropy(
  { log2 }: Density,
  reach: number,
  side: number,
): { entropy: number; mass: number } {
  const step = (2 * reach) / side;
  const at = (i: number) => -reach + step * (i + 0.5);
  let [entropy, mass] = [0, 0];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const bits = log2([at(i), at(j)]);
      const p = 2 ** bits * step * step;
      mass += p;
      if (p > 0) entropy -= p * bits;
    }
  }
  return { entropy, mass };
}
