// -ELBO and -log p(x) of a toy model under a posterior of posterior.ts, estimated in TensorFlow.js.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { importanceBound } from '../digits/terms.ts';
import { inBatches } from '../toy/estimates.ts';
import { DIMENSIONS, type ToyModel } from '../toy/model.ts';
import { likelihoodOf, log2Density } from '../toy/terms.ts';
import { drawLatents, type FlowPosterior } from './posterior.ts';

/** Points times samples that are computed at a time. */
const ROWS = 25_000;

/** The mean of log2 p(x, z) / q(z|x) over the samples of each point, and log2 of the mean of the ratios themselves. */
export function boundsOf(
  model: ToyModel,
  q: FlowPosterior,
  tensors: NamedArrays,
  points: Float32Array,
  samples: number,
  random: Random,
): { elbo: Float64Array; log2Evidence: Float64Array } {
  const elbo = new Float64Array(points.length / DIMENSIONS);
  const log2Evidence = new Float64Array(elbo.length);
  inBatches(tensors, points, Math.ceil(ROWS / samples), (p, x, start) => {
    const { z, log2Ratio } = drawLatents(q, p, x, samples, random);
    const repeated = tf.concat(new Array<tf.Tensor>(samples).fill(x));
    const weights = tf.sub(log2Density(repeated, likelihoodOf(model, p, z)), log2Ratio);
    elbo.set(tf.mean(tf.reshape(weights, [samples, -1]), 0).dataSync(), start);
    log2Evidence.set(importanceBound(weights, samples).dataSync(), start);
  });
  return { elbo, log2Evidence };
}
