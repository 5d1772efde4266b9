// The VAE that tends to a flow: its closed forms against samples, its covariance against its Jacobian.
import { describe, expect, it } from 'vitest';
import { sigmaBitsOnDisk } from '../../src/study/flow/sigma-coder.ts';
import {
  backward,
  ENTROPY,
  forward,
  gap,
  meanGap,
  negativeLog,
  type Pair,
  sampledGap,
  spread,
} from '../../src/study/flow/sigma-vae.ts';
import { estimate } from '../../src/study/frame/estimate.ts';
import { Random } from '../../src/train/run/random.ts';

const random = new Random(5);
const latents = Array.from({ length: 2000 }, (): Pair => [random.normal(), random.normal()]);

it('f goes back', () => {
  for (const z of latents.slice(0, 50)) {
    const [z1, z2] = backward(forward(z));
    expect(z1).toBeCloseTo(z[0], 12);
    expect(z2).toBeCloseTo(z[1], 12);
  }
});

it('the full covariance undoes what f does to small noise', () => {
  for (const z of latents.slice(0, 20)) {
    const [first, along, second] = spread(z, 'full');
    const step = 1e-6;
    const [x1, x2] = forward(z);
    const moved = (v: Pair): Pair => {
      const [y1, y2] = forward([z[0] + step * v[0], z[1] + step * v[1]]);
      return [(y1 - x1) / step, (y2 - x2) / step];
    };
    // J L has orthonormal columns.
    const [a, b] = [moved([first, along]), moved([0, second])];
    expect(Math.hypot(...a)).toBeCloseTo(1, 4);
    expect(Math.hypot(...b)).toBeCloseTo(1, 4);
    expect(a[0] * b[0] + a[1] * b[1]).toBeCloseTo(0, 4);
  }
});

describe.each(['full', 'diagonal'] as const)('%s covariance', (covariance) => {
  it.each([1, 0.1])('has the gap of its closed form, epsilon %f', (epsilon) => {
    const { mean, error } = estimate(
      latents.map((z) => sampledGap(z, covariance, epsilon, random) - gap(z, covariance, epsilon)),
    );
    expect(Math.abs(mean)).toBeLessThan(4 * error);
  });

  it('has the mean gap of its gaps', () => {
    const { mean, error } = estimate(latents.map((z) => gap(z, covariance, 0.3)));
    expect(Math.abs(mean - meanGap(covariance, 0.3))).toBeLessThan(4 * error);
  });

  it('costs that on disk', () => {
    const coded = latents.slice(0, 500);
    const net = sigmaBitsOnDisk(coded.map(forward), covariance, 0.05, 10) / 500 - 20;
    const expected = estimate(coded.map((z) => negativeLog(z) + gap(z, covariance, 0.05))).mean;
    expect(Math.abs(net - expected * Math.LOG2E)).toBeLessThan(0.15);
  });
});

it('the gap falls with the square of epsilon where the covariance is full, and rests where it is diagonal', () => {
  expect(meanGap('full', 0.01) / meanGap('full', 0.1)).toBeCloseTo(0.01, 8);
  expect(meanGap('diagonal', 1e-4)).toBeGreaterThan(0.2);
});

it('the entropy is the mean of -log p(x)', () => {
  const { mean, error } = estimate(latents.map(negativeLog));
  expect(Math.abs(mean - ENTROPY)).toBeLessThan(4 * error);
});
