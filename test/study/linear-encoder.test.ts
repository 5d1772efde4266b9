// What encoders of the linear model have in closed form, against each other and against samples.
import { describe, expect, it } from 'vitest';
import { apply, cholesky, principalAxes } from '../../src/study/frame/linear-algebra.ts';
import { encoderFor, termsOf } from '../../src/study/linear/encoder.ts';
import { ENTROPY, EXACT, latentMean, log2Likelihood, sampleData } from '../../src/study/linear/model.ts';
import { Random } from '../../src/train/run/random.ts';

it('is p(z|x) at beta 1, where H - D = I = R', () => {
  const x = sampleData(new Random(1));
  const { map, covariance } = encoderFor(1);
  for (const [i, mean] of apply(map, x).entries()) expect(mean).toBeCloseTo(latentMean(x)[i], 12);
  expect(Math.sqrt(covariance[0][0])).toBeCloseTo(EXACT.scales[0], 12);
  const { rate, distortion, information } = termsOf(encoderFor(1));
  expect(information).toBeCloseTo(rate, 10);
  expect(ENTROPY - distortion).toBeCloseTo(information, 10);
});

it('is the best for its own beta, with I below R and above H - D', () => {
  for (const beta of [0.25, 0.5, 2, 4]) {
    const { rate, distortion, information } = termsOf(encoderFor(beta));
    expect(information).toBeLessThan(rate);
    expect(information).toBeGreaterThan(ENTROPY - distortion);
    for (const other of [0.9 * beta, 1.1 * beta]) {
      const terms = termsOf(encoderFor(other));
      expect(terms.distortion + beta * terms.rate).toBeGreaterThan(distortion + beta * rate);
    }
  }
});

describe('by samples', () => {
  const random = new Random(2);
  const encoder = encoderFor(2);
  const spread = cholesky(encoder.covariance);
  const count = 20_000;
  let distortion = 0;
  for (let i = 0; i < count; i++) {
    const x = sampleData(random);
    const noise = apply(spread, [random.normal(), random.normal()]);
    const z = apply(encoder.map, x).map((mean, k) => mean + noise[k]);
    distortion -= log2Likelihood(x, z) / count;
  }
  it('has its distortion', () =>
    expect(Math.abs(distortion - termsOf(encoder).distortion)).toBeLessThan(0.1));
});

it('principal axes are eigenvectors, the largest first', () => {
  const [first, second] = principalAxes(
    [
      [3, 1, 0],
      [1, 3, 0],
      [0, 0, 1],
    ],
    2,
  );
  for (const value of first.slice(0, 2)) expect(Math.abs(value)).toBeCloseTo(Math.SQRT1_2, 6);
  expect(second[0]).toBeCloseTo(-second[1], 6);
});
