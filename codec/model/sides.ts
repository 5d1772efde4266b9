// What stands beside an image's groups, and that it is what the image's model writes.

import { VaezipError } from '../error.ts';
import type { Sides } from './model.ts';

/** Throws VaezipError 'bad-file' for a side that is none of those known. */
export function checkSides(sides: Sides, known: readonly string[] = []): void {
  const other = Object.keys(sides).find((name) => !known.includes(name));
  if (other !== undefined)
    throw new VaezipError('bad-file', `there is a section of ${other}, which such an image does not have`);
}
