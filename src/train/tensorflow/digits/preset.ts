// The digits family's preset: a VAE of two latent layers for 28x28 grey images. codec/digits codes with what it trains.

import * as tf from '@tensorflow/tfjs-core';
import {
  BOTTOM,
  CELLS,
  CENTRE,
  CHANNELS,
  COMPONENTS,
  FIRST,
  FORMAT,
  GRID,
  INK_OUTPUTS,
  LOG_SCALE_LIMIT,
  PATCH_PIXELS,
  PIXELS,
  SHAPES,
  TOP,
  UNIT,
} from '../../../../codec/digits/architecture.ts';
import type { NamedArray, NamedArrays } from '../../../../codec/network/safetensors.ts';
import type { Random } from '../../run/random.ts';
import { convolution, dense, denseOfData, leakyRelu, logSigmoid, lookUp, selectRows } from '../layers.ts';
import { type Gaussian, mixtureLog2Probability, sample, sampleLog2Ratio, standardKl } from '../likelihood.ts';
import { normalParameters } from '../parameters.ts';
import type { LossContext, Preset, Tensors } from '../preset.ts';
import { openDigits, SHARDS } from './data.ts';

/** Output biases that begin with components over black, two greys and white. */
const FIRST_OUTPUTS = [-6, -2, 2, 5.5, -2, 0, 0, -2, 2, 0, 0, 1];

const SLOPE = 0.1;
/** Stands for infinity: the lowest and the highest level take the open tails. */
const FAR = 1e6;
const LEVELS = 256;

/** All but the name. */
export const digits: Omit<Preset, 'name'> = {
  format: FORMAT,
  hyperparameters: {},
  shards: SHARDS,
  steps: 5000,
  learningRate: 2e-3,
  klWarmUp: 0.1,
  clipNorm: 1,
  initialParameters,
  openData: openDigits,
  loss,
};

function initialParameters(random: Random): NamedArrays {
  const small = /output|top.weight|bottom.weight|ink.cells/;
  const arrays = normalParameters(SHAPES, random, { small, share: 0.3 });
  arrays['decoder.ink.weight'].data.fill(0);
  arrays['pixel.output.bias'].data.set(FIRST_OUTPUTS);
  return arrays;
}

function loss(p: Tensors, batch: Tensors, { klWeight, random }: LossContext) {
  const images = batch.images.shape[0] as number;
  const share = 1 / (images * PIXELS);
  const seen = layer(p, 'encoder.hidden', leaky(ofData(p, 'encoder.image', batch.images)));
  const bottom = gaussian(seen, p, 'encoder.bottom', BOTTOM);
  const z1 = sample(bottom, random);
  const top = gaussian(layer(p, 'encoder.middle', z1), p, 'encoder.top', TOP);
  const z2 = sample(top, random);
  const prior = gaussian(layer(p, 'decoder.top', z2), p, 'decoder.bottom', BOTTOM);
  const klBits = tf.add(tf.sum(sampleLog2Ratio(z1, bottom, prior)), tf.sum(standardKl(top)));

  const outputs = pixelOutputs(p, decode(p, z1, batch), batch.context);
  const part = (index: number): tf.Tensor =>
    tf.slice(outputs, [0, index * COMPONENTS], [outputs.shape[0], COMPONENTS]);
  const logScales = tf.clipByValue(part(1), -LOG_SCALE_LIMIT, LOG_SCALE_LIMIT);
  const mixture = {
    means: tf.add(tf.mul(part(0), UNIT), CENTRE),
    inverseScales: tf.mul(tf.exp(tf.neg(logScales)), 1 / UNIT),
    logits: part(2),
  };
  const edges = levelEdges(p['level.width']);
  const lower = lookUp(edges, batch.levels);
  const upper = lookUp(edges, tf.add(batch.levels, 1));
  const log2 = tf.sum(mixtureLog2Probability(mixture, lower, upper));
  const likelihood = tf.mul(tf.add(log2, inkLog2Probability(p, z1, batch.ink)), -share) as tf.Scalar;
  const kl = tf.mul(klBits, share) as tf.Scalar;
  return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
}

/** log2 of the probability of which cells have ink, summed; each cell sees those before it. */
function inkLog2Probability(p: Tensors, z1: tf.Tensor, ink: tf.Tensor): tf.Tensor {
  const fromLatents = dense(layer(p, 'ink.hidden', z1), p['ink.output.weight'], p['ink.output.bias']);
  const causal = tf.mul(p['ink.cells.weight'], tensorOf(EARLIER_CELLS));
  const fromCells = denseOfData(ink, causal, tf.zeros([INK_OUTPUTS]));
  const logits = tf.slice(tf.add(fromLatents, fromCells), [0, 0], ink.shape as [number, number]);
  return tf.mul(tf.sum(logSigmoid(tf.mul(logits, tf.sub(tf.mul(ink, 2), 1)))), Math.LOG2E);
}

/** 1 where the row's cell comes before the column's. */
const EARLIER_CELLS = matrix(CELLS, INK_OUTPUTS, (row, column) => (row < column ? 1 : 0));

/** Which levels' widths lie below each edge: none of the outermost ones, whose bins are open. */
const BELOW = matrix(LEVELS + 1, LEVELS, (edge, level) =>
  level > 0 && level < edge && edge < LEVELS ? 1 : 0,
);
const FIRST_EDGES = matrix(LEVELS + 1, 1, (edge) => (edge === 0 ? -FAR : edge === LEVELS ? FAR : 0.5));

/** Lower edges of the levels' bins from the logarithms of their widths, and the highest's upper one: [257, 1]. */
function levelEdges(widths: tf.Tensor): tf.Tensor {
  const sums = dense(tensorOf(BELOW), tf.reshape(tf.exp(widths), [LEVELS, 1]), tf.zeros([1]));
  return tf.add(sums, tensorOf(FIRST_EDGES));
}

function matrix(rows: number, columns: number, value: (row: number, column: number) => number): NamedArray {
  const data = Float32Array.from({ length: rows * columns }, (_, i) =>
    value(Math.floor(i / columns), i % columns),
  );
  return { shape: [rows, columns], data };
}

function tensorOf({ data, shape }: NamedArray): tf.Tensor {
  return tf.tensor(data, [...shape]);
}

/** From z1 [images, BOTTOM], what each pixel's network gets of it: [pixels of cells with ink, FIRST], cell by cell. */
function decode(p: Tensors, z1: tf.Tensor, { ink, inked }: Tensors): tf.Tensor {
  const images = z1.shape[0];
  const cells = images * CELLS;
  const hidden = tf.reshape(dense(z1, p['decoder.hidden.weight'], p['decoder.hidden.bias']), [
    cells,
    CHANNELS,
  ]);
  const ofInk = denseOfData(tf.reshape(ink, [cells, 1]), p['decoder.ink.weight'], tf.zeros([CHANNELS]));
  const grid = tf.reshape(leaky(tf.add(hidden, ofInk)), [images, GRID, GRID, CHANNELS]);
  const mixed = convolution(grid, p['decoder.convolution.weight'], p['decoder.convolution.bias']);
  const chosen = leaky(selectRows(tf.reshape(mixed, [cells, CHANNELS]), inked));
  const patches = dense(chosen, p['decoder.patch.weight'], p['decoder.patch.bias']);
  return tf.reshape(patches, [inked.size * PATCH_PIXELS, FIRST]);
}

/** The pixels' networks: [pixels, OUTPUTS]. */
function pixelOutputs(p: Tensors, fromLatents: tf.Tensor, context: tf.Tensor): tf.Tensor {
  const fromContext = denseOfData(context, p['pixel.context.weight'], tf.zeros([FIRST]));
  const first = leaky(tf.add(fromContext, fromLatents));
  return dense(layer(p, 'pixel.hidden', first), p['pixel.output.weight'], p['pixel.output.bias']);
}

function layer(p: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  return leaky(dense(x, p[`${name}.weight`], p[`${name}.bias`]));
}

function ofData(p: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  return denseOfData(x, p[`${name}.weight`], p[`${name}.bias`]);
}

function leaky(x: tf.Tensor): tf.Tensor {
  return leakyRelu(x, SLOPE);
}

function gaussian(hidden: tf.Tensor, p: Tensors, name: string, size: number): Gaussian {
  const outputs = dense(hidden, p[`${name}.weight`], p[`${name}.bias`]);
  const rows = outputs.shape[0];
  return {
    mean: tf.slice(outputs, [0, 0], [rows, size]),
    logScale: tf.slice(outputs, [0, size], [rows, size]),
  };
}
