// The mixture's gradient, which the network learns from, against finite differences of the model in f64.

import { describe, expect, it } from 'vitest';
import { freshArena, kernel, randomNumbers } from '../../kernel/fixture.ts';

const { exports } = kernel;
const OUTPUTS = 12;

/** Probability and gradient of level t in the kernel. */
function computed(outputs: readonly number[], centre: number, scale: number, t: number) {
  const arena = freshArena();
  const mixture = arena.allocate(64);
  const at = arena.allocate(4 * OUTPUTS);
  const gradients = new Float32Array(kernel.memory.buffer, arena.allocate(4 * OUTPUTS), OUTPUTS);
  new Float32Array(kernel.memory.buffer, at, OUTPUTS).set(outputs);
  exports.mixtureSet(mixture, at, centre, scale);
  const reported = exports.mixtureProbability(mixture, t);
  const probability = exports.mixtureGradient(mixture, t, scale, 1, gradients.byteOffset);
  return { probability, reported, gradient: [...gradients] };
}

/** -ln p in f64 where nothing is clamped. */
function loss(outputs: readonly number[], centre: number, scale: number, t: number): number {
  const weights = outputs.slice(8).map(Math.exp);
  const sum = weights.reduce((a, b) => a + b);
  let mass = 0;
  for (let k = 0; k < 4; k++) {
    const at = (threshold: number) =>
      (threshold - centre - scale * outputs[k]) / (scale * Math.exp(outputs[4 + k]));
    const [a, b] = [t === 0 ? -Infinity : at(t - 0.5), t === 255 ? Infinity : at(t + 0.5)];
    const cdf = (x: number) => 1 / (1 + Math.exp(-x));
    mass += (weights[k] / sum) * (a > 0 ? cdf(-a) - cdf(-b) : cdf(b) - cdf(a));
  }
  return -Math.log(mass * (1 - 2 ** -12) + 2 ** -20);
}

describe('the gradient of the mixture', () => {
  it('is that of finite differences, at all levels and in the tails', () => {
    const random = randomNumbers(11);
    const spread = (width: number) => width * (2 * random() - 1);
    for (let draw = 0; draw < 500; draw++) {
      const outputs = Array.from({ length: OUTPUTS }, () => Math.fround(spread(1.5)));
      const scale = Math.fround(Math.exp(0.5 + 3 * random()));
      const t = draw % 10 === 0 ? 0 : draw % 10 === 1 ? 255 : Math.floor(256 * random());
      const centre = Math.fround(draw % 3 === 0 ? 255 * random() : t + spread(3 * scale));
      const { probability, reported, gradient } = computed(outputs, centre, scale, t);
      expect(-Math.log(probability)).toBeCloseTo(loss(outputs, centre, scale, t), 2);
      expect(probability / reported).toBeCloseTo(1, 5);
      gradient.forEach((slope, i) => {
        const step = 1e-5;
        const moved = (by: number) =>
          loss(
            outputs.map((value, k) => (k === i ? value + by : value)),
            centre,
            scale,
            t,
          );
        const expected = (moved(step) - moved(-step)) / (2 * step);
        // The mass is a difference of f32 cdfs: exact to 3e-7, which counts where p is small.
        expect(Math.abs(slope - expected)).toBeLessThan(
          1e-3 + (2e-6 / probability) * (1 + Math.abs(expected)),
        );
      });
    }
  });

  it('is finite at the extremes, and the probability positive', () => {
    for (const mean of [-1e30, -1e4, 0, 1e4, 1e30]) {
      for (const logScale of [-1e30, -5, 0, 5, 1e30]) {
        for (const scale of [0.2, 1, 400]) {
          for (const t of [0, 1, 128, 254, 255]) {
            const outputs = [mean, 0, -mean, 1, logScale, 0, -logScale, 1, 80, 0, -80, 1e30];
            const { probability, gradient } = computed(outputs, 128, scale, t);
            expect(probability).toBeGreaterThan(0);
            expect(probability).toBeLessThan(1.00001);
            expect(gradient.every(Number.isFinite)).toBe(true);
          }
        }
      }
    }
  });
});
