// Which of several models makes an image smaller, found out on a part of it: for images that several kinds of models
// suit by their looks.

import { codedBytes } from '../codec/model/coded-bytes.ts';
import type { Encoded, Model } from '../codec/model/model.ts';
import { middleOf, type Pixels, sampleCount } from '../codec/pixels/pixels.ts';
import type { Choice } from '../models/models.ts';
import { encodeChannels } from './channels.ts';
import { checkMemoryLimit, memoryNeeded, spareMemory } from './memory.ts';
import { type CompressOptions, codingOptions } from './options.ts';
import { seenBy, startOf } from './planned.ts';

/** Pixels that are coded by each. */
const TRIED_PIXELS = 65_536;

/** The model for alpha beside the colours that a model codes; null where none is to code it. */
export type AlphaModels = (model: Model) => Promise<Model | null>;

/** A choice, and what the model has made of the image, where the trial was of all of it. */
export interface Tried extends Choice {
  readonly encoded: Encoded | null;
}

/** Of an image that several kinds of models suit, the one that makes its middle rows smallest. */
export async function smallestOf(
  choices: readonly Choice[],
  pixels: Pixels,
  options: CompressOptions,
  alphaModelBeside: AlphaModels = async () => null,
): Promise<Tried> {
  const middle = partOf(pixels);
  let best: Tried = { ...choices[0], encoded: null };
  let least = Number.POSITIVE_INFINITY;
  for (const choice of choices) {
    const { model } = choice;
    const alphaModel = await alphaModelBeside(model);
    const start = startOf(model, options.recipe);
    const plan = { model, alphaModel, shape: middle, colours: seenBy(model, middle), scout: null, start };
    const needed = memoryNeeded(middle, model, 'encode', undefined, undefined, alphaModel);
    checkMemoryLimit(middle, model, needed, options);
    const work = {
      ...codingOptions(options),
      spareMemory: spareMemory(needed, options),
      onProgress: undefined,
    };
    const encoded = await encodeChannels(middle, { ...plan, ...work });
    const bytes = codedBytes(encoded);
    const isWhole = middle.data.length === pixels.data.length;
    if (bytes < least) [best, least] = [{ ...choice, encoded: isWhole ? encoded : null }, bytes];
  }
  return best;
}

/** The rows in the middle of an image, or images of a chain, as many as have `TRIED_PIXELS` pixels, one at least. */
function partOf(pixels: Pixels): Pixels {
  const { shape, from } = middleOf(pixels, TRIED_PIXELS);
  const start = from * pixels.width * pixels.channels;
  return { ...shape, data: pixels.data.slice(start, start + sampleCount(shape)) };
}
