// How a photo is cut into groups of rows, each of which is coded as a photo of its own: several can be coded at once,
// one can be read alone, and damage stays in the one that has it.

import type { Rows } from '../model/model.ts';

/** Pixels of a group, at least; a photo of less than twice as many is one group. */
export const GROUP_PIXELS = 1_400_000;

/** Groups of a photo; they depend on its size alone. */
export function groupCount(width: number, height: number, groupPixels = GROUP_PIXELS): number {
  return Math.min(height, Math.max(1, Math.floor((width * height) / groupPixels)));
}

/** The rows of each group, from the top, shared out as evenly as they can be: no group has more than one row more. */
export function groupsOf(width: number, height: number, groupPixels?: number): readonly Rows[] {
  const count = groupCount(width, height, groupPixels);
  const edge = (group: number) => Math.floor((group * height) / count);
  return Array.from({ length: count }, (_, group) => ({ from: edge(group), to: edge(group + 1) }));
}
