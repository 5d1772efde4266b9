// The digits family's preset: a VAE of two latent layers for 28x28 grey images. codec/digits codes with what it trains.

import * as tf from '@tensorflow/tfjs-core';
import {
  BOTTOM,
  CELLS,
  CENTRE,
  CHANNELS,
  COMPONENTS,
  FORMAT,
  GRID,
  LOG_SCALE_LIMIT,
  PATCH_PIXELS,
  PIXEL_HIDDEN,
  PIXELS,
  SHAPES,
  TOP,
  UNIT,
} from '../../../../codec/digits/architecture.ts';
import type { NamedArray, NamedArrays } from '../../../../codec/network/safetensors.ts';
import type { Random } from '../../run/random.ts';
import { convolution, dense, denseOfData, elu } from '../layers.ts';
import { type Gaussian, mixtureLog2Probability, sample, sampleLog2Ratio, standardKl } from '../likelihood.ts';
import type { LossContext, Preset, Tensors } from '../preset.ts';
import { openDigits } from './data.ts';

/** Output biases that begin with components over black, two greys and white. */
const FIRST_OUTPUTS = [-6, -2, 2, 5.5, -2, 0, 0, -2, 2, 0, 0, 1];

/** All but the name. */
export const digits: Omit<Preset, 'name'> = {
  format: FORMAT,
  hyperparameters: {},
  shards: 4,
  steps: 3500,
  learningRate: 3e-3,
  klWarmUp: 0.1,
  clipNorm: 1,
  initialParameters,
  openData: openDigits,
  loss,
};

/** Normal weights of variance 1 / inputs, zero biases. */
function initialParameters(random: Random): NamedArrays {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, shape] of Object.entries(SHAPES)) {
    const outputs = shape[shape.length - 1];
    const size = shape.reduce((product, n) => product * n, 1);
    const data = new Float32Array(size);
    if (name.endsWith('.weight')) {
      const scale = Math.sqrt(outputs / size) * (/output|top.weight|bottom.weight/.test(name) ? 0.3 : 1);
      for (let i = 0; i < size; i++) data[i] = scale * random.normal();
    }
    arrays[name] = { shape, data };
  }
  arrays['pixel.output.bias'].data.set(FIRST_OUTPUTS);
  return arrays;
}

function loss(p: Tensors, batch: Tensors, { klWeight, random }: LossContext) {
  const images = batch.patches.shape[0] / CELLS;
  const bottom = encode(p, batch.patches, images);
  const z1 = sample(bottom, random);
  const top = gaussian(layer(p, 'encoder.middle', z1, true), p, 'encoder.top', TOP);
  const z2 = sample(top, random);
  const prior = gaussian(layer(p, 'decoder.top', z2, true), p, 'decoder.bottom', BOTTOM);
  const klBits = tf.add(tf.sum(sampleLog2Ratio(z1, bottom, prior)), tf.sum(standardKl(top)));

  const outputs = pixelOutputs(p, decode(p, z1, images), batch.context);
  const part = (index: number): tf.Tensor =>
    tf.slice(outputs, [0, index * COMPONENTS], [images * PIXELS, COMPONENTS]);
  const logScales = tf.clipByValue(part(1), -LOG_SCALE_LIMIT, LOG_SCALE_LIMIT);
  const mixture = {
    means: tf.add(tf.mul(part(0), UNIT), CENTRE),
    inverseScales: tf.mul(tf.exp(tf.neg(logScales)), 1 / UNIT),
    logits: part(2),
  };
  const log2 = mixtureLog2Probability(mixture, batch.lower, batch.upper);
  const likelihood = tf.mul(tf.sum(log2), -1 / (images * PIXELS)) as tf.Scalar;
  const kl = tf.mul(klBits, 1 / (images * PIXELS)) as tf.Scalar;
  return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
}

/** q(z1|x) from patches [images * CELLS, PATCH_PIXELS]. */
function encode(p: Tensors, patches: tf.Tensor, images: number): Gaussian {
  const cells = elu(denseOfData(patches, p['encoder.patch.weight'], p['encoder.patch.bias']));
  const grid = tf.reshape(cells, [images, GRID, GRID, CHANNELS]);
  const mixed = elu(convolution(grid, p['encoder.convolution.weight'], p['encoder.convolution.bias']));
  const hidden = layer(p, 'encoder.hidden', tf.reshape(mixed, [images, CELLS * CHANNELS]), true);
  return gaussian(hidden, p, 'encoder.bottom', BOTTOM);
}

/** From z1 [images, BOTTOM], what each pixel's network gets of it: [images * PIXELS, PIXEL_HIDDEN], patch by patch. */
function decode(p: Tensors, z1: tf.Tensor, images: number): tf.Tensor {
  const grid = tf.reshape(layer(p, 'decoder.hidden', z1, true), [images, GRID, GRID, CHANNELS]);
  const mixed = elu(convolution(grid, p['decoder.convolution.weight'], p['decoder.convolution.bias']));
  const cells = layer(p, 'decoder.patch', tf.reshape(mixed, [images * CELLS, CHANNELS]), false);
  return tf.reshape(cells, [images * CELLS * PATCH_PIXELS, PIXEL_HIDDEN]);
}

/** The pixels' networks: [images * PIXELS, OUTPUTS]. */
function pixelOutputs(p: Tensors, fromLatents: tf.Tensor, context: tf.Tensor): tf.Tensor {
  const fromContext = denseOfData(context, p['pixel.context.weight'], tf.zeros([PIXEL_HIDDEN]));
  const first = elu(tf.add(fromContext, fromLatents));
  return layer(p, 'pixel.output', layer(p, 'pixel.hidden', first, true), false);
}

function layer(p: Tensors, name: string, x: tf.Tensor, activate: boolean): tf.Tensor {
  const y = dense(x, p[`${name}.weight`], p[`${name}.bias`]);
  return activate ? elu(y) : y;
}

function gaussian(hidden: tf.Tensor, p: Tensors, name: string, size: number): Gaussian {
  const outputs = layer(p, name, hidden, false);
  const rows = outputs.shape[0];
  return {
    mean: tf.slice(outputs, [0, 0], [rows, size]),
    logScale: tf.slice(outputs, [0, size], [rows, size]),
  };
}
