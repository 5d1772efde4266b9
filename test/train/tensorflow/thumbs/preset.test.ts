// What is trained is what is coded: TensorFlow.js's layers and the engine's give one rate, and gradients are right.

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Message } from '../../../../codec/ans/message.ts';
import type { DiagonalGaussian } from '../../../../codec/distributions/gaussian.ts';
import { Engine } from '../../../../codec/network/engine.ts';
import type { NamedArrays } from '../../../../codec/network/safetensors.ts';
import { SHAPES } from '../../../../codec/thumbs/architecture.ts';
import { ThumbsModel } from '../../../../codec/thumbs/thumbs-model.ts';
import { Random } from '../../../../src/train/run/random.ts';
import { useBackend } from '../../../../src/train/tensorflow/backend.ts';
import { toTensors } from '../../../../src/train/tensorflow/parameters.ts';
import { thumbsBatch } from '../../../../src/train/tensorflow/thumbs/data.ts';
import { thumbs } from '../../../../src/train/tensorflow/thumbs/preset.ts';
import { freshArena, kernel } from '../../../codec/kernel/fixture.ts';
import { painted, untrainedTensors } from '../../../codec/thumbs/images.ts';

/** Samples are means: both sides then see the same latents. */
class Noiseless extends Random {
  override normals(n: number): Float32Array {
    return new Float32Array(n);
  }
}

const tensors = untrainedTensors(1.5);
const images = ['photo-like', 'blocks', 'noise'].map((name) => painted(name, 1).data as Uint8Array);

function rateOfTensorFlow(parameters: NamedArrays) {
  return tf.tidy(() => {
    const context = { klWeight: 1, random: new Noiseless() };
    const { loss, likelihood, kl } = thumbs.loss(
      toTensors(parameters),
      toTensors(thumbsBatch(images)),
      context,
    );
    return { loss: loss.dataSync()[0], likelihood: likelihood.dataSync()[0], kl: kl.dataSync()[0] };
  });
}

function rateOfEngine() {
  const arena = freshArena();
  const size = { width: 32, height: 32 };
  const model = new ThumbsModel(new Engine(kernel, arena, tensors, SHAPES, 'untrained'), arena, size);
  const message = Message.create(kernel, arena);
  let likelihood = 0;
  let kl = 0;
  for (const image of images) {
    const q1 = model.posteriorOfImage(image);
    const q2 = model.posteriorOfLatents(2, q1.mu);
    const q3 = model.posteriorOfLatents(3, q2.mu);
    const standard = { mu: q3.mu.map(() => 0), sigma: q3.mu.map(() => 1) };
    kl += logRatio(q1, model.priorBelow(2, q2.mu)) + logRatio(q2, model.priorBelow(3, q3.mu));
    // KL(q || N(0, 1)) has q's variance where the ratio at a sample has 1.
    kl += logRatio(q3, standard) + q3.sigma.reduce((sum, s) => sum + (s * s * Math.LOG2E) / 2, 0);
    model
      .image(q1.mu, (bits) => {
        likelihood += bits;
      })
      .push(message, image);
  }
  const dims = images.length * 3072;
  return { likelihood: likelihood / dims, kl: kl / dims };
}

/** log2 q - log2 p at q's mean, with q's entropy in place of its density. */
function logRatio(q: DiagonalGaussian, p: DiagonalGaussian): number {
  return q.mu.reduce((sum, mu, i) => {
    const distance = (mu - p.mu[i]) / p.sigma[i];
    return sum + Math.log2(p.sigma[i] / q.sigma[i]) + ((distance ** 2 - 1) / 2) * Math.LOG2E;
  }, 0);
}

describe('the loss of thumbs', () => {
  it('is the rate of the engine', async () => {
    await useBackend('cpu');
    const trained = rateOfTensorFlow(tensors);
    const coded = rateOfEngine();
    expect(Math.abs(coded.likelihood / trained.likelihood - 1)).toBeLessThan(1e-5);
    expect(Math.abs(coded.kl / trained.kl - 1)).toBeLessThan(1e-5);
  });

  it('falls along its gradient as the gradient says', async () => {
    await useBackend('wasm');
    const names = Object.keys(tensors);
    const values = names.map((name) => tf.tensor(tensors[name].data, [...tensors[name].shape]));
    const batch = toTensors(thumbsBatch(images));
    const lossOf = (...parameters: tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, i) => [name, parameters[i]]));
      return thumbs.loss(named, batch, { klWeight: 0, random: new Noiseless() }).loss;
    };
    const gradients = tf
      .grads(lossOf)(values)
      .map((gradient) => gradient.dataSync<'float32'>());
    for (const part of [
      'encoder1.cell',
      'encoder1.convolution',
      'decoder1.input',
      'decoder1.output',
      'pixel',
    ]) {
      const along = names.map((name) => name.startsWith(part));
      const squares = gradients.reduce(
        (sum, gradient, i) => (along[i] ? sum + gradient.reduce((s, g) => s + g * g, 0) : sum),
        0,
      );
      expect(squares).toBeGreaterThan(0);
      const step = 0.02 / Math.sqrt(squares);
      const moved = (sign: number): NamedArrays =>
        Object.fromEntries(
          names.map((name, i) => [
            name,
            {
              shape: tensors[name].shape,
              data: tensors[name].data.map((w, k) => (along[i] ? w + sign * step * gradients[i][k] : w)),
            },
          ]),
        );
      const slope = (rateOfTensorFlow(moved(1)).likelihood - rateOfTensorFlow(moved(-1)).likelihood) / 2;
      expect(Math.abs(slope / (step * squares) - 1)).toBeLessThan(0.02);
    }
  });
});
