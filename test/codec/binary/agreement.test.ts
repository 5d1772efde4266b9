// What TensorFlow.js trains is what the engine codes: both compute the same rates from the same weights.

import { expect, it } from 'vitest';
import type { Sizes } from '../../../codec/binary/architecture.ts';
import { BinaryModel } from '../../../codec/binary/binary-model.ts';
import { Random } from '../../../src/train/run/random.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import { binaryBatch } from '../../../src/train/tensorflow/binary/data.ts';
import { binaryPreset } from '../../../src/train/tensorflow/binary/preset.ts';
import { toTensors } from '../../../src/train/tensorflow/parameters.ts';
import { binaryStrokes, CONTEXT, FACTORISED, imagesOf, untrained } from './images.ts';

const images = imagesOf(binaryStrokes(8, 1));
const bitsPerPixel = 1 / (784 * images.length);

/** Samples are means: both sides then see the same latents. */
class Noiseless extends Random {
  override normals(n: number): Float32Array {
    return new Float32Array(n);
  }
}

async function ratesOfTensorFlow(sizes: Sizes) {
  await useBackend('cpu');
  const batch = toTensors(binaryBatch(images, sizes));
  const context = { klWeight: 1, random: new Noiseless() };
  const { likelihood, kl } = binaryPreset(sizes).loss(toTensors(untrained(sizes, 2)), batch, context);
  return { likelihood: likelihood.dataSync()[0], kl: kl.dataSync()[0] };
}

function ratesOfEngine(sizes: Sizes) {
  const model = BinaryModel.start(untrained(sizes, 2), 'untrained');
  let likelihood = 0;
  let kl = 0;
  for (const image of images) {
    const { mu, sigma } = model.posterior(image);
    likelihood += bitsPerPixel * model.codeLength(mu, image);
    for (const [i, mean] of mu.entries())
      kl += bitsPerPixel * (((sigma[i] ** 2 + mean ** 2 - 1) / 2) * Math.LOG2E - Math.log2(sigma[i]));
  }
  return { likelihood, kl };
}

it.each([
  ['factorised', FACTORISED],
  ['with neighbours', CONTEXT],
])('TensorFlow.js and the engine give strokes the same rates: %s', async (_what, sizes) => {
  const trained = await ratesOfTensorFlow(sizes);
  const coded = ratesOfEngine(sizes);
  expect(coded.likelihood / trained.likelihood).toBeCloseTo(1, 4);
  expect(coded.kl / trained.kl).toBeCloseTo(1, 4);
  expect(trained.kl).toBeGreaterThan(1e-4);
});
