// How a photo is cut into groups of rows, each of which is coded as a photo of its own: several can be coded at once,
// one can be read alone, and damage stays in the one that has it.

import type { Rows } from '../model/model.ts';
import type { Shape } from '../pixels/pixels.ts';

/** Pixels of a group, at least; a photo of less than twice as many is one group. */
export const GROUP_PIXELS = 1_400_000;

/** A photo, or photos of one size. */
type Photos = Pick<Shape, 'width' | 'height'> & Partial<Pick<Shape, 'images'>>;

/** Groups of photos; they depend on sizes alone. */
export function groupCount({ width, height, images = 1 }: Photos, groupPixels = GROUP_PIXELS): number {
  const units = images > 1 ? images : height;
  return Math.min(units, Math.max(1, Math.floor((width * height * images) / groupPixels)));
}

/**
 * The rows of each group, from the top, shared out as evenly as they can be: no group has more than one row more. Of
 * several photos, one below the other, no group has more than one photo more.
 */
export function groupsOf(photos: Photos, groupPixels?: number): readonly Rows[] {
  const { height, images = 1 } = photos;
  const count = groupCount(photos, groupPixels);
  const [units, rows] = images > 1 ? [images, height] : [height, 1];
  const edge = (group: number) => rows * Math.floor((group * units) / count);
  return Array.from({ length: count }, (_, group) => ({ from: edge(group), to: edge(group + 1) }));
}
