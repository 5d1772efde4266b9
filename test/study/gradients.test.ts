// Estimators of gradients against what they estimate.
import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedArrays } from '../../codec/network/safetensors.ts';
import { batchGradients, ESTIMATORS, EXACT, EXACT_VARIANCE } from '../../src/study/gradients/linear.ts';
import { Spread } from '../../src/study/gradients/spread.ts';
import { encoderGradients } from '../../src/study/gradients/toy.ts';
import { eightGaussians } from '../../src/study/toy/densities.ts';
import { samplePoints } from '../../src/study/toy/density.ts';
import { elboOf } from '../../src/study/toy/estimates.ts';
import { initialToy, toyModel } from '../../src/study/toy/model.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';

describe('a spread', () => {
  it('knows mean and variance of what it was given', () => {
    const spread = new Spread(2);
    for (const vector of [
      [1, 5],
      [2, 5],
      [3, 8],
    ])
      spread.add(vector);
    expect([...spread.mean]).toEqual([2, 6]);
    expect([...spread.variances]).toEqual([1, 3]);
    expect(spread.variance).toBe(4);
    expect(spread.signal).toBeCloseTo(40 - 4 / 3, 10);
    expect(spread.squaredErrors([1, 6])).toBeCloseTo(0.5 * (1 / (1 / 3)), 10);
  });
});

describe('gradients of the linear model', () => {
  const spreads = ESTIMATORS.map(() => new Spread(4));
  for (let i = 0; i < 2000; i++) {
    const gradients = batchGradients(2, 10, new Random(1, i));
    for (const [e, name] of ESTIMATORS.entries()) spreads[e].add(gradients[name]);
  }
  const exact = [EXACT.mean, EXACT.logScale, EXACT.mean, EXACT.logScale];

  it.each([...ESTIMATORS.entries()])('%i, %s: exact in the mean', (e) =>
    expect(spreads[e].squaredErrors(exact)).toBeLessThan(3),
  );

  it('spread as much as they should, reparameterised, and more by the score function', () => {
    const [score, baseline, reparameterised] = spreads.map(({ variance }) => variance);
    expect(reparameterised / ((2 * EXACT_VARIANCE) / 10)).toBeCloseTo(1, 1);
    expect(baseline).toBeGreaterThan(2 * reparameterised);
    expect(score).toBeGreaterThan(1.5 * baseline);
  });
});

describe('gradients of a toy VAE', () => {
  const model = toyModel([4]);
  const points = samplePoints(eightGaussians, 64, new Random(2));
  let tensors: NamedArrays;

  beforeAll(async () => {
    await useBackend('wasm');
    tensors = initialToy(model, new Random(3));
    tensors['decoder.output.bias'].data.fill(0);
  });

  it('agree in the mean, with one point a datum and with eight', () => {
    for (const together of [1, 8]) {
      const spreads = ESTIMATORS.map(() => new Spread(32));
      for (let i = 0; i < 80; i++) {
        const gradients = encoderGradients(model, tensors, points, together, new Random(4, i));
        for (const [e, name] of ESTIMATORS.entries()) spreads[e].add(gradients[name]);
      }
      const { mean, errors } = spreads[2];
      for (const spread of spreads.slice(0, 2)) expect(spread.squaredErrors(mean, errors)).toBeLessThan(3);
      expect(spreads[2].signal).toBeGreaterThan(0);
    }
  });

  it('go where -ELBO rises', () => {
    const spread = new Spread(32);
    for (let i = 0; i < 100; i++)
      spread.add(encoderGradients(model, tensors, points, 1, new Random(5, i)).reparameterised);
    const names = Object.keys(tensors).filter((name) => name.startsWith('encoder.'));
    const along = (step: number): number => {
      let at = 0;
      const moved = Object.fromEntries(
        names.map((name) => {
          const { shape, data } = tensors[name];
          const values = data.map((value, i) => value + step * spread.mean[at + i]);
          at += data.length;
          return [name, { shape, data: values }];
        }),
      );
      let sum = 0;
      for (let i = 0; i < 40; i++) {
        const { distortion, rate } = elboOf(model, { ...tensors, ...moved }, points, new Random(6, i));
        for (const [n, value] of distortion.entries()) sum += value + rate[n];
      }
      return sum / (40 * 64);
    };
    const step = 1e-3;
    expect((along(step) - along(-step)) / (2 * step) / spread.signal).toBeCloseTo(1, 1);
  });
});
