// One network of grey digits under three losses: squared error, a Gaussian whose variance is learned, a discretized
// logistic.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { denseOfData } from '../../train/tensorflow/layers.ts';
import {
  type Gaussian,
  mixtureLog2Probability,
  sample,
  standardKl,
} from '../../train/tensorflow/likelihood.ts';
import type { Loss, LossContext, Tensors } from '../../train/tensorflow/preset.ts';
import type { Network } from '../frame/network.ts';
import type { Recipe } from '../frame/recipe.ts';
import { initialMlp } from '../mlp/shapes.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import { openLevels } from './data.ts';
import {
  decoderOf,
  ENCODER,
  LATENTS,
  type LikelihoodName,
  LOG_SCALE,
  LOG_SCALE_LIMIT,
  PIXELS,
  UNIT,
} from './model.ts';

export interface LevelsOptions {
  readonly likelihood: LikelihoodName;
  /** The squared error is taken of images that are scaled to [0, scale]. */
  readonly scale: number;
}

export function levelsNetwork(name: string, options: LevelsOptions, steps: number): Network {
  return { name, recipe: 'levels', options, steps };
}

const FORMAT = 'vaezip-study-levels';
/** First log scale of a Gaussian likelihood: a standard deviation of a fifth of the range. */
const FIRST_LOG_SCALE = -1.5;

/** All but the name. */
export async function levelsPreset({ likelihood, scale }: LevelsOptions): Promise<Recipe> {
  return {
    format: FORMAT,
    hyperparameters: { likelihood, scale: String(scale) },
    shards: 1,
    steps: 3000,
    learningRate: 2e-3,
    klWarmUp: 0.1,
    clipNorm: 1,
    initialParameters: (random) => initialParameters(likelihood, random),
    openData: (directory) => openLevels(directory, likelihood === 'logistic'),
    loss: (p, batch, context) => loss(p, batch, context, { likelihood, scale }),
  };
}

function initialParameters(likelihood: LikelihoodName, random: Random): NamedArrays {
  const networks = { ...initialMlp(ENCODER, random), ...initialMlp(decoderOf(likelihood), random) };
  if (likelihood !== 'gaussian') return networks;
  return { ...networks, [LOG_SCALE]: { shape: [1], data: Float32Array.of(FIRST_LOG_SCALE) } };
}

/** q(z|x) of images [n, 784], levels / 255. */
export function posteriorOf(p: Tensors, images: tf.Tensor): Gaussian {
  const outputs = mlpOutputs(ENCODER, p, images, denseOfData);
  const shape = [images.shape[0], LATENTS];
  return { mean: tf.slice(outputs, [0, 0], shape), logScale: tf.slice(outputs, [0, LATENTS], shape) };
}

/** The decoder's means of the pixels, of the range: [n, 784]. */
export function meansOf(p: Tensors, z: tf.Tensor, likelihood: LikelihoodName): tf.Tensor {
  return tf.slice(mlpOutputs(decoderOf(likelihood), p, z), [0, 0], [z.shape[0], PIXELS]);
}

function loss(p: Tensors, batch: Tensors, { klWeight, random }: LossContext, options: LevelsOptions): Loss {
  const dimensions = batch.images.size;
  const posterior = posteriorOf(p, batch.images);
  const outputs = mlpOutputs(decoderOf(options.likelihood), p, sample(posterior, random));
  const likelihood = tf.mul(distortion(outputs, batch, p, options), 1 / dimensions) as tf.Scalar;
  const kl = tf.mul(tf.sum(standardKl(posterior)), 1 / dimensions) as tf.Scalar;
  return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
}

/** Bits of all images, as the loss counts them: of densities in units of the range, or of levels. */
function distortion(
  outputs: tf.Tensor,
  { images, lower, upper }: Tensors,
  p: Tensors,
  { likelihood, scale }: LevelsOptions,
): tf.Tensor {
  if (likelihood === 'logistic') return logisticBits(outputs, lower, upper);
  const squares = tf.sum(tf.square(tf.sub(outputs, images)));
  // -log N(x; mean, 1/2) but for its constant: the sum of squared errors, in nats.
  if (likelihood === 'squared-error') return tf.mul(squares, Math.LOG2E * scale * scale);
  const logScale = tf.reshape(p[LOG_SCALE], []);
  const distances = tf.mul(tf.mul(squares, tf.exp(tf.mul(logScale, -2))), 0.5);
  const spread = tf.mul(tf.add(logScale, 0.5 * Math.log(2 * Math.PI)), images.size);
  return tf.mul(tf.add(distances, spread), Math.LOG2E);
}

function logisticBits(outputs: tf.Tensor, lower: tf.Tensor, upper: tf.Tensor): tf.Tensor {
  const [rows] = outputs.shape;
  const part = (index: number): tf.Tensor =>
    tf.reshape(tf.slice(outputs, [0, index * PIXELS], [rows, PIXELS]), [rows * PIXELS, 1]);
  const logScales = tf.clipByValue(part(1), -LOG_SCALE_LIMIT, LOG_SCALE_LIMIT);
  const mixture = {
    means: tf.mul(part(0), 255),
    inverseScales: tf.mul(tf.exp(tf.neg(logScales)), 1 / UNIT),
    logits: tf.zeros([rows * PIXELS, 1]),
  };
  return tf.neg(tf.sum(mixtureLog2Probability(mixture, lower, upper)));
}
