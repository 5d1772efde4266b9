import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/train/run/random.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import {
  binEdges,
  type Gaussian,
  mixtureLog2Probability,
  sample,
  sampleLog2Ratio,
  standardKl,
} from '../../../src/train/tensorflow/likelihood.ts';

await useBackend('cpu');

const LEVELS = Array.from({ length: 256 }, (_, level) => level);

/** log2 probabilities of all levels under one mixture. */
function allLevels(logits: number[], means: number[], inverseScales: number[]): Float32Array {
  const { lower, upper } = binEdges(LEVELS, logits.length);
  const rows = (values: number[]) => tf.tensor2d(LEVELS.map(() => values));
  const mixture = { logits: rows(logits), means: rows(means), inverseScales: rows(inverseScales) };
  const edges = [lower, upper].map(({ data, shape }) => tf.tensor(data, [...shape]));
  return mixtureLog2Probability(mixture, edges[0], edges[1]).dataSync<'float32'>();
}

describe('mixture of discretized logistics', () => {
  it.each([
    ['broad', [0, 1], [100, 150], [0.05, 0.02]],
    ['narrow', [0, 0], [3, 200], [10, 40]],
    ['below the range', [0], [-500], [0.5]],
    ['above the range', [0], [900], [2]],
  ])('sums to 1: %s', (_what, logits, means, inverseScales) => {
    const log2 = allLevels(logits, means, inverseScales);
    expect(log2.reduce((sum, bits) => sum + 2 ** bits, 0)).toBeCloseTo(1, 4);
  });

  it('is the difference of the cdf at the edges', () => {
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const log2 = allLevels([0], [120], [0.1]);
    for (const level of [0, 1, 119, 120, 180, 255]) {
      const upper = level === 255 ? 1 : sigmoid((level + 0.5 - 120) * 0.1);
      const lower = level === 0 ? 0 : sigmoid((level - 0.5 - 120) * 0.1);
      const expected = (upper - lower) * (1 - 2 ** -12) + 2 ** -20;
      expect(2 ** log2[level] / expected).toBeCloseTo(1, 3);
    }
  });

  it('never costs more than 20 bits', () => {
    for (const bits of allLevels([0], [255], [40])) expect(bits).toBeGreaterThanOrEqual(-20.01);
  });
});

describe('KL', () => {
  const count = 20_000;
  const full = (mean: number, scale: number): Gaussian => ({
    mean: tf.fill([count], mean),
    logScale: tf.fill([count], Math.log(scale)),
  });
  const q = full(0.7, 0.3);
  const standard = full(0, 1);
  const mean = (x: tf.Tensor) => tf.mean(x).dataSync()[0];

  it('of a Gaussian to the standard one is the mean of its samples’ log ratios', () => {
    const z = sample(q, new Random(3));
    expect(mean(z)).toBeCloseTo(0.7, 2);
    expect(mean(sampleLog2Ratio(z, q, standard))).toBeCloseTo(mean(standardKl(q)), 1);
  });

  it('to itself is 0', () => {
    expect(mean(standardKl(standard))).toBe(0);
    expect(mean(sampleLog2Ratio(sample(q, new Random(4)), q, q))).toBeCloseTo(0, 1);
  });

  it('is that of the closed form', () => {
    const expected = ((0.09 + 0.49 - 1) / 2 - Math.log(0.3)) * Math.LOG2E;
    expect(mean(standardKl(q))).toBeCloseTo(expected, 4);
  });
});
