// The terms of the toy models' bounds in TensorFlow.js, for losses and for estimates: bits of both dimensions together.

import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../train/run/random.ts';
import { denseOfData, sumColumns } from '../../train/tensorflow/layers.ts';
import { type Gaussian, standardKl } from '../../train/tensorflow/likelihood.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import { DIMENSIONS, type ToyModel } from './model.ts';

/** q(z|x) of points x [n, 2]. */
export function posteriorOf({ encoder, latents }: ToyModel, p: Tensors, x: tf.Tensor): Gaussian {
  return gaussianOf(mlpOutputs(encoder, p, x, denseOfData), latents);
}

/** p(x|z) of latents z [n, latents]. */
export function likelihoodOf({ decoder }: ToyModel, p: Tensors, z: tf.Tensor): Gaussian {
  return gaussianOf(mlpOutputs(decoder, p, z), DIMENSIONS);
}

function gaussianOf(outputs: tf.Tensor, dimensions: number): Gaussian {
  const size = [outputs.shape[0], dimensions];
  return { mean: tf.slice(outputs, [0, 0], size), logScale: tf.slice(outputs, [0, dimensions], size) };
}

/** log2 of the density of a diagonal Gaussian at each row of x: [n, 1]. */
export function log2Density(x: tf.Tensor, { mean, logScale }: Gaussian): tf.Tensor {
  const distance = tf.mul(tf.sub(x, mean), tf.exp(tf.neg(logScale)));
  const nats = tf.sub(tf.mul(tf.square(distance), -0.5), tf.add(logScale, 0.5 * Math.log(2 * Math.PI)));
  return tf.mul(sumColumns(nats), Math.LOG2E);
}

/** The two terms of -ELBO of each point, [n, 1] each: -log2 p(x|z) at one sample z of q, and the KL in closed form. */
export function elboTerms(model: ToyModel, p: Tensors, x: tf.Tensor, random: Random) {
  const q = posteriorOf(model, p, x);
  const z = tf.add(q.mean, tf.mul(tf.exp(q.logScale), tf.tensor(random.normals(q.mean.size), q.mean.shape)));
  return {
    distortion: tf.neg(log2Density(x, likelihoodOf(model, p, z))),
    rate: sumColumns(standardKl(q)),
  };
}

/**
 * At `samples` samples z of q for each point, all points for each sample: log2 p(x|z), and log2 q(z|x) - log2 p(z),
 * [samples * n, 1] each.
 */
export function sampledTerms(model: ToyModel, p: Tensors, x: tf.Tensor, samples: number, random: Random) {
  const q = posteriorOf(model, p, x);
  const repeat = (t: tf.Tensor) => tf.concat(new Array<tf.Tensor>(samples).fill(t));
  const [mean, logScale] = [repeat(q.mean), repeat(q.logScale)];
  const noise = tf.tensor(random.normals(mean.size), mean.shape);
  const z = tf.add(mean, tf.mul(tf.exp(logScale), noise));
  // The terms of 2 pi cancel.
  const ratio = tf.sub(tf.mul(tf.sub(tf.square(z), tf.square(noise)), 0.5), logScale);
  return {
    log2Likelihood: log2Density(repeat(x), likelihoodOf(model, p, z)),
    log2Ratio: tf.mul(sumColumns(ratio), Math.LOG2E),
  };
}
