// Which model codes which images: by their shape, and by the effort, which trades time for size.

import { VaezipError } from '../codec/error.ts';
import type { Shape } from '../codec/pixels/pixels.ts';

export const LOWEST_EFFORT = 1;
export const HIGHEST_EFFORT = 9;
export const DEFAULT_EFFORT = 6;

/** A kind of images, and its models from the fastest to the one that makes the smallest files. */
interface Kind {
  readonly fits: (shape: Shape) => boolean;
  /** Names of models, each with the highest effort that it is for. */
  readonly levels: readonly (readonly [highestEffort: number, name: string])[];
}

/** The first kind that fits counts. */
const KINDS: readonly Kind[] = [
  {
    fits: ({ width, height, channels, bitDepth }) =>
      width === 28 && height === 28 && channels === 1 && bitDepth === 8,
    levels: [[9, 'digits']],
  },
  {
    fits: ({ channels, bitDepth, images }) => channels === 1 && bitDepth === 8 && images === 1,
    levels: [[9, 'photo-grey']],
  },
  {
    fits: ({ channels, bitDepth, images }) => channels === 3 && bitDepth === 8 && images === 1,
    levels: [
      [3, 'photo-static'],
      [6, 'photo'],
      [8, 'photo-large'],
      [9, 'photo-max'],
    ],
  },
];

/** Throws VaezipError 'bad-argument' for what is no effort. */
export function checkEffort(effort: number): void {
  if (!Number.isInteger(effort) || effort < LOWEST_EFFORT || effort > HIGHEST_EFFORT)
    throw new VaezipError(
      'bad-argument',
      `the effort must be a whole number from ${LOWEST_EFFORT} to ${HIGHEST_EFFORT}`,
    );
}

/** Names of the models for such images, the wanted one first, then those that stand in for it where it is not here. */
export function modelNames(shape: Shape, effort: number): string[] {
  const kind = KINDS.find(({ fits }) => fits(shape));
  return kind ? namesUpTo(kind, effort) : [];
}

/** The efforts at which a model codes its kind of images, given the models that are here; null for another's name. */
export function effortsOf(
  name: string,
  present: ReadonlySet<string>,
): { readonly lowest: number; readonly highest: number } | null {
  const kind = KINDS.find(({ levels }) => levels.some((level) => level[1] === name));
  const efforts = Array.from({ length: HIGHEST_EFFORT }, (_, index) => LOWEST_EFFORT + index).filter(
    (effort) => kind && namesUpTo(kind, effort).find((candidate) => present.has(candidate)) === name,
  );
  return efforts.length > 0 ? { lowest: efforts[0], highest: efforts[efforts.length - 1] } : null;
}

/** The names of the levels up to the one that covers the effort, that one first. */
function namesUpTo({ levels }: Kind, effort: number): string[] {
  const wanted = levels.findIndex(([highest]) => effort <= highest);
  return levels
    .slice(0, wanted + 1)
    .map(([, name]) => name)
    .reverse();
}
