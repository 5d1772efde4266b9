// What the linear model knows in closed form, against numbers that are computed in another way.
import { expect, it } from 'vitest';
import {
  ENTROPY,
  EXACT,
  gap,
  latentMean,
  log2Evidence,
  log2Likelihood,
  log2Ratio,
  NARROW,
  sampleData,
  sampleLatents,
  WIDE,
} from '../../src/study/linear/model.ts';
import { Random } from '../../src/train/run/random.ts';

const random = new Random(7);
const x = sampleData(random);

it('p(x, z) / p(z|x) is p(x) at every z', () => {
  const mean = latentMean(x);
  for (let i = 0; i < 20; i++) {
    const z = sampleLatents(EXACT, mean, random);
    expect(log2Likelihood(x, z) - log2Ratio(EXACT, mean, z)).toBeCloseTo(log2Evidence(x), 10);
  }
});

it('the evidence is the integral of p(x, z) over z', () => {
  const mean = latentMean(x);
  const step = 0.02;
  let sum = 0;
  for (let a = -4; a < 4; a += step)
    for (let b = -4; b < 4; b += step) {
      const z = [mean[0] + a, mean[1] + b];
      const prior = -0.5 * (z[0] ** 2 + z[1] ** 2) * Math.LOG2E - Math.log2(2 * Math.PI);
      sum += 2 ** (log2Likelihood(x, z) + prior) * step * step;
    }
  expect(Math.log2(sum)).toBeCloseTo(log2Evidence(x), 3);
});

it('no diagonal posterior is nearer than the narrow one, and none is exact', () => {
  const narrow = gap(NARROW);
  expect(narrow).toBeGreaterThan(1);
  expect(gap(WIDE)).toBeGreaterThan(narrow);
  for (const factor of [0.9, 1.1])
    expect(gap({ ...NARROW, scales: [factor * NARROW.scales[0], NARROW.scales[1]] })).toBeGreaterThan(narrow);
});

it('the entropy is the mean of -log2 p(x)', () => {
  let sum = 0;
  const count = 20_000;
  for (let i = 0; i < count; i++) sum -= log2Evidence(sampleData(random));
  expect(Math.abs(sum / count - ENTROPY)).toBeLessThan(0.06);
});
