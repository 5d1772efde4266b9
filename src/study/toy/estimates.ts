// What a trained toy model says of points, estimated in TensorFlow.js: a back end must be there.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { standardKl } from '../../train/tensorflow/likelihood.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import { importanceBound } from '../digits/terms.ts';
import { DIMENSIONS, type ToyModel } from './model.ts';
import { elboTerms, posteriorOf, sampledTerms } from './terms.ts';

/** Points times samples that are computed at a time. */
const ROWS = 25_000;

/** Bits of each point: -log2 p(x|z) at one sample of z, and the KL in closed form. */
export function elboOf(model: ToyModel, tensors: NamedArrays, points: Float32Array, random: Random) {
  const distortion = new Float64Array(points.length / DIMENSIONS);
  const rate = new Float64Array(distortion.length);
  inBatches(tensors, points, ROWS, (p, x, start) => {
    const terms = elboTerms(model, p, x, random);
    distortion.set(terms.distortion.dataSync(), start);
    rate.set(terms.rate.dataSync(), start);
  });
  return { distortion, rate };
}

/** The mean KL of each latent over the points, in bits. */
export function latentKls(model: ToyModel, tensors: NamedArrays, points: Float32Array): number[] {
  const kls: number[] = new Array(model.latents).fill(0);
  inBatches(tensors, points, ROWS, (p, x) => {
    const sums = tf.sum(standardKl(posteriorOf(model, p, x)), 0).dataSync();
    for (const [i, sum] of sums.entries()) kls[i] += (sum * DIMENSIONS) / points.length;
  });
  return kls;
}

/** The importance-weighted bound with `samples` samples of each point: at most log2 p(x) in the mean. */
export function boundOf(
  model: ToyModel,
  tensors: NamedArrays,
  points: Float32Array,
  samples: number,
  random: Random,
): Float64Array {
  const bounds = new Float64Array(points.length / DIMENSIONS);
  inBatches(tensors, points, Math.ceil(ROWS / samples), (p, x, start) => {
    const { log2Likelihood, log2Ratio } = sampledTerms(model, p, x, samples, random);
    bounds.set(importanceBound(tf.sub(log2Likelihood, log2Ratio), samples).dataSync(), start);
  });
  return bounds;
}

/** Calls `use` on at most `size` points at a time, within tf.tidy. */
export function inBatches(
  tensors: NamedArrays,
  points: Float32Array,
  size: number,
  use: (parameters: Record<string, tf.Tensor>, x: tf.Tensor, start: number) => void,
): void {
  const parameters = { ...toTensors(tensors) };
  for (let start = 0; start < points.length / DIMENSIONS; start += size) {
    const batch = points.slice(DIMENSIONS * start, DIMENSIONS * (start + size));
    tf.tidy(() => use(parameters, tf.tensor(batch, [batch.length / DIMENSIONS, DIMENSIONS]), start));
  }
  tf.dispose(Object.values(parameters));
}
