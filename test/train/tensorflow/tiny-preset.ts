// A preset that trains in milliseconds: a Gaussian latent, a linear decoder and a squared distance for a likelihood.
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../src/train/run/random.ts';
import { dense } from '../../../src/train/tensorflow/layers.ts';
import { sample, standardKl } from '../../../src/train/tensorflow/likelihood.ts';
import type { Preset } from '../../../src/train/tensorflow/preset.ts';

const ROWS = 8;
const WIDTH = 6;

export const tiny: Preset = {
  name: 'tiny',
  format: 'vaezip-tiny',
  hyperparameters: { width: String(WIDTH) },
  shards: 3,
  steps: 20,
  learningRate: 0.01,
  klWarmUp: 0.5,
  clipNorm: 1,
  initialParameters: (random) => ({
    'encoder.weight': { shape: [WIDTH, 2], data: random.normals(2 * WIDTH) },
    'encoder.bias': { shape: [2], data: new Float32Array(2) },
    'decoder.weight': { shape: [1, WIDTH], data: random.normals(WIDTH) },
    'decoder.bias': { shape: [WIDTH], data: new Float32Array(WIDTH) },
  }),
  openData: async () => ({
    description: 'random numbers',
    batch: (_step, _shard, random) => ({ x: { shape: [ROWS, WIDTH], data: random.normals(ROWS * WIDTH) } }),
    heldOutBatches: 2,
    heldOut: (index) => ({ x: { shape: [ROWS, WIDTH], data: new Random(index).normals(ROWS * WIDTH) } }),
  }),
  loss: (p, { x }, { klWeight, random }) => {
    const outputs = dense(x, p['encoder.weight'], p['encoder.bias']);
    const q = { mean: tf.slice(outputs, [0, 0], [ROWS, 1]), logScale: tf.slice(outputs, [0, 1], [ROWS, 1]) };
    const decoded = dense(sample(q, random), p['decoder.weight'], p['decoder.bias']);
    const likelihood = tf.mean(tf.square(tf.sub(x, decoded))) as tf.Scalar;
    const kl = tf.mul(tf.mean(standardKl(q)), 1 / WIDTH) as tf.Scalar;
    return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
  },
};
