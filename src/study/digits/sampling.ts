// Images drawn from p(x|z) pixel by pixel, for pictures and for estimates under the model. TensorFlow.js must have a
// back end.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import { CONTEXT_HIDDEN, type DigitsModel, PIXELS } from './model.ts';
import { allContexts, contextNumberAt } from './neighbours.ts';

/** What z alone says of the pixels: logits [n][784] of z [n][latents]. */
export function logitsOf(
  { decoder, sizes }: DigitsModel,
  tensors: NamedArrays,
  z: ArrayLike<number>,
): Float32Array {
  const parameters = toTensors(tensors);
  const logits = tf.tidy(() => {
    const rows = tf.tensor2d(Float32Array.from(z), [z.length / sizes.latents, sizes.latents]);
    return mlpOutputs(decoder, parameters, rows).dataSync() as Float32Array;
  });
  tf.dispose(Object.values(parameters));
  return logits;
}

/** What is known of images before they are drawn: the pixels before number `from`, an image each. */
export interface Known {
  readonly images: readonly Uint8Array[];
  readonly from: number;
}

/** One image for each z of [n][latents]; where pixels see neighbours, those already drawn or known. */
export function drawImages(
  model: DigitsModel,
  tensors: NamedArrays,
  z: ArrayLike<number>,
  random: Random,
  { images, from }: Known = { images: [], from: 0 },
): Uint8Array[] {
  const logits = logitsOf(model, tensors, z);
  const fromNeighbours = neighboursLogit(model, tensors);
  return Array.from({ length: logits.length / PIXELS }, (_, n) => {
    const image = new Uint8Array(PIXELS);
    image.set(images[n]?.subarray(0, from) ?? []);
    for (let i = from; i < PIXELS; i++) {
      const logit = logits[n * PIXELS + i] + fromNeighbours(image, i);
      image[i] = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    }
    return image;
  });
}

/** What the context network adds to a pixel's logit, of an image that is known up to it. */
function neighboursLogit(
  { sizes }: DigitsModel,
  tensors: NamedArrays,
): (image: Uint8Array, pixel: number) => number {
  const { neighbours } = sizes;
  if (neighbours === 0) return () => 0;
  const [weight, bias, output] = ['hidden.weight', 'hidden.bias', 'output.weight'].map(
    (name) => tensors[`context.${name}`].data,
  );
  const contexts = allContexts(neighbours);
  const logits = Float64Array.from({ length: 2 ** neighbours }, (_, number) => {
    let logit = 0;
    for (let unit = 0; unit < CONTEXT_HIDDEN; unit++) {
      let sum = bias[unit];
      for (let j = 0; j < neighbours; j++)
        sum += contexts[number * neighbours + j] * weight[j * CONTEXT_HIDDEN + unit];
      logit += output[unit] * (sum > 0 ? sum : Math.expm1(sum));
    }
    return logit;
  });
  return (image, pixel) => logits[contextNumberAt(image, pixel, neighbours)];
}
