// How an image is coded, decided once before the work: which model, whether it takes the image, on how many threads.

import { VaezipError } from '../codec/error.ts';
import type { Direction, Model } from '../codec/model/model.ts';
import { colourShape } from '../codec/pixels/alpha.ts';
import { type Pixels, type Shape, sampleBytes } from '../codec/pixels/pixels.ts';
import { shortId } from '../container/container.ts';
import { reasonOf } from '../container/reasons.ts';
import { type Choice, chooseModels, findModel, findModelById, scoutOf } from '../models/models.ts';
import { checkMemoryLimit, checkPixelLimit, memoryNeeded, spareMemory } from './memory.ts';
import { type CompressOptions, codingOptions, type DecompressOptions } from './options.ts';
import { type NoPlan, type Plan, seenBy } from './planned.ts';
import { smallestOf } from './try-models.ts';

/**
 * Throws VaezipError 'bad-argument' for what is no effort, 'unknown-model' for a model named that is not here,
 * 'too-large' beyond the limits: another model, or none, would make the bytes depend on the machine.
 */
export async function planEncoding(
  pixels: Pixels,
  options: CompressOptions,
  direction: Direction = 'encode',
): Promise<Plan | NoPlan> {
  checkPixelLimit(pixels, options);
  const choice = await choose(pixels, options);
  if (!choice)
    return {
      model: null,
      reason: reasonOf('no-model', options.model === null ? 'no model wanted' : undefined),
    };
  const { model, accepts } = choice;
  if (!accepts)
    return { model: null, reason: reasonOf('no-model', `the model ${model.name} does not take such images`) };
  const spare = checkEncodingMemory(pixels, model, options, direction);
  const scout = await scoutOf(model);
  const colours = seenBy(model, pixels);
  return { model, shape: pixels, colours, scout, ...codingOptions(options), spareMemory: spare };
}

/**
 * Throws VaezipError 'too-large' where encoding, or verifying if that is wanted, takes more memory than the limit.
 * Returns what is to spare while encoding.
 */
export function checkEncodingMemory(
  shape: Shape,
  model: Model,
  options: CompressOptions,
  direction: Direction = 'encode',
): number | undefined {
  const needed = memoryNeeded(shape, model, direction);
  // What is verified is there as it was, too.
  const verified = options.verify ? sampleBytes(shape) + memoryNeeded(shape, model, 'decode') : 0;
  checkMemoryLimit(shape, model, Math.max(needed, verified), options);
  return spareMemory(needed, options);
}

/**
 * Throws VaezipError 'unknown-model' when the model is not here, 'bad-file' when it takes no such images, 'too-large'
 * beyond the limits. `fileBytes`: of all that is to be decoded.
 */
export async function planDecoding(
  id: string,
  shape: Shape,
  options: DecompressOptions,
  fileBytes: number,
): Promise<Plan> {
  checkPixelLimit(shape, options);
  const decoder = await findDecoder(id, shape, options);
  return planWithin(decoder, shape, memoryNeeded(shape, decoder.model, 'decode', fileBytes), options);
}

/** A model that decodes an image, and the image's shape. */
export type Decoder = Pick<Plan, 'model' | 'shape' | 'colours'>;

/** Throws VaezipError 'unknown-model' when the model is not here, 'bad-file' when it takes no such images. */
export async function findDecoder(id: string, shape: Shape, options: DecompressOptions): Promise<Decoder> {
  const given = options.model && shortId(options.model.id) === id ? options.model : null;
  const model = given ?? (await findModelById(id));
  const colours = seenBy(model, shape);
  if (!model.accepts(colours))
    throw new VaezipError('bad-file', `the model ${model.name} cannot have coded an image of such a shape`);
  return { model, shape, colours };
}

/** Throws VaezipError 'too-large' where the bytes needed, for the image or a part of it, are beyond the limit. */
export function planWithin(decoder: Decoder, part: Shape, needed: number, options: DecompressOptions): Plan {
  checkMemoryLimit(part, decoder.model, needed, options);
  return { ...decoder, scout: null, ...codingOptions(options), spareMemory: spareMemory(needed, options) };
}

async function choose(pixels: Pixels, options: CompressOptions): Promise<Choice | null> {
  const { model: wanted, effort } = options;
  if (wanted === null) return null;
  if (wanted === undefined) {
    const choices = await chooseModels(colourShape(pixels), effort, pixels);
    return choices.length > 1 ? smallestOf(choices, pixels, options) : (choices[0] ?? null);
  }
  const model = typeof wanted === 'string' ? await findModel(wanted) : wanted;
  return { model, accepts: model.accepts(seenBy(model, pixels)) };
}
