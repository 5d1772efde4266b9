// Gradients of a toy VAE's -ELBO by its encoder's weights, as three estimators give them, in TensorFlow.js. A datum may
// be several points, coded by the same network one by one: it has as many times the latents, and costs the sum. Bits,
// a mean over the points of a batch, one sample of z each.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { toTensors } from '../../train/tensorflow/parameters.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { DIMENSIONS, type ToyModel } from '../toy/model.ts';
import { likelihoodOf, log2Density, posteriorOf } from '../toy/terms.ts';
import type { Estimator } from './linear.ts';

/**
 * The encoder's gradients of one batch of points [n, 2], with the same noise for all estimators. `together` points
 * that follow each other are one datum.
 */
export function encoderGradients(
  model: ToyModel,
  tensors: NamedArrays,
  points: Float32Array,
  together: number,
  random: Random,
): Record<Estimator, Float32Array> {
  const names = Object.keys(tensors).filter((name) => name.startsWith('encoder.'));
  const batch = points.length / DIMENSIONS;
  const parameters = toTensors(tensors);
  const gradients = tf.tidy(() => {
    const x = tf.tensor(points, [batch, DIMENSIONS]);
    const noise = tf.tensor(random.normals(points.length), [batch, DIMENSIONS]);
    const z = drawn(model, parameters, x, noise);
    const data = batch / together;
    const perDatum = tf.sum(tf.reshape(objectiveOf(model, parameters, x, z), [data, together]), 1, true);
    const objective = tf.reshape(tf.tile(perDatum, [1, together]), [batch, 1]);
    const total = tf.sum(perDatum);
    const others = tf.mul(tf.sub(total, objective), 1 / (data - 1));
    const byEncoder = (loss: (p: Tensors) => tf.Tensor): Float32Array => {
      const values = tf.grads((...encoder: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, i) => [name, encoder[i]]));
        return tf.mean(loss({ ...parameters, ...named })) as tf.Scalar;
      })(names.map((name) => parameters[name]));
      return concatenated(values.map((value) => value.dataSync() as Float32Array));
    };
    const score = (weights: tf.Tensor) =>
      byEncoder((p) => tf.mul(weights, tf.mul(log2Density(z, posteriorOf(model, p, x)), Math.LN2)));
    return {
      'score function': score(objective),
      'with baseline': score(tf.sub(objective, others)),
      reparameterised: byEncoder((p) => objectiveOf(model, p, x, drawn(model, p, x, noise))),
    };
  });
  tf.dispose(Object.values(parameters));
  return gradients;
}

function drawn(model: ToyModel, p: Tensors, x: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const { mean, logScale } = posteriorOf(model, p, x);
  return tf.add(mean, tf.mul(tf.exp(logScale), noise));
}

/** log2 q(z|x) - log2 p(z) - log2 p(x|z) of each point, [n, 1]. */
function objectiveOf(model: ToyModel, p: Tensors, x: tf.Tensor, z: tf.Tensor): tf.Tensor {
  const prior = { mean: tf.zerosLike(z), logScale: tf.zerosLike(z) };
  const ratio = tf.sub(log2Density(z, posteriorOf(model, p, x)), log2Density(z, prior));
  return tf.sub(ratio, log2Density(x, likelihoodOf(model, p, z)));
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
