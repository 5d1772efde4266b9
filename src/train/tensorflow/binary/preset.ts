// The binary family's presets: a VAE of one latent layer for 28x28 images of black and white. codec/binary codes with
// what it trains.

import * as tf from '@tensorflow/tfjs-core';
import {
  CELLS,
  CHANNELS,
  FORMAT,
  GRID,
  LEAST_PROBABILITY,
  NARROW,
  PIXELS,
  type Sizes,
  shapesOf,
} from '../../../../codec/binary/architecture.ts';
import type { NamedArrays } from '../../../../codec/network/safetensors.ts';
import type { Random } from '../../run/random.ts';
import { convolution, dense, denseOfData, elu } from '../layers.ts';
import { type Gaussian, sample, standardKl } from '../likelihood.ts';
import { normalParameters } from '../parameters.ts';
import type { LossContext, Preset, Tensors } from '../preset.ts';
import { openBinary, SHARDS } from './data.ts';

/** All but the name. */
export function binaryPreset(sizes: Sizes): Omit<Preset, 'name'> {
  return {
    format: FORMAT,
    hyperparameters: {},
    shards: SHARDS,
    steps: 30_000,
    learningRate: 6e-3,
    klWarmUp: 0.1,
    clipNorm: 1,
    initialParameters: (random) => initialParameters(sizes, random),
    openData: (directory, seed) => openBinary(directory, seed, sizes),
    loss: (parameters, batch, context) => loss(sizes, parameters, batch, context),
  };
}

function initialParameters(sizes: Sizes, random: Random): NamedArrays {
  const arrays = normalParameters(shapesOf(sizes), random, { small: /output|encoder.latents/, share: 0.3 });
  // Four of five pixels are black.
  arrays['pixel.output.bias'].data.fill(-1.5);
  return arrays;
}

function loss(sizes: Sizes, p: Tensors, batch: Tensors, { klWeight, random }: LossContext) {
  const images = batch.windows.shape[0] / CELLS;
  const posterior = encode(p, batch.windows, images, sizes);
  const klBits = tf.sum(standardKl(posterior));
  const logits = pixelLogits(p, decode(p, sample(posterior, random), images, sizes), batch.context);
  const probability = tf.add(
    tf.mul(tf.sigmoid(tf.mul(logits, batch.signs)), 1 - 2 * LEAST_PROBABILITY),
    LEAST_PROBABILITY,
  );
  const likelihood = tf.mul(tf.sum(tf.log(probability)), -Math.LOG2E / (images * PIXELS)) as tf.Scalar;
  const kl = tf.mul(klBits, 1 / (images * PIXELS)) as tf.Scalar;
  return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
}

/** q(z|x) from windows [images * CELLS, window^2]. */
function encode(p: Tensors, windows: tf.Tensor, images: number, { latents, windowCode }: Sizes): Gaussian {
  const hidden = elu(denseOfData(windows, p['encoder.patch.weight'], p['encoder.patch.bias']));
  const codes = tf.reshape(layer(p, 'encoder.narrow', hidden, true), [images, CELLS * windowCode]);
  const outputs = layer(p, 'encoder.latents', layer(p, 'encoder.hidden', codes, true), false);
  return {
    mean: tf.slice(outputs, [0, 0], [images, latents]),
    logScale: tf.slice(outputs, [0, latents], [images, latents]),
  };
}

/** From z [images, latents], what each pixel's network gets of it: [images * PIXELS, features], patch by patch. */
function decode(p: Tensors, z: tf.Tensor, images: number, { features }: Sizes): tf.Tensor {
  const narrow = layer(p, 'decoder.narrow', layer(p, 'decoder.hidden', z, true), true);
  const grid = tf.reshape(narrow, [images, GRID, GRID, NARROW]);
  const mixed = elu(convolution(grid, p['decoder.convolution.weight'], p['decoder.convolution.bias']));
  const cells = layer(p, 'decoder.cell', tf.reshape(mixed, [images * CELLS, CHANNELS]), true);
  return tf.reshape(layer(p, 'decoder.patch', cells, false), [images * PIXELS, features]);
}

/** The pixels' networks: logits of white, [images * PIXELS, 1]. */
function pixelLogits(p: Tensors, fromLatents: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor {
  const features = fromLatents.shape[1] as number;
  const seen = context
    ? tf.add(denseOfData(context, p['pixel.context.weight'], tf.zeros([features])), fromLatents)
    : fromLatents;
  return layer(p, 'pixel.output', layer(p, 'pixel.hidden', elu(seen), true), false);
}

function layer(p: Tensors, name: string, x: tf.Tensor, activate: boolean): tf.Tensor {
  const y = dense(x, p[`${name}.weight`], p[`${name}.bias`]);
  return activate ? elu(y) : y;
}
