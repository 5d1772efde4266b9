// Statistics of images as inputs that are as good as uncorrelated.

import { expect, it } from 'vitest';
import { Whitening } from '../../../src/train/engine/whitening.ts';
import { Random } from '../../../src/train/run/random.ts';

const random = new Random(1);
/** Correlated, with means and variances of their own. */
const samples = Array.from({ length: 4000 }, () => {
  const [a, b, c] = random.normals(3);
  return Float64Array.of(5 + 2 * a, a + b, 0.1 * c - 3);
});
const whitening = Whitening.of(samples);
const inputs = samples.map((sample) => whitening.apply(sample));
const mean = (value: (input: Float64Array) => number) =>
  inputs.reduce((sum, input) => sum + value(input), 0) / inputs.length;

it('inputs are a constant, and others of mean 0', () => {
  expect(inputs.every(([first]) => first === 1)).toBe(true);
  for (const i of [1, 2, 3]) expect(mean((input) => input[i])).toBeCloseTo(0, 2);
});

it('inputs are as good as uncorrelated, with variances near 1', () => {
  expect(samples.reduce((sum, [x, y]) => sum + (x - 5) * y, 0) / samples.length).toBeGreaterThan(1.8);
  for (const i of [1, 2, 3])
    for (const j of [1, 2, 3]) {
      const product = mean((input) => input[i] * input[j]);
      if (i === j) expect(product).toBeGreaterThan(0.75);
      expect(Math.abs(product - Number(i === j))).toBeLessThan(i === j ? 0.25 : 0.15);
    }
});

it('what lies far out counts as far out as 4 deviations', () => {
  const far = whitening.apply(Float64Array.of(1e9, 0, -3));
  expect(far.every((input) => Math.abs(input) < 20)).toBe(true);
});

it('a sum of inputs is one of the scaled statistics, with the weights that it tells', () => {
  const weights = [0.5, 1, -2, 3];
  const ofScaled = whitening.weightsOf(weights);
  const { centre, scale } = whitening.numbers;
  for (const [i, sample] of samples.slice(0, 20).entries()) {
    const scaled = [1, ...sample.map((statistic, j) => (statistic - centre[j]) * scale[j])];
    if (scaled.some((value) => Math.abs(value) > 4)) continue;
    const sum = inputs[i].reduce((sum, input, j) => sum + weights[j] * input, 0);
    expect(scaled.reduce((sum, value, j) => sum + ofScaled[j] * value, 0)).toBeCloseTo(sum, 6);
  }
});
