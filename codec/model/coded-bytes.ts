import type { Coded } from './model.ts';

/**
 * Bytes that a file holds of an image. What is chosen by them is the same on every engine: bits, which are an engine's
 * own logarithms, need not be.
 */
export function codedBytes({ sides, groups }: Coded): number {
  return [...Object.values(sides), ...groups].reduce((sum, { length }) => sum + length, 0);
}
