// The rest of a digit, given its first pixels: z is resampled out of the prior by what is known, then a Markov chain
// over z and the rest draws from p(z, rest | known): in turn z by q(z|x), accepted by Metropolis and Hastings, and the
// rest by p(x|z) (Rezende et al. 2014, appendix F; Mattei and Frellsen 2018). TensorFlow.js must have a back end.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { sumColumns } from '../../train/tensorflow/layers.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { digitsBatch } from './data.ts';
import { type DigitsModel, PIXELS } from './model.ts';
import { drawImages, type Known } from './sampling.ts';
import { contextLogits, log2Likelihood, posteriorOf, signsOf } from './terms.ts';

/** Samples of the prior, out of which the chains' first ones are drawn. */
const CANDIDATES = 1000;

export interface Completions {
  /** All chains of the first image, then those of the second. */
  readonly images: readonly Uint8Array[];
  /** [images][latents]. */
  readonly z: Float32Array;
  /** Share of the proposals that could be refused. */
  readonly accepted: number;
}

/**
 * `chains` draws of the rest of each image, after `steps` steps. The first half of the steps takes every proposal: q is
 * narrower than p(z|x), so that the first z's, which it would hardly propose, could never be left.
 */
export function complete(
  model: DigitsModel,
  tensors: NamedArrays,
  { images, from }: Known,
  { chains, steps }: { chains: number; steps: number },
  random: Random,
): Completions {
  const known = images.flatMap((image) => new Array<Uint8Array>(chains).fill(image));
  const { latents } = model.sizes;
  const draw = (z: Float32Array) => drawImages(model, tensors, z, random, { images: known, from });
  let z = firstLatents(model, tensors, { images, from }, chains, random);
  let drawn = draw(z);
  let accepted = 0;
  for (let step = 0; step < steps; step++) {
    const { proposed, log2Ratio } = propose(model, tensors, drawn, z, random);
    const next = z.slice();
    for (const [row, log2] of log2Ratio.entries()) {
      if (step >= steps / 2) {
        if (Math.log2(1 - random.uniform()) > log2) continue;
        accepted++;
      }
      next.set(proposed.subarray(row * latents, (row + 1) * latents), row * latents);
    }
    z = next;
    drawn = draw(z);
  }
  return { images: drawn, z, accepted: accepted / (Math.floor(steps / 2) * known.length) };
}

/** log2 p of the pixels [from, to) by each z of [n][latents]: of an image each, or of one image for all. */
export function log2PixelsOf(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  z: Float32Array,
  [from, to]: readonly [number, number],
): Float32Array {
  return withTensors(model, tensors, images, (p, batch) => {
    const counted = tf.tensor(Float32Array.from({ length: PIXELS }, (_, i) => (i >= from && i < to ? 1 : 0)));
    const rows = tf.tensor(z, [z.length / model.sizes.latents, model.sizes.latents]);
    const signs = tf.mul(signsOf(batch.images), counted);
    const log2 = log2Likelihood(model, p, rows, signs, contextLogits(model, p, batch));
    // A pixel that does not count has the sign 0, and one bit.
    return tf.add(log2, PIXELS - (to - from)).dataSync() as Float32Array;
  });
}

/** For each image, `chains` of the same candidates of the prior, in proportion to p(known pixels | z). */
function firstLatents(
  model: DigitsModel,
  tensors: NamedArrays,
  { images, from }: Known,
  chains: number,
  random: Random,
): Float32Array {
  const { latents } = model.sizes;
  const candidates = random.normals(CANDIDATES * latents);
  const first = new Float32Array(images.length * chains * latents);
  for (const [i, image] of images.entries()) {
    const log2 = log2PixelsOf(model, tensors, [image], candidates, [0, from]);
    const most = log2.reduce((a, b) => Math.max(a, b));
    const weights = log2.map((bits) => 2 ** (bits - most));
    for (let chain = 0; chain < chains; chain++) {
      const choice = choose(weights, random);
      first.set(
        candidates.subarray(choice * latents, (choice + 1) * latents),
        (i * chains + chain) * latents,
      );
    }
  }
  return first;
}

/** An index, with a probability in proportion to its weight. */
function choose(weights: Float32Array, random: Random): number {
  let left = random.uniform() * weights.reduce((a, b) => a + b, 0);
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found < 0 ? weights.length - 1 : found;
}

/** z from q(z|x) for each image, and log2 of how much more p(x, z) / q(z|x) is there than at the present z. */
function propose(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  z: Float32Array,
  random: Random,
): { proposed: Float32Array; log2Ratio: Float32Array } {
  return withTensors(model, tensors, images, (p, batch) => {
    const q = posteriorOf(model, p, batch.images);
    const scale = tf.exp(q.logScale);
    const noise = tf.tensor(random.normals(z.length), q.mean.shape);
    const proposed = tf.add(q.mean, tf.mul(scale, noise));
    const context = contextLogits(model, p, batch);
    const log2Weight = (at: tf.Tensor) => {
      const deviation = tf.div(tf.sub(at, q.mean), scale);
      const ratio = tf.mul(tf.sub(tf.square(at), tf.square(deviation)), 0.5);
      const log2 = log2Likelihood(model, p, at, signsOf(batch.images), context);
      return tf.sub(log2, tf.mul(sumColumns(ratio), Math.LOG2E));
    };
    const present = tf.tensor(z, q.mean.shape);
    const log2Ratio = tf.sub(log2Weight(proposed), log2Weight(present));
    return {
      proposed: proposed.dataSync() as Float32Array,
      log2Ratio: log2Ratio.dataSync() as Float32Array,
    };
  });
}

function withTensors<T>(
  { sizes }: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  use: (p: Tensors, batch: Tensors) => T,
): T {
  const parameters = toTensors(tensors);
  const batch = toTensors(digitsBatch(images, sizes.neighbours));
  let result: T | undefined;
  tf.tidy(() => {
    result = use(parameters, batch);
  });
  tf.dispose([...Object.values(parameters), ...Object.values(batch)]);
  return result as T;
}
