// How an image is coded, decided once before the work: which model, whether it takes the image, on how many threads.

import { VaezipError } from '../codec/error.ts';
import type { CodingOptions, Model } from '../codec/model/model.ts';
import { colourShape } from '../codec/pixels/alpha.ts';
import type { Pixels, Shape } from '../codec/pixels/pixels.ts';
import { shortId } from '../container/container.ts';
import { type Reason, reasonOf } from '../container/reasons.ts';
import { type Choice, chooseModel, findModel, findModelById } from '../models/models.ts';
import { type CompressOptions, codingOptions, type DecompressOptions } from './options.ts';

export interface Plan extends CodingOptions {
  readonly model: Model;
  /** Of the whole image. */
  readonly shape: Shape;
  /** Of its colours, which are all that models see: the model accepts it. */
  readonly colours: Shape;
}

/** Why no model is to code an image. */
export interface NoPlan {
  readonly model: null;
  readonly reason: Reason;
}

/** Throws VaezipError 'bad-argument' for what is no effort, 'unknown-model' for a model named that is not here. */
export async function planEncoding(pixels: Pixels, options: CompressOptions): Promise<Plan | NoPlan> {
  const colours = colourShape(pixels);
  const choice = await choose(pixels, colours, options);
  if (!choice)
    return {
      model: null,
      reason: reasonOf('no-model', options.model === null ? 'no model wanted' : undefined),
    };
  const { model, accepts } = choice;
  if (!accepts)
    return { model: null, reason: reasonOf('no-model', `the model ${model.name} does not take such images`) };
  return { model, shape: pixels, colours, ...codingOptions(options) };
}

/** Throws VaezipError 'unknown-model' when the model is not here, 'bad-file' when it takes no such images. */
export async function planDecoding(id: string, shape: Shape, options: DecompressOptions): Promise<Plan> {
  const given = options.model && shortId(options.model.id) === id ? options.model : null;
  const model = given ?? (await findModelById(id));
  const colours = model.codesAlpha ? shape : colourShape(shape);
  if (!model.accepts(colours))
    throw new VaezipError('bad-file', `the model ${model.name} cannot have coded an image of such a shape`);
  return { model, shape, colours, ...codingOptions(options) };
}

async function choose(
  pixels: Pixels,
  colours: Shape,
  { model: wanted, effort }: CompressOptions,
): Promise<Choice | null> {
  if (wanted === null) return null;
  if (wanted === undefined) return chooseModel(colours, effort, pixels);
  const model = typeof wanted === 'string' ? await findModel(wanted) : wanted;
  return { model, accepts: model.accepts(colours) };
}
