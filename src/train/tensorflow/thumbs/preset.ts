// The thumbs family's preset: a VAE of three latent layers for small colour images. codec/thumbs codes with what it
// trains.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../../codec/network/safetensors.ts';
import { CHANNELS, FORMAT, LATENTS, OUTPUTS, SHAPES } from '../../../../codec/thumbs/architecture.ts';
import type { Random } from '../../run/random.ts';
import { convolutionElu } from '../kernel-convolution.ts';
import { dense, denseOfData, elu } from '../layers.ts';
import { type Gaussian, sample, sampleLog2Ratio, standardKl } from '../likelihood.ts';
import { normalParameters } from '../parameters.ts';
import type { LossContext, Preset, Tensors } from '../preset.ts';
import { openThumbs } from './data.ts';
import { pixelBits, SIDE } from './pixels-loss.ts';

/** Log scales that components begin with, so that they begin to specialise. */
const FIRST_LOG_SCALES = [-1.2, -0.75, -0.25, 0.2];
/**
 * Bits per dimension of KL that cost nothing in training: z is put to use before the context learns to do without it.
 * Nothing changes where KL is larger of its own accord.
 */
const FREE_BITS = 0.42;
const GRID = SIDE / 2;

/** All but the name. */
export const thumbs: Omit<Preset, 'name'> = {
  format: FORMAT,
  hyperparameters: {},
  shards: 2,
  steps: 6500,
  learningRate: 3e-3,
  klWarmUp: 0.1,
  clipNorm: 1,
  initialParameters,
  openData: openThumbs,
  loss,
};

function initialParameters(random: Random): NamedArrays {
  const arrays = normalParameters(SHAPES, random, { small: /output|direct/, share: 0.2 });
  for (const [name, { data }] of Object.entries(arrays))
    if (/^pixel.*output.bias/.test(name)) data.set(FIRST_LOG_SCALES, OUTPUTS / 3);
  return arrays;
}

function loss(p: Tensors, batch: Tensors, { klWeight, random }: LossContext) {
  const images = (4 * (batch.cells.shape[0] as number)) / SIDE ** 2;
  const q1 = posterior(p, 1, batch.cells, GRID);
  const z1 = sample(q1, random);
  const q2 = posterior(p, 2, cellsOf(z1, GRID), GRID / 2);
  const z2 = sample(q2, random);
  const q3 = posterior(p, 3, cellsOf(z2, GRID / 2), GRID / 4);
  const z3 = sample(q3, random);
  const klBits = [
    tf.sum(sampleLog2Ratio(z1, q1, prior(p, 'decoder2', z2, GRID / 2))),
    tf.sum(sampleLog2Ratio(z2, q2, prior(p, 'decoder3', z3, GRID / 4))),
    tf.sum(standardKl(q3)),
  ];
  const dims = 3 * images * SIDE ** 2;
  const kl = tf.div(tf.addN(klBits), dims) as tf.Scalar;
  const likelihood = pixelBits(p, decode(p, 'decoder1', z1), batch.levels);
  const paid = tf.maximum(kl, FREE_BITS);
  return { loss: tf.add(likelihood, tf.mul(paid, klWeight)) as tf.Scalar, likelihood, kl };
}

/** Parameters of each place of a grid: [images, side, side, latents] each. */
function gaussian(parameters: tf.Tensor, latents: number): Gaussian {
  const [mean, logScale] = tf.split(parameters, [latents, latents], 3);
  return { mean, logScale };
}

/** q of a layer of latents, from the cells of what lies below: [images * side * side, inputs]. */
function posterior(p: Tensors, layer: 1 | 2 | 3, cells: tf.Tensor, side: number): Gaussian {
  const name = `encoder${layer}`;
  const [weight, bias] = [p[`${name}.cell.weight`], p[`${name}.cell.bias`]];
  const first = elu(layer === 1 ? denseOfData(cells, weight, bias) : dense(cells, weight, bias));
  const mixed = residual(p, name, tf.reshape(first, [-1, side, side, CHANNELS]));
  const latents = LATENTS[layer - 1];
  return gaussian(tf.reshape(outputOf(p, name, mixed), [-1, side, side, 2 * latents]), latents);
}

/** p of the latents below those of a grid. */
function prior(p: Tensors, name: 'decoder2' | 'decoder3', z: tf.Tensor, side: number): Gaussian {
  const latents = LATENTS[name === 'decoder2' ? 0 : 1];
  return gaussian(placesOf(decode(p, name, z), side, 2 * latents), latents);
}

/** From a grid of latents, what is said of the four places of each of its cells: [cells, outputs]. */
function decode(p: Tensors, name: string, z: tf.Tensor): tf.Tensor2D {
  const first = convolutionElu(z, p[`${name}.input.weight`], p[`${name}.input.bias`]);
  return outputOf(p, name, residual(p, name, first));
}

function residual(p: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  return tf.add(x, convolutionElu(x, p[`${name}.convolution.weight`], p[`${name}.convolution.bias`]));
}

function outputOf(p: Tensors, name: string, x: tf.Tensor): tf.Tensor2D {
  return dense(tf.reshape(x, [-1, CHANNELS]), p[`${name}.output.weight`], p[`${name}.output.bias`]);
}

/** Cells of 2x2 places of a grid [images, side, side, n]: [cells, 4 * n], row by row within each. */
function cellsOf(x: tf.Tensor, side: number): tf.Tensor {
  const n = x.shape[3] as number;
  const rows = tf.transpose(tf.reshape(x, [-1, 2, side / 2, 2 * n]), [0, 2, 1, 3]);
  return tf.reshape(rows, [-1, 4 * n]);
}

/** The grid [images, 2 * side, 2 * side, n] whose cells of 2x2 places are given: the inverse of `cellsOf`. */
function placesOf(cells: tf.Tensor, side: number, n: number): tf.Tensor {
  const rows = tf.transpose(tf.reshape(cells, [-1, side, 2, 2 * n]), [0, 2, 1, 3]);
  return tf.reshape(rows, [-1, 2 * side, 2 * side, n]);
}
