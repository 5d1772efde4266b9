// A recipe that needs no section: the start of a stream (codec/model/model.ts), which tells a decoder nothing else, is
// that of three bytes, as most recipes of PNG files are.

import { START_BITS } from '../codec/ans/message.ts';

const BYTES = START_BITS / 8;

/** What a stream is to start from to hold a recipe; null for a recipe of another length. */
export function startOfRecipe(recipe: Uint8Array): number | null {
  return recipe.length === BYTES ? recipe.reduceRight((start, byte) => 256 * start + byte, 0) : null;
}

/** Undoes `startOfRecipe`. */
export function recipeOfStart(start: number): Uint8Array {
  return Uint8Array.from({ length: BYTES }, (_, index) => start >> (8 * index));
}
