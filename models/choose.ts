// Which model codes an image: by what the families say of it, and by the effort, which trades time for size.

import { VaezipError } from '../codec/error.ts';
import type { Pixels, Shape } from '../codec/pixels/pixels.ts';
import { HIGHEST_EFFORT, LOWEST_EFFORT, SHIPPED, type ShippedModel } from './catalogue.ts';
import { loadFamily } from './families.ts';

/** Throws VaezipError 'bad-argument' for what is no effort. */
export function checkEffort(effort: number): void {
  if (!Number.isInteger(effort) || effort < LOWEST_EFFORT || effort > HIGHEST_EFFORT)
    throw new VaezipError(
      'bad-argument',
      `the effort must be a whole number from ${LOWEST_EFFORT} to ${HIGHEST_EFFORT}`,
    );
}

/** A model that is here, and how well it suits an image. */
export interface ScoredModel extends ShippedModel {
  readonly score: number;
}

/**
 * The models for such an image, which has no alpha: those that suit it best first; of equals the
 * one of the wanted effort, then those of lower effort, which stand in for it where it is not
 * here. Pixels, if given, are the whole image's.
 */
export async function modelsFor(shape: Shape, effort: number, pixels?: Pixels): Promise<ScoredModel[]> {
  const rows = SHIPPED.filter(({ fits, efforts }) => fits(shape) && efforts && efforts[0] <= effort);
  const scored = await Promise.all(
    rows.map(async (row) => ({ ...row, score: (await loadFamily(row.family)).score(shape, pixels) })),
  );
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || highestOf(b) - highestOf(a));
}

function highestOf({ efforts = [LOWEST_EFFORT, LOWEST_EFFORT] }: ShippedModel): number {
  return efforts[1];
}
