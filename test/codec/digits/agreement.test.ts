// What TensorFlow.js trained is what the engine codes: both compute the same rates from the shipped weights.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../../codec/digits/architecture.ts';
import { DigitsModel } from '../../../codec/digits/digits-model.ts';
import type { DiagonalGaussian } from '../../../codec/distributions/gaussian.ts';
import { Engine } from '../../../codec/network/engine.ts';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { Random } from '../../../src/train/run/random.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import { digitsBatch } from '../../../src/train/tensorflow/digits/data.ts';
import { digits } from '../../../src/train/tensorflow/digits/preset.ts';
import { toTensors } from '../../../src/train/tensorflow/parameters.ts';
import { freshArena, kernel } from '../kernel/fixture.ts';
import { hasMnist, strokes, testDigits } from './images.ts';

const IMAGES = 40;
const { tensors } = readSafetensors(await readFile('models/digits.safetensors'));

/** Samples are means: both sides then see the same latents. */
class Noiseless extends Random {
  override normals(n: number): Float32Array {
    return new Float32Array(n);
  }
}

async function rateOfTensorFlow(images: Uint8Array[]) {
  await useBackend('cpu');
  const context = { klWeight: 1, random: new Noiseless() };
  const { likelihood, kl } = digits.loss(toTensors(tensors), toTensors(digitsBatch(images)), context);
  return { likelihood: likelihood.dataSync()[0], kl: kl.dataSync()[0] };
}

function rateOfEngine(images: Uint8Array[]) {
  const arena = freshArena();
  const model = new DigitsModel(new Engine(kernel, arena, tensors, SHAPES, 'digits'), arena);
  let likelihood = 0;
  let kl = 0;
  for (const image of images) {
    const bottom = model.bottomPosterior(image);
    const top = model.topPosterior(bottom.mu);
    kl += logRatio(bottom, model.bottomPrior(top.mu)) + standardKl(top);
    likelihood += model.imageBits(bottom.mu, image);
  }
  const dims = images.length * images[0].length;
  return { likelihood: likelihood / dims, kl: kl / dims };
}

/** log2 q - log2 p at q's mean, with q's entropy in place of its density. */
function logRatio(q: DiagonalGaussian, p: DiagonalGaussian): number {
  return q.mu.reduce((sum, mu, i) => {
    const distance = (mu - p.mu[i]) / p.sigma[i];
    return sum + Math.log2(p.sigma[i] / q.sigma[i]) + ((distance ** 2 - 1) / 2) * Math.LOG2E;
  }, 0);
}

function standardKl(q: DiagonalGaussian): number {
  return q.mu.reduce((sum, mu, i) => {
    const sigma = q.sigma[i];
    return sum - Math.log2(sigma) + ((sigma ** 2 + mu ** 2 - 1) / 2) * Math.LOG2E;
  }, 0);
}

async function expectAgreement(pixels: Pixels): Promise<void> {
  const images = Array.from({ length: pixels.images }, (_, n) =>
    Uint8Array.from(pixels.data.subarray(784 * n, 784 * (n + 1))),
  );
  const trained = await rateOfTensorFlow(images);
  const coded = rateOfEngine(images);
  const total = trained.likelihood + trained.kl;
  expect(Math.abs(coded.likelihood + coded.kl - total) / total).toBeLessThan(0.0005);
  expect(Math.abs(coded.likelihood - trained.likelihood) / total).toBeLessThan(0.0005);
}

describe('TensorFlow.js and the engine', () => {
  it('give strokes the same rate', () => expectAgreement(strokes(IMAGES, 1)));

  it.skipIf(!hasMnist)('give MNIST’s digits the same rate', async () =>
    expectAgreement(await testDigits(IMAGES)),
  );
});
