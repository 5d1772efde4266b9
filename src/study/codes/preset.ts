// Autoencoders of digits as presets of the trainer. A discrete code is trained straight through, with the losses of
// codebook and commitment, and its prior beside it; a plain one by its likelihood alone, of noisy images if so wished.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { dense, logSigmoid, sumColumns } from '../../train/tensorflow/layers.ts';
import type { Loss, Tensors } from '../../train/tensorflow/preset.ts';
import { openBinaryDigits } from '../digits/data.ts';
import { PIXELS } from '../digits/model.ts';
import { signsOf } from '../digits/terms.ts';
import type { Recipe } from '../frame/recipe.ts';
import { initialMlp, type Mlp } from '../mlp/shapes.ts';
import { mlpOutputs } from '../mlp/tensorflow.ts';
import { type Autoencoder, autoencoder, CODES, ENTRY_SIZE, priorInput } from './model.ts';

export interface CodesOptions {
  /** Of the codebook whose entries are the code, with a learned prior; 0: the code is a row of numbers. */
  readonly entries: number;
  /** Share of the encoder's pixels that are flipped in training: a denoising autoencoder (Vincent et al. 2008). */
  readonly flipped: number;
}

const IMAGES = 128;
const FORMAT = 'vaezip-study-codes';
/** Four of five pixels are black. */
const FIRST_LOGIT = -1.5;
/** Of the first codebook's numbers. */
const FIRST_SPREAD = 0.5;
/** Weight of the commitment, as published. */
const COMMITMENT = 0.25;

/** All but the name. */
export async function codesPreset(options: CodesOptions): Promise<Recipe> {
  const model = autoencoder(options.entries);
  return {
    format: FORMAT,
    hyperparameters: { entries: String(options.entries), flipped: String(options.flipped) },
    shards: 1,
    steps: 3000,
    learningRate: 2e-3,
    klWarmUp: 0,
    clipNorm: 1,
    initialParameters: (random) => initialParameters(model, random),
    openData: (directory) => openBinaryDigits(directory, { images: IMAGES, neighbours: 0 }),
    loss: (p, { images }, { random }) => loss(model, p, images, options.flipped, random),
  };
}

function initialParameters(model: Autoencoder, random: Random): NamedArrays {
  const { encoder, decoder, prior } = model;
  const arrays = { ...initialMlp(encoder, random), ...initialMlp(decoder, random) };
  arrays['decoder.output.bias'].data.fill(FIRST_LOGIT);
  if (!prior) return arrays;
  const entries = random.normals(prior.outputs * ENTRY_SIZE).map((x) => FIRST_SPREAD * x);
  return {
    ...arrays,
    ...initialMlp(prior, random),
    codebook: { shape: [prior.outputs, ENTRY_SIZE], data: entries },
  };
}

function loss(model: Autoencoder, p: Tensors, images: tf.Tensor, flipped: number, random: Random): Loss {
  const [count] = images.shape;
  const perDimension = 1 / (count * PIXELS);
  const mean = (x: tf.Tensor) => tf.mul(tf.sum(x), perDimension) as tf.Scalar;
  const seen = flipped > 0 ? tf.abs(tf.sub(images, flips(images, flipped, random))) : images;
  const outputs = mlpOutputs(model.encoder, p, seen);
  const { input, rate, quantisation } = model.prior
    ? quantised(model.prior, p, outputs)
    : { input: outputs, rate: tf.scalar(0), quantisation: tf.scalar(0) };
  const log = sumColumns(logSigmoid(tf.mul(mlpOutputs(model.decoder, p, input), signsOf(images))));
  const likelihood = mean(tf.mul(log, -Math.LOG2E));
  const kl = mean(rate);
  return { loss: tf.addN([likelihood, kl, mean(quantisation)]) as tf.Scalar, likelihood, kl };
}

function flips(images: tf.Tensor, share: number, random: Random): tf.Tensor {
  const data = Float32Array.from({ length: images.size }, () => (random.uniform() < share ? 1 : 0));
  return tf.tensor(data, images.shape);
}

/**
 * The entries in place of the encoder's outputs, whose gradient they hand on as it is; -log2 of the codes by the prior,
 * which does not touch the codes; and the two losses that draw entries and outputs together, in bits.
 */
function quantised(prior: Mlp, p: Tensors, outputs: tf.Tensor) {
  const [count] = outputs.shape;
  const e = tf.reshape(outputs, [count * CODES, ENTRY_SIZE]);
  const fixed = detached(e);
  const chosen = tf.oneHot(nearestEntries(fixed, detached(p.codebook)), prior.outputs) as tf.Tensor;
  const choice = detached(chosen);
  const entries = dense(choice, p.codebook, tf.zeros([ENTRY_SIZE]));
  const fixedEntries = detached(entries);
  const apart = (a: tf.Tensor, b: tf.Tensor) => sumColumns(tf.square(tf.sub(a, b)));
  const quantisation = tf.add(apart(entries, fixed), tf.mul(apart(e, fixedEntries), COMMITMENT));
  const through = tf.add(e, tf.sub(fixedEntries, fixed));
  return {
    input: tf.reshape(through, [count, CODES * ENTRY_SIZE]),
    rate: codeBits(prior, p, fixedEntries.dataSync() as Float32Array, choice),
    quantisation: tf.mul(quantisation, Math.LOG2E),
  };
}

/** The index of the nearest entry of the codebook to each row. */
export function nearestEntries(rows: tf.Tensor, codebook: tf.Tensor): tf.Tensor1D {
  const product = tf.matMul(rows as tf.Tensor2D, tf.transpose(codebook as tf.Tensor2D));
  const squares = tf.sum(tf.square(codebook), 1);
  return tf.argMax(tf.sub(tf.mul(product, 2), squares), 1) as tf.Tensor1D;
}

/** -log2 p of each place's entry by the prior, [images * places, 1]; `choice` is one-hot, a row a place. */
function codeBits(prior: Mlp, p: Tensors, numbers: Float32Array, choice: tf.Tensor): tf.Tensor {
  const size = CODES * ENTRY_SIZE;
  const inputs = new Float32Array(choice.shape[0] * prior.inputs);
  for (let row = 0; row < choice.shape[0]; row++) {
    const image = Math.floor(row / CODES) * size;
    inputs.set(priorInput(numbers.subarray(image, image + size), row % CODES), row * prior.inputs);
  }
  const logits = mlpOutputs(prior, p, tf.tensor(inputs, [choice.shape[0], prior.inputs]));
  const most = detached(tf.max(logits, 1, true));
  const total = tf.log(sumColumns(tf.exp(tf.sub(logits, most))));
  return tf.mul(tf.sub(tf.add(total, most), sumColumns(tf.mul(logits, choice))), Math.LOG2E);
}

/** The same values, through which no gradient goes. */
function detached(x: tf.Tensor): tf.Tensor {
  return tf.tensor(x.dataSync(), x.shape, 'float32');
}
