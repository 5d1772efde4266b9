// Networks of digits with random weights: coding gives images back at the cost that the model says, and the estimates
// in TensorFlow.js are of the same model.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeDigits, drawDigits } from '../../src/study/digits/coder.ts';
import { digitsBatch } from '../../src/study/digits/data.ts';
import {
  boundOf,
  elboOf,
  log2LikelihoodOf,
  log2WeightsOf,
  posteriorsOf,
} from '../../src/study/digits/estimates.ts';
import { digitsModel, PIXELS } from '../../src/study/digits/model.ts';
import {
  allContexts,
  contextAt,
  contextNumberAt,
  contextNumbers,
  contextOf,
  NEIGHBOURS,
} from '../../src/study/digits/neighbours.ts';
import { digitsNetwork } from '../../src/study/digits/preset.ts';
import { presetOf } from '../../src/study/recipes.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';
import { toTensors } from '../../src/train/tensorflow/parameters.ts';

const random = new Random(1);
const images = Array.from({ length: 40 }, () =>
  Uint8Array.from({ length: PIXELS }, (_, i) => (random.uniform() < (i % 28 < 14 ? 0.1 : 0.4) ? 1 : 0)),
);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

beforeAll(() => useBackend('wasm'));

describe.each([0, 3, 12])('with %i neighbours', (neighbours) => {
  const sizes = { latents: 4, hidden: [8], neighbours };
  const model = digitsModel(sizes);
  const tensors = async () =>
    (await presetOf(digitsNetwork('digits-test', sizes, { steps: 1 }))).initialParameters(new Random(2));

  it('images cost net what -ELBO says, on disk as in TensorFlow.js', async () => {
    const disk = codeDigits(model, await tensors(), images);
    expect(Math.abs(disk.net / (disk.likelihood + disk.kl) - 1)).toBeLessThan(2e-4);
    const { distortion, rate } = elboOf(model, await tensors(), images, new Random(3));
    expect(Math.abs(mean(distortion) / (disk.likelihood / images.length) - 1)).toBeLessThan(0.01);
    expect(Math.abs(mean(rate) - disk.kl / images.length)).toBeLessThan(3);
  });

  it('the loss has a gradient in every tensor', async () => {
    const preset = await presetOf(digitsNetwork('digits-test', sizes, { steps: 1 }));
    const parameters = toTensors(await tensors());
    const batch = toTensors(digitsBatch(images, neighbours));
    const names = Object.keys(parameters);
    const gradients = tf.grads(
      (...values) =>
        preset.loss(Object.fromEntries(names.map((name, i) => [name, values[i]])), batch, {
          klWeight: 1,
          random: new Random(6),
        }).loss,
    )(Object.values(parameters));
    for (const gradient of gradients) expect(tf.norm(gradient).dataSync()[0]).toBeGreaterThan(1e-6);
  });

  it('the likelihood at a z of its own is that of -ELBO at the posterior where this is narrow', async () => {
    const narrow = await tensors();
    narrow['encoder.output.bias'].data.fill(-20, 4);
    const { means } = posteriorsOf(model, narrow, images);
    const log2 = log2LikelihoodOf(model, narrow, images, means);
    const { distortion } = elboOf(model, narrow, images, new Random(5));
    for (const [i, bits] of log2.entries()) expect(bits + distortion[i]).toBeCloseTo(0, 2);
  });

  it('random bits are images, which cost about what they took', async () => {
    const drawn = drawDigits(model, await tensors(), 30, new Random(5));
    const { nets, net } = codeDigits(model, await tensors(), drawn.images);
    expect(nets.reduce((a, b) => a + b)).toBeCloseTo(net, 6);
    expect(Math.abs(mean(nets) / mean(drawn.bits) - 1)).toBeLessThan(0.05);
    expect(drawDigits(model, await tensors(), 30, new Random(5)).images).toEqual(drawn.images);
  });

  it('bounds rise with their samples', async () => {
    const weights = log2WeightsOf(model, await tensors(), images.slice(0, 10), 40, new Random(4));
    const bounds = [1, 5, 40].map((k) => mean(weights.map((w) => boundOf(w, k))));
    expect(bounds[1]).toBeGreaterThan(bounds[0]);
    expect(bounds[2]).toBeGreaterThan(bounds[1]);
  });
});

it('neighbours come before their pixel, the nearest first, and are black outside', () => {
  for (const [down, right] of NEIGHBOURS) expect(down < 0 || (down === 0 && right < 0)).toBe(true);
  expect(NEIGHBOURS.slice(0, 2)).toEqual([
    [0, -1],
    [-1, 0],
  ]);
  const count = NEIGHBOURS.length;
  const whole = contextOf([images[0]], count);
  for (const pixel of [0, 27, 28, 400, PIXELS - 1])
    expect(contextAt(images[0], pixel, count)).toEqual(whole.subarray(pixel * count, (pixel + 1) * count));
  const numbers = contextNumbers([images[0]], count);
  for (const pixel of [0, 27, 28, 400, PIXELS - 1])
    expect(contextNumberAt(images[0], pixel, count)).toBe(numbers[pixel]);
  const rows = allContexts(5);
  const few = contextOf([images[0]], 5);
  for (const [pixel, number] of contextNumbers([images[0]], 5).entries())
    expect(rows.subarray(5 * number, 5 * (number + 1))).toEqual(few.subarray(5 * pixel, 5 * (pixel + 1)));
  expect([...contextAt(images[0].fill(1), 0, count)]).toEqual(new Array(count).fill(0));
});
