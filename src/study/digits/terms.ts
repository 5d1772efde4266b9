// The terms of the bounds in TensorFlow.js, in bits an image: for losses and for estimates.

import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../train/run/random.ts';
import { dense, denseOfData, elu, logSigmoid, lookUp, sumColumns } from '../../train/tensorflow/layers.ts';
import { type Gaussian, standardKl } from '../../train/tensorflow/likelihood.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import type { DigitsModel } from './model.ts';

/** q(z|x) of images [n, 784]: means and log scales [n, latents]. */
export function posteriorOf({ encoder, sizes }: DigitsModel, p: Tensors, images: tf.Tensor): Gaussian {
  const outputs = mlpOutputs(encoder, p, images, denseOfData);
  const shape = [images.shape[0], sizes.latents];
  return { mean: tf.slice(outputs, [0, 0], shape), logScale: tf.slice(outputs, [0, sizes.latents], shape) };
}

/**
 * What the context network adds to the logits of images, [n, 784]; undefined where pixels see no neighbours. It is
 * computed for each context that there can be: of 10 neighbours 1,024, where a batch has 100,000 pixels.
 */
export function contextLogits(
  { sizes }: DigitsModel,
  p: Tensors,
  { context, contexts }: Tensors,
): tf.Tensor | undefined {
  if (sizes.neighbours === 0) return undefined;
  const hidden = elu(denseOfData(contexts, p['context.hidden.weight'], p['context.hidden.bias']));
  return lookUp(dense(hidden, p['context.output.weight'], tf.zeros([1])), context);
}

/** log2 p(x|z) of each image, [n, 1]; `signs` are 1 for white and -1 for black. */
export function log2Likelihood(
  { decoder }: DigitsModel,
  p: Tensors,
  z: tf.Tensor,
  signs: tf.Tensor,
  context: tf.Tensor | undefined,
): tf.Tensor {
  const fromLatents = mlpOutputs(decoder, p, z);
  const logits = context ? tf.add(fromLatents, context) : fromLatents;
  return tf.mul(sumColumns(logSigmoid(tf.mul(logits, signs))), Math.LOG2E);
}

export function signsOf(images: tf.Tensor): tf.Tensor {
  return tf.sub(tf.mul(images, 2), 1);
}

/** The two terms of -ELBO of each image, [n, 1] each: at one sample of z, and KL in closed form. */
export function elboTerms(model: DigitsModel, p: Tensors, batch: Tensors, random: Random) {
  const q = posteriorOf(model, p, batch.images);
  const noise = tf.tensor(random.normals(q.mean.size), q.mean.shape);
  const z = tf.add(q.mean, tf.mul(tf.exp(q.logScale), noise));
  const log2 = log2Likelihood(model, p, z, signsOf(batch.images), contextLogits(model, p, batch));
  return { distortion: tf.neg(log2), rate: sumColumns(standardKl(q)) };
}

/** log2 p(x, z) / q(z|x) at `samples` samples of z for each image: [samples * n, 1], all images for each sample. */
export function log2Weights(
  model: DigitsModel,
  p: Tensors,
  batch: Tensors,
  samples: number,
  random: Random,
): tf.Tensor {
  const q = posteriorOf(model, p, batch.images);
  const repeat = (x: tf.Tensor) => tf.concat(new Array<tf.Tensor>(samples).fill(x));
  const [mean, logScale] = [repeat(q.mean), repeat(q.logScale)];
  const noise = tf.tensor(random.normals(mean.size), mean.shape);
  const z = tf.add(mean, tf.mul(tf.exp(logScale), noise));
  const context = contextLogits(model, p, batch);
  const log2 = log2Likelihood(model, p, z, repeat(signsOf(batch.images)), context && repeat(context));
  // Of log q(z) - log p(z), the terms of 2 pi cancel.
  const ratio = tf.sub(tf.mul(tf.sub(tf.square(z), tf.square(noise)), 0.5), logScale);
  return tf.sub(log2, tf.mul(sumColumns(ratio), Math.LOG2E));
}

/** log2 of the mean of 2^weights over the samples of each image: the importance-weighted bound, [n]. */
export function importanceBound(weights: tf.Tensor, samples: number): tf.Tensor {
  const rows = tf.reshape(weights, [samples, -1]);
  // Subtracted and added again: its gradient is none, whatever it is.
  const most = tf.tensor(tf.max(rows, 0).dataSync(), [rows.shape[1] as number]);
  const relative = tf.exp(tf.mul(tf.sub(rows, most), Math.LN2));
  return tf.add(tf.mul(tf.log(tf.mean(relative, 0)), Math.LOG2E), most);
}
