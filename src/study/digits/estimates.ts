// What a trained network of digits says of images, estimated in TensorFlow.js: a back end must be there.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { log2MeanExp2 } from '../frame/estimate.ts';
import { digitsBatch } from './data.ts';
import type { DigitsModel } from './model.ts';
import { contextLogits, elboTerms, log2Likelihood, log2Weights, posteriorOf, signsOf } from './terms.ts';

/** Images, or images times samples, that are computed at a time. */
const ROWS = 500;

/** q(z|x) of each image: [images][latents], means and standard deviations. */
export interface Posteriors {
  readonly means: Float32Array;
  readonly scales: Float32Array;
}

/** Bits of each image: -log2 p(x|z) at one sample of z, and the KL in closed form. */
export function elboOf(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  random: Random,
): { distortion: Float64Array; rate: Float64Array } {
  const distortion = new Float64Array(images.length);
  const rate = new Float64Array(images.length);
  inBatches(model, tensors, images, ROWS, (p, batch, start) => {
    const terms = elboTerms(model, p, batch, random);
    distortion.set(terms.distortion.dataSync(), start);
    rate.set(terms.rate.dataSync(), start);
  });
  return { distortion, rate };
}

export function posteriorsOf(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
): Posteriors {
  const { latents } = model.sizes;
  const means = new Float32Array(images.length * latents);
  const scales = new Float32Array(images.length * latents);
  inBatches(model, tensors, images, ROWS, (p, batch, start) => {
    const { mean, logScale } = posteriorOf(model, p, batch.images);
    means.set(mean.dataSync(), start * latents);
    scales.set(tf.exp(logScale).dataSync(), start * latents);
  });
  return { means, scales };
}

/** log2 p(x|z) of each image at its own z of [images][latents]. */
export function log2LikelihoodOf(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  z: Float32Array,
): Float64Array {
  const { latents } = model.sizes;
  const log2 = new Float64Array(images.length);
  inBatches(model, tensors, images, ROWS, (p, batch, start) => {
    const [count] = batch.images.shape;
    const rows = tf.tensor2d(z.subarray(start * latents, (start + count) * latents), [count, latents]);
    const context = contextLogits(model, p, batch);
    log2.set(log2Likelihood(model, p, rows, signsOf(batch.images), context).dataSync(), start);
  });
  return log2;
}

/** log2 p(x, z) / q(z|x) at `samples` samples of z for each image: [images][samples]. */
export function log2WeightsOf(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  samples: number,
  random: Random,
): Float64Array[] {
  const weights = images.map(() => new Float64Array(samples));
  const imagesATime = Math.max(1, Math.floor(ROWS / samples));
  const samplesATime = Math.min(samples, ROWS);
  inBatches(model, tensors, images, imagesATime, (p, batch, start) => {
    const [count] = batch.images.shape;
    for (let first = 0; first < samples; first += samplesATime) {
      const drawn = Math.min(samplesATime, samples - first);
      const values = tf.tidy(() => log2Weights(model, p, batch, drawn, random).dataSync());
      for (const [i, value] of values.entries())
        weights[start + (i % count)][first + Math.floor(i / count)] = value;
    }
  });
  return weights;
}

/** The importance-weighted bound with k samples of each image: the mean over all groups of k of its weights. */
export function boundOf(weights: Float64Array, k: number): number {
  const groups = Math.floor(weights.length / k);
  let sum = 0;
  for (let group = 0; group < groups; group++) sum += log2MeanExp2(weights, group * k, (group + 1) * k);
  return sum / groups;
}

function inBatches(
  { sizes }: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  size: number,
  use: (p: Tensors, batch: Tensors, start: number) => void,
): void {
  const parameters = toTensors(tensors);
  for (let start = 0; start < images.length; start += size) {
    const batch = toTensors(digitsBatch(images.slice(start, start + size), sizes.neighbours));
    tf.tidy(() => use(parameters, batch, start));
    tf.dispose(Object.values(batch));
  }
  tf.dispose(Object.values(parameters));
}
