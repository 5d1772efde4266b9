// Posteriors of toy models that reach further than a diagonal Gaussian, in TensorFlow.js:
//   full        z = m + L u with L lower triangular (Yu 2020, section 3.3)
//   coupling k  u' from u by k coupling layers, each of which scales and shifts one coordinate by a function of the
//               other and of x, by turns (RealNVP: Dinh et al. 2017); then z = m + L u'. One layer is one step of an
//               inverse autoregressive flow in the plane (IAF: Kingma et al. 2016).
// Each is a map of noise with a known Jacobian, so that log q(z|x) is known at the z that was drawn.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray, NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { denseOfData, sumColumns } from '../../train/tensorflow/layers.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { type Mlp, mlpShapes } from '../mlp/shapes.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import { DIMENSIONS, linearMlp, squareWeights } from '../toy/model.ts';

export interface PosteriorOptions {
  readonly covariance: 'diagonal' | 'full';
  /** Coupling layers. */
  readonly couplings: number;
}

export interface FlowPosterior {
  readonly options: PosteriorOptions;
  /** Outputs: two means, two log scales, what z2 follows of z1's noise; the rest of the eight is not used. */
  readonly encoder: Mlp;
  /** From one coordinate of noise and x: log scale and shift of the other; the rest is not used. */
  readonly layers: readonly Mlp[];
}

const COUPLING_HIDDEN = [32, 32, 32];
const ENCODER_GAIN = 6;
/** A layer scales by at most e^this. */
const LARGEST_LOG_SCALE = 3;

export function flowPosterior(options: PosteriorOptions, hidden: readonly number[]): FlowPosterior {
  return {
    options,
    encoder: { name: 'encoder', inputs: DIMENSIONS, hidden, outputs: 8 },
    layers: Array.from({ length: options.couplings }, (_, i) => ({
      name: `coupling${i}`,
      inputs: 1 + DIMENSIONS,
      hidden: COUPLING_HIDDEN,
      outputs: 4,
    })),
  };
}

export function initialPosterior({ encoder, layers }: FlowPosterior, random: Random): NamedArrays {
  const parts = [
    linearMlp(encoder, random, ENCODER_GAIN),
    ...layers.map((layer) => linearMlp(layer, random, 2)),
  ];
  return Object.assign({}, ...parts);
}

/** The q of a toy model's encoder, a diagonal Gaussian, from which the rest of this one may depart. */
export function posteriorFrom(toy: NamedArrays, q: FlowPosterior, random: Random): NamedArrays {
  const arrays = initialPosterior(q, random);
  const encoder = Object.entries(mlpShapes(q.encoder)).map(([name, shape]) => [
    name,
    { shape, data: widened(toy[name], shape[shape.length - 1]) },
  ]);
  for (const { name } of q.layers) arrays[`${name}.output.weight`].data.fill(0);
  return { ...arrays, ...Object.fromEntries(encoder) };
}

/** The array with zeros after each row's end, so that rows are `columns` long. */
function widened({ shape, data }: NamedArray, columns: number): Float32Array {
  const own = shape[shape.length - 1];
  const rows = data.length / own;
  const wide = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    wide.set(data.subarray(row * own, (row + 1) * own) as Float32Array, row * columns);
  return wide;
}

/** Names of its square weights. */
export function posteriorSquares({ encoder, layers }: FlowPosterior): string[] {
  return [encoder, ...layers].flatMap(squareWeights);
}

/**
 * `samples` samples z of q(z|x) for each point x [n, 2], all points for each sample, and log2 q(z|x) - log2 p(z) at
 * them: [samples * n, 2] and [samples * n, 1].
 */
export function drawLatents(q: FlowPosterior, p: Tensors, x: tf.Tensor, samples: number, random: Random) {
  const { options, encoder, layers } = q;
  const repeat = (t: tf.Tensor) => (samples === 1 ? t : tf.concat(new Array<tf.Tensor>(samples).fill(t)));
  const outputs = repeat(mlpOutputs(encoder, p, x, denseOfData));
  const points = repeat(x);
  const rows = points.shape[0];
  const column = (t: tf.Tensor, index: number) => tf.slice(t, [0, index], [rows, 1]);
  const noise = [0, 1].map(() => tf.tensor(random.normals(rows), [rows, 1]) as tf.Tensor);
  const u = [...noise];
  let logVolume: tf.Tensor = tf.add(column(outputs, 2), column(outputs, 3));
  for (const [i, layer] of layers.entries()) {
    const moved = 1 - (i % 2);
    const conditions = mlpOutputs(layer, p, tf.concat([u[1 - moved], points], 1));
    const logScale = tf.mul(tf.tanh(column(conditions, 0)), LARGEST_LOG_SCALE);
    u[moved] = tf.add(tf.mul(u[moved], tf.exp(logScale)), column(conditions, 1));
    logVolume = tf.add(logVolume, logScale);
  }
  const z1 = tf.add(column(outputs, 0), tf.mul(tf.exp(column(outputs, 2)), u[0]));
  const own = tf.add(column(outputs, 1), tf.mul(tf.exp(column(outputs, 3)), u[1]));
  const z2 = options.covariance === 'full' ? tf.add(own, tf.mul(column(outputs, 4), u[0])) : own;
  const z = tf.concat([z1, z2], 1);
  // The terms of 2 pi cancel.
  const squares = sumColumns(tf.sub(tf.square(z), tf.square(tf.concat(noise, 1))));
  return { z, log2Ratio: tf.mul(tf.sub(tf.mul(squares, 0.5), logVolume), Math.LOG2E) };
}
