// Networks of binary digits as presets of the trainer: -ELBO, or the importance-weighted bound.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray, NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import type { Loss, LossContext, Tensors } from '../../train/tensorflow/preset.ts';
import type { Network } from '../frame/network.ts';
import type { Recipe } from '../frame/recipe.ts';
import { initialMlp } from '../mlp/shapes.ts';
import { openBinaryDigits } from './data.ts';
import { type DigitsModel, type DigitsSizes, digitsModel, digitsShapes, PIXELS } from './model.ts';
import { elboTerms, importanceBound, log2Weights } from './terms.ts';

export interface DigitsOptions extends DigitsSizes {
  /** Images a step. */
  readonly images: number;
  /** Importance samples of the objective (IWAE); 1: -ELBO with its KL in closed form. */
  readonly samples: number;
  readonly learningRate: number;
}

/** A network of digits with the options that count; others are as in DEFAULTS. */
export function digitsNetwork(
  name: string,
  options: DigitsSizes & Partial<DigitsOptions>,
  run: Pick<Network, 'beta' | 'steps'>,
): Network {
  return { name, recipe: 'binary-digits', options: { ...DEFAULTS, ...options }, ...run };
}

const DEFAULTS = { images: 128, samples: 1, learningRate: 2e-3 };
const FORMAT = 'vaezip-study-digits';
/** Four of five pixels are black. */
const FIRST_LOGIT = -1.5;

/** All but the name. */
export async function digitsPreset(options: DigitsOptions): Promise<Recipe> {
  const { images, samples, learningRate, latents, hidden, neighbours } = options;
  const model = digitsModel(options);
  return {
    format: FORMAT,
    hyperparameters: {
      latents: String(latents),
      hidden: hidden.join(),
      neighbours: String(neighbours),
      objective: samples === 1 ? '-ELBO' : `IWAE-${samples}`,
    },
    shards: 1,
    steps: 4000,
    learningRate,
    klWarmUp: 0.1,
    clipNorm: 1,
    initialParameters: (random) => initialParameters(model, random),
    openData: (directory) => openBinaryDigits(directory, { images, neighbours }),
    loss: (p, batch, context) =>
      samples === 1 ? elboLoss(model, p, batch, context) : importanceLoss(model, p, batch, context, samples),
  };
}

function initialParameters(model: DigitsModel, random: Random): NamedArrays {
  const arrays: Record<string, NamedArray> = {
    ...initialMlp(model.encoder, random),
    ...initialMlp(model.decoder, random),
  };
  for (const [name, shape] of Object.entries(digitsShapes(model))) {
    if (arrays[name]) continue;
    const size = shape.reduce((product, n) => product * n, 1);
    const gain = shape.length === 2 ? shape[0] ** -0.5 : 0;
    arrays[name] = { shape, data: random.normals(size).map((x) => gain * x) };
  }
  arrays['decoder.output.bias'].data.fill(FIRST_LOGIT);
  return arrays;
}

function elboLoss(model: DigitsModel, p: Tensors, batch: Tensors, { klWeight, random }: LossContext): Loss {
  const { distortion, rate } = elboTerms(model, p, batch, random);
  const [likelihood, kl] = [distortion, rate].map((bits) => tf.mul(tf.mean(bits), 1 / PIXELS) as tf.Scalar);
  return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
}

/** Its parts are not told apart: all of it counts as likelihood. */
function importanceLoss(
  model: DigitsModel,
  p: Tensors,
  batch: Tensors,
  { random }: LossContext,
  samples: number,
): Loss {
  const bound = importanceBound(log2Weights(model, p, batch, samples, random), samples);
  const loss = tf.mul(tf.mean(bound), -1 / PIXELS) as tf.Scalar;
  return { loss, likelihood: loss, kl: tf.scalar(0) };
}
