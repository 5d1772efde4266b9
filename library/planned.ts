// What is decided of an image before it is coded.

import type { CodingOptions, Encoded, Model } from '../codec/model/model.ts';
import { colourShape, hasAlpha } from '../codec/pixels/alpha.ts';
import type { Shape } from '../codec/pixels/pixels.ts';
import type { Reason } from '../container/reasons.ts';
import { startOfRecipe } from '../container/recipe-start.ts';

export interface Plan extends CodingOptions {
  readonly model: Model;
  /** Of the whole image. */
  readonly shape: Shape;
  /** Of what the model sees of it, of most its colours alone: the model accepts it. */
  readonly colours: Shape;
  /** The model that chooses the scan; null where the usual one is taken. */
  readonly scout: Model | null;
  /** The model of grey images for an alpha channel beside the colours; null where none is to code one. */
  readonly alphaModel: Model | null;
  /** What a stream is to start from: a recipe that needs no section then; null for none. */
  readonly start?: number | null;
  /** What the model has made of the image, where that is known by now. */
  readonly encoded?: Encoded | null;
}

/** Why no model is to code an image. */
export interface NoPlan {
  readonly model: null;
  readonly reason: Reason;
}

/** What a stream of a model is to start from to hold a recipe; null where the recipe is to have a section. */
export function startOf({ takesStart }: Model, recipe: Uint8Array | null = null): number | null {
  return takesStart && recipe ? startOfRecipe(recipe) : null;
}

/** Whether alpha is coded beside the colours. */
export function isAlphaApart({ codesAlpha }: Model, shape: Shape): boolean {
  return hasAlpha(shape) && !codesAlpha;
}

/** The shape of what a model sees of an image: most see colours alone. */
export function seenBy({ codesAlpha }: Model, shape: Shape): Shape {
  return codesAlpha ? shape : colourShape(shape);
}
