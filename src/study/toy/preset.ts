// Toy models as presets of the trainer: each batch is of fresh points, none is met twice.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { Random } from '../../train/run/random.ts';
import type { Batch, DataSource, Loss, LossContext, Tensors } from '../../train/tensorflow/preset.ts';
import { importanceBound } from '../digits/terms.ts';
import type { Network } from '../frame/network.ts';
import type { Recipe } from '../frame/recipe.ts';
import { findDensity } from './densities.ts';
import { type Density, samplePoints } from './density.ts';
import { DIMENSIONS, initialToy, squareWeights, type ToyModel, toyModel } from './model.ts';
import { elboTerms, sampledTerms } from './terms.ts';

export interface ToyOptions {
  /** A density's name. */
  readonly density: string;
  /** Units of each hidden layer of both networks, all as many. */
  readonly hidden: readonly number[];
  /** Points a step. */
  readonly points: number;
  /** Importance samples of the objective (IWAE); 1: -ELBO with its KL in closed form. */
  readonly samples: number;
  readonly learningRate: number;
  /** Of the orthogonal steps of weights between hidden layers. */
  readonly orthogonalRate: number;
  /** 2 unless given. */
  readonly latents?: number;
  /** Weights of a trained model of this shape to start from; else random ones, and the weight of the KL rises. */
  readonly start?: NamedArrays;
}

/** Share of the steps over which the weight of the KL rises. */
const KL_WARM_UP = 0.3;

export function toyNetwork(name: string, options: ToyOptions, steps: number, beta = 1): Network {
  return { name, recipe: 'toy', options, steps, beta };
}

const FORMAT = 'vaezip-study-toy';
const HELD_OUT_POINTS = 2000;
/** First part of the key of held-out points. */
const HELD_OUT = 200;

/** All but the name. */
export async function toyPreset(options: ToyOptions): Promise<Recipe> {
  const { density, hidden, latents, points, samples, learningRate, orthogonalRate, start } = options;
  const model = toyModel(hidden, latents);
  // The gradient of IWAE's encoder is mostly noise (Rainforth et al. 2018), which orthogonal steps would amplify.
  const orthogonal = samples === 1 ? [model.encoder, model.decoder] : [model.decoder];
  return {
    format: FORMAT,
    hyperparameters: {
      density,
      hidden: hidden.join(),
      ...(latents === undefined ? {} : { latents: String(latents) }),
      points: String(points),
      objective: samples === 1 ? '-ELBO' : `IWAE-${samples}`,
    },
    shards: 1,
    steps: 10_000,
    learningRate,
    orthogonal: { weights: orthogonal.flatMap(squareWeights), rate: orthogonalRate },
    klWarmUp: start ? 0 : KL_WARM_UP,
    clipNorm: 1,
    initialParameters: (random) => start ?? initialToy(model, random),
    openData: async () => freshPoints(findDensity(density), points),
    loss: (p, { x }, context) =>
      samples === 1 ? elboLoss(model, p, x, context) : importanceLoss(model, p, x, context, samples),
  };
}

function elboLoss(model: ToyModel, p: Tensors, x: tf.Tensor, { klWeight, random }: LossContext): Loss {
  const { distortion, rate } = elboTerms(model, p, x, random);
  const [likelihood, kl] = [distortion, rate].map(
    (bits) => tf.mul(tf.mean(bits), 1 / DIMENSIONS) as tf.Scalar,
  );
  return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
}

/** Its parts are not told apart: all of it counts as likelihood. */
function importanceLoss(
  model: ToyModel,
  p: Tensors,
  x: tf.Tensor,
  { random }: LossContext,
  samples: number,
): Loss {
  const { log2Likelihood, log2Ratio } = sampledTerms(model, p, x, samples, random);
  const bound = importanceBound(tf.sub(log2Likelihood, log2Ratio), samples);
  const loss = tf.mul(tf.mean(bound), -1 / DIMENSIONS) as tf.Scalar;
  return { loss, likelihood: loss, kl: tf.scalar(0) };
}

/** Batches of `count` points. */
export function freshPoints(density: Density, count: number): DataSource {
  const points = (n: number, random: Random): Batch => ({
    x: { shape: [n, DIMENSIONS], data: samplePoints(density, n, random) },
  });
  return {
    description: `${density.title}: ${count} fresh points a step`,
    batch: (_step, _shard, random) => points(count, random),
    heldOutBatches: 1,
    heldOut: (index) => points(HELD_OUT_POINTS, new Random(HELD_OUT, index)),
  };
}
