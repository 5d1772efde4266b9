// How an image is coded, decided once before the work: which model, whether it takes the image, on how many threads.

import { VaezipError } from '../codec/error.ts';
import type { Direction, Model } from '../codec/model/model.ts';
import { alphaOf, alphaShape, colourShape } from '../codec/pixels/alpha.ts';
import { type Pixels, type Shape, sampleBytes } from '../codec/pixels/pixels.ts';
import { type ImageHead, shortId } from '../container/container.ts';
import { reasonOf } from '../container/reasons.ts';
import { chooseModels, findModel, findModelById, scoutOf } from '../models/models.ts';
import { alphaModelId } from './alpha-stream.ts';
import { checkMemoryLimit, checkPixelLimit, memoryNeeded, spareMemory } from './memory.ts';
import { type CompressOptions, codingOptions, type DecompressOptions } from './options.ts';
import { isAlphaApart, type NoPlan, type Plan, seenBy, startOf } from './planned.ts';
import { type AlphaModels, smallestOf, type Tried } from './try-models.ts';

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
  let ofAlpha: Promise<Model | null> | undefined;
  const alphaModelBeside = async (model: Model): Promise<Model | null> => {
    if (!isAlphaApart(model, pixels)) return null;
    ofAlpha ??= chooseAlphaModel(alphaOf(pixels), options);
    return ofAlpha;
  };
  const choice = await choose(pixels, options, alphaModelBeside);
  if (!choice)
    return {
      model: null,
      reason: reasonOf('no-model', options.model === null ? 'no model wanted' : undefined),
    };
  const { model, accepts } = choice;
  if (!accepts)
    return { model: null, reason: reasonOf('no-model', `the model ${model.name} does not take such images`) };
  const alphaModel = await alphaModelBeside(model);
  const spare = checkEncodingMemory(pixels, model, options, direction, alphaModel);
  const scout = await scoutOf(model);
  const colours = seenBy(model, pixels);
  const plan = { model, alphaModel, shape: pixels, colours, scout, start: startOf(model, options.recipe) };
  // Another scan than a trial's may be found.
  const encoded = scout ? null : choice.encoded;
  return { ...plan, encoded, ...codingOptions(options), spareMemory: spare };
}

/**
 * The model for an alpha channel beside colours, as for a grey image; null where none takes it, it is flat, or the
 * caller's own model is to code the image, and that alone.
 */
async function chooseAlphaModel(plane: Pixels, options: CompressOptions): Promise<Model | null> {
  if (typeof options.model === 'object') return null;
  if (plane.data.every((level) => level === plane.data[0])) return null;
  // What looks drawn may be smaller by a model of photos, as soft edges are.
  const all = [
    ...(await chooseModels(plane, options.effort)),
    ...(await chooseModels(plane, options.effort, plane)),
  ];
  const choices = all.filter(({ accepts, model }, index) => {
    return accepts && all.findIndex((other) => other.model === model) === index;
  });
  if (choices.length === 0) return null;
  const { model } =
    choices.length > 1 ? await smallestOf(choices, plane, { ...options, recipe: null }) : choices[0];
  return model;
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
  alphaModel: Model | null = null,
): number | undefined {
  const needIn = (direction: Direction) =>
    memoryNeeded(shape, model, direction, undefined, undefined, alphaModel);
  const needed = needIn(direction);
  // What is verified is there as it was, too.
  const verified = options.verify ? sampleBytes(shape) + needIn('decode') : 0;
  checkMemoryLimit(shape, model, Math.max(needed, verified), options);
  return spareMemory(needed, options);
}

/**
 * Throws VaezipError 'unknown-model' when the model is not here, 'bad-file' when it takes no such images, 'too-large'
 * beyond the limits. `fileBytes`: of all that is to be decoded.
 */
export async function planDecoding(
  coded: CodedShape,
  options: DecompressOptions,
  fileBytes: number,
): Promise<Plan> {
  const { shape } = coded;
  checkPixelLimit(shape, options);
  const decoder = await findDecoder(coded, options);
  const needed = memoryNeeded(shape, decoder.model, 'decode', fileBytes, undefined, decoder.alphaModel);
  return planWithin(decoder, shape, needed, options);
}

/** Models that decode an image, and the image's shape. */
export type Decoder = Pick<Plan, 'model' | 'alphaModel' | 'shape' | 'colours'>;

/** What a file says of the models that have coded it. */
export type CodedShape = Pick<ImageHead, 'modelId' | 'shape' | 'sides' | 'hasStart'>;

/** Throws VaezipError 'unknown-model' when a model is not here, 'bad-file' when it takes no such images. */
export async function findDecoder(
  { modelId: id, shape, sides, hasStart }: CodedShape,
  options: DecompressOptions,
): Promise<Decoder> {
  const given = options.model && shortId(options.model.id) === id ? options.model : null;
  const model = given ?? (await findModelById(id));
  const colours = seenBy(model, shape);
  if (!model.accepts(colours))
    throw new VaezipError('bad-file', `the model ${model.name} cannot have coded an image of such a shape`);
  if (hasStart && !model.takesStart)
    throw new VaezipError('bad-file', `no stream of the model ${model.name} has a start of its own`);
  return { model, shape, colours, alphaModel: await findAlphaModel(alphaModelId(sides.alpha), shape) };
}

async function findAlphaModel(id: string | null, shape: Shape): Promise<Model | null> {
  const model = id === null ? null : await findModelById(id);
  if (model && !model.accepts(alphaShape(shape)))
    throw new VaezipError('bad-file', `the model ${model.name} cannot have coded an alpha channel`);
  return model;
}

/** Throws VaezipError 'too-large' where the bytes needed, for the image or a part of it, are beyond the limit. */
export function planWithin(decoder: Decoder, part: Shape, needed: number, options: DecompressOptions): Plan {
  checkMemoryLimit(part, decoder.model, needed, options);
  return { ...decoder, scout: null, ...codingOptions(options), spareMemory: spareMemory(needed, options) };
}

async function choose(
  pixels: Pixels,
  options: CompressOptions,
  alphaModelBeside: AlphaModels,
): Promise<Tried | null> {
  const { model: wanted, effort } = options;
  if (wanted === null) return null;
  if (wanted === undefined) {
    const choices = await chooseModels(colourShape(pixels), effort, pixels);
    if (choices.length > 1) return smallestOf(choices, pixels, options, alphaModelBeside);
    return choices.length > 0 ? { ...choices[0], encoded: null } : null;
  }
  const model = typeof wanted === 'string' ? await findModel(wanted) : wanted;
  return { model, accepts: model.accepts(seenBy(model, pixels)), encoded: null };
}
