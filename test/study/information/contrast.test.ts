// Bounds by contrast, where the mutual information is known.
import { expect, it } from 'vitest';
import { estimate } from '../../../src/study/frame/estimate.ts';
import { contrast } from '../../../src/study/information/contrast.ts';
import { gaussianDensities, log2Ratios, sampleGaussians } from '../../../src/study/information/gaussians.ts';
import { encoderFor, termsOf, whitePosteriors } from '../../../src/study/linear/encoder.ts';
import { Random } from '../../../src/train/run/random.ts';

const PAIRS = 600;
const encoder = encoderFor(1);
const posteriors = whitePosteriors(encoder, PAIRS, new Random(1));
const densities = gaussianDensities(posteriors, sampleGaussians(posteriors, new Random(2)));

it('enclose I, and meet it with pairs enough', () => {
  const { information } = termsOf(encoder);
  const { lower, upper } = contrast(PAIRS, PAIRS, densities);
  const [low, high] = [estimate(lower), estimate(upper)];
  expect(low.mean).toBeLessThan(high.mean);
  expect(Math.abs(low.mean - information)).toBeLessThan(4 * low.error);
  expect(Math.abs(high.mean - information)).toBeLessThan(4 * high.error);
});

it('of few pairs stand apart, the lower one below log n', () => {
  const { lower, upper } = contrast(PAIRS, 4, densities);
  expect(Math.max(...lower)).toBeLessThanOrEqual(2);
  expect(estimate(upper).mean).toBeGreaterThan(termsOf(encoder).information + 0.5);
});

it('leave out pairs that fill no group', () => expect(contrast(7, 3, densities).lower.length).toBe(6));

it('are finite of pairs that are far apart', () => {
  const far = (i: number, start: number, end: number) =>
    Float64Array.from({ length: end - start }, (_, j) => -1e5 * (i - start - j) ** 2);
  const { lower, upper } = contrast(2, 2, far);
  expect([...lower]).toEqual([1, 1]);
  expect([...upper]).toEqual([1e5, 1e5]);
});

it('are 0 of pairs that tell nothing of each other', () => {
  const { lower, upper } = contrast(5, 5, (_, start, end) => new Float64Array(end - start).fill(-3));
  for (const value of [...lower, ...upper]) expect(value).toBeCloseTo(0, 12);
});

it('the ratio of q to the prior has the KL as its mean', () => {
  const [mean, scale] = [0.7, 0.4];
  const count = 20_000;
  const same = { means: new Array(count).fill(mean), scales: new Array(count).fill(scale), size: 1 };
  const ratios = log2Ratios(same, sampleGaussians(same, new Random(3)));
  const kl = 0.5 * ((mean ** 2 + scale ** 2 - 1) * Math.LOG2E - 2 * Math.log2(scale));
  const { mean: measured, error } = estimate(ratios);
  expect(Math.abs(measured - kl)).toBeLessThan(4 * error);
});
