// Reconstructions of grey digits, and what their latents cost, in TensorFlow.js: a back end must be there.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { Random } from '../../train/run/random.ts';
import { sample, standardKl } from '../../train/tensorflow/likelihood.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import { type LikelihoodName, PIXELS } from './model.ts';
import { meansOf, posteriorOf } from './preset.ts';

const IMAGES_A_TIME = 500;
const NOISE_KEY = 300;

export interface Reconstruction {
  /** The decoder's means in levels at one sample of z for each image: [images * 784]. */
  readonly levels: Float32Array;
  /** Mean KL(q(z|x) || p(z)) of an image, bits, in closed form. */
  readonly kl: number;
}

/** Of images of levels. */
export function reconstruct(
  likelihood: LikelihoodName,
  tensors: NamedArrays,
  images: readonly Uint16Array[],
): Reconstruction {
  const parameters = toTensors(tensors);
  const random = new Random(NOISE_KEY);
  const levels = new Float32Array(images.length * PIXELS);
  let kl = 0;
  for (let start = 0; start < images.length; start += IMAGES_A_TIME)
    tf.tidy(() => {
      const some = images.slice(start, start + IMAGES_A_TIME);
      const data = Float32Array.from(
        some.flatMap((image) => [...image]),
        (level) => level / 255,
      );
      const q = posteriorOf(parameters, tf.tensor(data, [some.length, PIXELS]));
      const means = meansOf(parameters, sample(q, random), likelihood);
      levels.set(tf.mul(means, 255).dataSync(), start * PIXELS);
      kl += tf.sum(standardKl(q)).dataSync()[0];
    });
  tf.dispose(Object.values(parameters));
  return { levels, kl: kl / images.length };
}

/** Mean squared difference of levels. */
export function meanSquaredError(images: readonly Uint16Array[], levels: Float32Array): number {
  let sum = 0;
  for (const [n, image] of images.entries())
    for (let i = 0; i < PIXELS; i++) sum += (image[i] - levels[n * PIXELS + i]) ** 2;
  return sum / levels.length;
}
