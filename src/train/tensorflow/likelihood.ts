// The terms of -ELBO in TensorFlow.js: mixtures of discretized logistics, Gaussian KL, reparameterised samples.
// The codec's own forms are codec/distributions/assembly/logistic-mixture.ts and gaussian.ts.

import * as tf from '@tensorflow/tfjs-core';
import { Constants } from '../../../codec/kernel/layouts.ts';
import type { NamedArray } from '../../../codec/network/safetensors.ts';
import type { Random } from '../run/random.ts';
import { sumColumns } from './layers.ts';

const { LEVELS, MIXTURE_PRECISION, RESERVED } = Constants['distributions/logistic-mixture'];
/** Weight of the uniform component, which stands for the counts that the coder reserves for each level. */
export const UNIFORM = (RESERVED * LEVELS) / 2 ** MIXTURE_PRECISION;
/** Stands for infinity: the lowest and the highest level take the open tails. */
const FAR = 1e6;

/** Lower and upper edges of the levels' bins, repeated for each component: two arrays [n, components]. */
export function binEdges(
  levels: ArrayLike<number>,
  components: number,
): { lower: NamedArray; upper: NamedArray } {
  const lower = new Float32Array(levels.length * components);
  const upper = new Float32Array(levels.length * components);
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i];
    lower.fill(level > 0 ? level - 0.5 : -FAR, i * components, (i + 1) * components);
    upper.fill(level < LEVELS - 1 ? level + 0.5 : FAR, i * components, (i + 1) * components);
  }
  const shape = [levels.length, components];
  return { lower: { shape, data: lower }, upper: { shape, data: upper } };
}

/** A mixture of logistics a row, each part [n, components]; means and scales are in levels. */
export interface Mixture {
  readonly logits: tf.Tensor;
  readonly means: tf.Tensor;
  readonly inverseScales: tf.Tensor;
}

/** log2 of the probability of each row's level: [n, 1]; `lower` and `upper` are its bin's edges. */
export function mixtureLog2Probability(mixture: Mixture, lower: tf.Tensor, upper: tf.Tensor): tf.Tensor {
  const a = tf.mul(tf.sub(lower, mixture.means), mixture.inverseScales);
  const b = tf.mul(tf.sub(upper, mixture.means), mixture.inverseScales);
  // Above the mean, sigmoid(-a) - sigmoid(-b) loses less than sigmoid(b) - sigmoid(a).
  const side = tf.sub(1, tf.mul(tf.step(a), 2));
  const mass = tf.mul(side, tf.sub(tf.sigmoid(tf.mul(side, b)), tf.sigmoid(tf.mul(side, a))));
  const probability = sumColumns(tf.mul(tf.softmax(mixture.logits), mass));
  const mixed = tf.add(tf.mul(probability, 1 - UNIFORM), UNIFORM / LEVELS);
  return tf.mul(tf.log(mixed), Math.LOG2E);
}

/** A diagonal Gaussian. */
export interface Gaussian {
  readonly mean: tf.Tensor;
  readonly logScale: tf.Tensor;
}

/** mean + scale * noise, noise standard normal: a sample that can be differentiated (Kingma and Welling 2014). */
export function sample({ mean, logScale }: Gaussian, random: Random): tf.Tensor {
  const noise = tf.tensor(random.normals(mean.size), mean.shape);
  return tf.add(mean, tf.mul(tf.exp(logScale), noise));
}

/**
 * log2 of q's density minus log2 of p's, of each latent: q's entropy is exact, p's density that at the sample z of q.
 * For the case where p depends on z itself, through latents above it, and KL has no closed form.
 */
export function sampleLog2Ratio(z: tf.Tensor, q: Gaussian, p: Gaussian): tf.Tensor {
  const distance = tf.mul(tf.sub(z, p.mean), tf.exp(tf.neg(p.logScale)));
  const twice = tf.add(tf.mul(tf.sub(p.logScale, q.logScale), 2), tf.sub(tf.square(distance), 1));
  return tf.mul(twice, 0.5 * Math.LOG2E);
}

/** KL(q || N(0, 1)) of each latent, in bits. */
export function standardKl({ mean, logScale }: Gaussian): tf.Tensor {
  const twice = tf.sub(tf.add(tf.exp(tf.mul(logScale, 2)), tf.square(mean)), tf.add(tf.mul(logScale, 2), 1));
  return tf.mul(twice, 0.5 * Math.LOG2E);
}
