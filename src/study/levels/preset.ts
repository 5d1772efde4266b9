// One network of grey digits under three losses: squared error, a Gaussian whose variance is learned, a discretized
// logistic. Encoder and decoder have one hidden layer each.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray, NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { dense, denseOfData, elu } from '../../train/tensorflow/layers.ts';
import { mixtureLog2Probability, sample, standardKl } from '../../train/tensorflow/likelihood.ts';
import type { Loss, LossContext, Tensors } from '../../train/tensorflow/preset.ts';
import type { Recipe } from '../frame/recipe.ts';
import { openLevels } from './data.ts';

export const PIXELS = 784;
export const LATENTS = 16;
const HIDDEN = 256;
/** Logistic scales are e^output of this many levels. */
export const UNIT = 24;
/** The variance that minimising the sum of squared errors stands for. */
export const ASSUMED_VARIANCE = 0.5;
const FORMAT = 'vaezip-study-levels';

export interface LevelsOptions {
  readonly likelihood: 'squared-error' | 'gaussian' | 'logistic';
  /** Images are scaled to [0, scale] before the squared error is taken. */
  readonly scale: number;
}

/** Shapes of the tensors; the logistic's decoder has a log scale beside each mean, the Gaussian one log scale. */
export function levelsShapes(likelihood: LevelsOptions['likelihood']): Record<string, number[]> {
  const outputs = likelihood === 'logistic' ? 2 * PIXELS : PIXELS;
  return {
    'encoder.0.weight': [PIXELS, HIDDEN],
    'encoder.0.bias': [HIDDEN],
    'encoder.1.weight': [HIDDEN, 2 * LATENTS],
    'encoder.1.bias': [2 * LATENTS],
    'decoder.0.weight': [LATENTS, HIDDEN],
    'decoder.0.bias': [HIDDEN],
    'decoder.1.weight': [HIDDEN, outputs],
    'decoder.1.bias': [outputs],
    ...(likelihood === 'gaussian' ? { 'likelihood.log-scale': [1] } : {}),
  };
}

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
    initialParameters: (random) => initialParameters(levelsShapes(likelihood), random),
    openData: (directory) => openLevels(directory, likelihood === 'logistic'),
    loss: (parameters, batch, context) => loss(parameters, batch, context, { likelihood, scale }),
  };
}

/** Normal weights of variance 1 / inputs, zero biases; a standard deviation of e^-1.5 of the range. */
function initialParameters(shapes: Record<string, number[]>, random: Random): NamedArrays {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]): [string, NamedArray] => {
      const size = shape.reduce((product, n) => product * n, 1);
      const gain = shape.length === 2 ? shape[0] ** -0.5 : 0;
      const data = random.normals(size).map((x) => gain * x);
      if (name === 'likelihood.log-scale') data.fill(-1.5);
      return [name, { shape, data }];
    }),
  );
}

function loss(p: Tensors, batch: Tensors, { klWeight, random }: LossContext, options: LevelsOptions): Loss {
  const { images } = batch;
  const dimensions = images.size;
  const hidden = elu(denseOfData(images, p['encoder.0.weight'], p['encoder.0.bias']));
  const code = dense(hidden, p['encoder.1.weight'], p['encoder.1.bias']);
  const posterior = {
    mean: tf.slice(code, [0, 0], [images.shape[0], LATENTS]),
    logScale: tf.slice(code, [0, LATENTS], [images.shape[0], LATENTS]),
  };
  const z = sample(posterior, random);
  const outputs = dense(
    elu(dense(z, p['decoder.0.weight'], p['decoder.0.bias'])),
    p['decoder.1.weight'],
    p['decoder.1.bias'],
  );
  const bits = distortion(outputs, batch, p, options);
  const likelihood = tf.mul(bits, 1 / dimensions) as tf.Scalar;
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
  if (likelihood === 'logistic') {
    const [rows] = images.shape;
    const part = (index: number): tf.Tensor =>
      tf.reshape(tf.slice(outputs, [0, index * PIXELS], [rows, PIXELS]), [rows * PIXELS, 1]);
    const mixture = {
      means: tf.mul(part(0), 255),
      inverseScales: tf.mul(tf.exp(tf.neg(tf.clipByValue(part(1), -4, 4))), 1 / UNIT),
      logits: tf.zeros([rows * PIXELS, 1]),
    };
    return tf.neg(tf.sum(mixtureLog2Probability(mixture, lower, upper)));
  }
  const squares = tf.sum(tf.square(tf.sub(outputs, images)));
  if (likelihood === 'squared-error')
    return tf.mul(squares, (Math.LOG2E * scale * scale) / (2 * ASSUMED_VARIANCE));
  const logScale = tf.reshape(p['likelihood.log-scale'], []);
  const inverse = tf.exp(tf.mul(logScale, -2));
  const spread = tf.add(tf.mul(tf.mul(squares, inverse), 0.5), tf.mul(logScale, images.size));
  return tf.mul(tf.add(spread, 0.5 * Math.log(2 * Math.PI) * images.size), Math.LOG2E);
}
