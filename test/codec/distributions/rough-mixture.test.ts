// The rough mixture: an interval for each level, found by any position in it, whose length is near the exact mixture's.

import { describe, expect, it } from 'vitest';
import { Constants } from '../../../codec/kernel/layouts.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';

const { MIXTURE_BYTES, START, FREQUENCY } = Constants['distributions/logistic-mixture'];
const { exports, memory } = kernel;
const TOTAL = 2 ** 22;
const SHARE = 1 / 16;

interface Outputs {
  readonly outputs: readonly number[];
  readonly centre: number;
  readonly scale: number;
}

/** Addresses of the rough mixture and of the exact one that a network's outputs give. */
function place({ outputs, centre, scale }: Outputs) {
  const arena = freshArena();
  const [rough, exact] = [arena.allocate(MIXTURE_BYTES), arena.allocate(MIXTURE_BYTES)];
  const at = arena.allocate(48);
  const gradients = arena.allocate(96);
  new Float32Array(memory.buffer, at, 12).set(outputs);
  exports.roughMixtureSet(rough, at, centre, scale, Math.fround(1 / Math.fround(scale)));
  exports.mixtureSet(exact, at, centre, scale);
  return { rough, exact, gradients };
}

/** Start and frequency of each level. */
function intervals(mixture: number): [number, number][] {
  const view = new DataView(memory.buffer, mixture, MIXTURE_BYTES);
  return Array.from({ length: 256 }, (_, t) => {
    exports.roughMixtureInterval(mixture, t);
    return [view.getUint32(START, true), view.getUint32(FREQUENCY, true)];
  });
}

const random = randomNumbers(11);
const spread = (width: number) => width * (2 * random() - 1);
const ordinary: Outputs[] = Array.from({ length: 300 }, () => ({
  outputs: Array.from({ length: 12 }, () => spread(3)),
  centre: 255 * random(),
  scale: Math.exp(spread(3.5)),
}));
const extremes: Outputs[] = [-1e30, -50, 0, 50, 1e30].flatMap((mean) =>
  [-100, 0, 100].flatMap((logScale) =>
    [1e-3, 1, 1e6].map((scale) => ({
      outputs: [mean, 0, -mean, 1, logScale, 0, -logScale, 1, 80, 0, -80, 79],
      centre: 128,
      scale,
    })),
  ),
);

describe('the rough mixture', () => {
  it('cuts 2^22 into an interval for each level, which any position in it finds', () => {
    for (const outputs of [...ordinary, ...extremes]) {
      const { rough } = place(outputs);
      let end = 0;
      for (const [t, [start, frequency]] of intervals(rough).entries()) {
        expect(start).toBe(end);
        expect(frequency).toBeGreaterThanOrEqual(1);
        end = start + frequency;
        expect(exports.roughMixtureFind(rough, start)).toBe(t);
        expect(exports.roughMixtureFind(rough, end - 1)).toBe(t);
      }
      expect(end).toBe(TOTAL);
    }
  });

  it('costs little more than the exact one where that is true', () => {
    for (const outputs of ordinary) {
      const { rough, exact } = place(outputs);
      let excess = 0;
      for (const [t, [, frequency]] of intervals(rough).entries()) {
        const p = exports.mixtureProbability(exact, t);
        excess += p * Math.log2((p * TOTAL) / frequency);
      }
      expect(excess).toBeLessThan(0.02);
    }
  });

  it('has the probability of its interval, and gradients that point as the exact ones do', () => {
    for (const [index, outputs] of [...ordinary, ...extremes].entries()) {
      const { rough, exact, gradients } = place(outputs);
      const scale = Math.fround(outputs.scale);
      const t = (index * 37) % 256;
      const [, frequency] = intervals(rough)[t];
      exports.roughMixtureInterval(rough, t);
      const p = exports.roughMixtureGradient(rough, t, scale, SHARE, gradients);
      expect(Math.abs(p * TOTAL - frequency)).toBeLessThan(3 + 1e-3 * frequency);
      const probability = exports.mixtureGradient(exact, t, scale, SHARE, gradients + 48);
      const found = new Float32Array(memory.buffer, gradients, 24);
      expect(found.every(Number.isFinite)).toBe(true);
      if (index >= ordinary.length || probability < 1e-3) continue;
      for (let k = 0; k < 12; k++) {
        const [a, b] = [found[k], found[12 + k]];
        expect(Math.abs(a - b)).toBeLessThan(0.02 + 0.4 * Math.abs(b));
      }
    }
  });
});
