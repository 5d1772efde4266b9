// The codes that autoencoders of digits give images; a TensorFlow.js back end must be there. What stands on disk are
// the codes themselves: a decoder never computes them.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import { digitsBatch } from '../digits/data.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import { type Autoencoder, CODES, ENTRY_SIZE } from './model.ts';
import { nearestEntries } from './preset.ts';

/** The encoder's numbers of each image. */
export function numbersOf(
  { encoder }: Autoencoder,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
): Float32Array[] {
  const parameters = toTensors(tensors);
  const batch = toTensors(digitsBatch(images, 0));
  const outputs = tf.tidy(() => mlpOutputs(encoder, parameters, batch.images).dataSync() as Float32Array);
  tf.dispose([...Object.values(parameters), ...Object.values(batch)]);
  return images.map((_, i) => outputs.subarray(i * encoder.outputs, (i + 1) * encoder.outputs));
}

/** The entries of the codebook, one a place, that are nearest to the encoder's numbers. */
export function entriesOf(
  model: Autoencoder,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
): Uint16Array[] {
  const { shape, data } = tensors.codebook;
  return numbersOf(model, tensors, images).map((numbers) => {
    const nearest = tf.tidy(() =>
      nearestEntries(tf.tensor(numbers, [CODES, ENTRY_SIZE]), tf.tensor(data, [...shape])).dataSync(),
    );
    return Uint16Array.from(nearest);
  });
}
