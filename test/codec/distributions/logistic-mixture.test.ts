import { describe, expect, it } from 'vitest';
import { Constants } from '../../../codec/kernel/layouts.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';
import { allowedExcess, excess, logisticMass } from './reference.ts';

const { exports } = kernel;
const { MIXTURE_BYTES } = Constants['distributions/logistic-mixture'];
const TOTAL = 2 ** 22;
const UNIFORM = 4 / TOTAL;

interface Outputs {
  readonly outputs: readonly number[];
  readonly centre: number;
  readonly scale: number;
}

/** Address of the mixture that a network's outputs give. */
function place({ outputs, centre, scale }: Outputs): number {
  const arena = freshArena();
  const mixture = arena.allocate(MIXTURE_BYTES);
  const at = arena.allocate(48);
  new Float32Array(kernel.memory.buffer, at, 12).set(outputs);
  exports.mixtureSet(mixture, at, centre, scale);
  return mixture;
}

function cumulatives(mixture: number): number[] {
  return Array.from({ length: 257 }, (_, t) => exports.mixtureCumulative(mixture, t));
}

/** The model in f64: open tails, scales of at least 1/40, a uniform component of weight 2^-12. */
function probabilities({ outputs, centre, scale }: Outputs): number[] {
  const top = Math.max(...outputs.slice(8));
  const weights = outputs.slice(8).map((logit) => Math.exp(logit - top));
  const sum = weights.reduce((a, b) => a + b);
  return Array.from({ length: 256 }, (_, t) => {
    let p = 0;
    for (let k = 0; k < 4; k++) {
      const mean = Math.max(-1e4, Math.min(1e4, centre + scale * outputs[k]));
      const inverse = Math.min(40, Math.exp(-Math.max(-4, Math.min(4, outputs[4 + k]))) / scale);
      const a = t === 0 ? -Infinity : (t - 0.5 - mean) * inverse;
      const b = t === 255 ? Infinity : (t + 0.5 - mean) * inverse;
      p += (weights[k] / sum) * logisticMass(a, b);
    }
    return p * (1 - 256 * UNIFORM) + UNIFORM;
  });
}

const random = randomNumbers(7);
const spread = (width: number) => width * (2 * random() - 1);
const ordinary: Outputs[] = Array.from({ length: 400 }, () => ({
  outputs: Array.from({ length: 12 }, () => spread(3)),
  centre: 255 * random(),
  scale: Math.exp(spread(3.5)),
}));
const extremes: Outputs[] = [-1e30, -50, 0, 50, 1e30].flatMap((mean) =>
  [-100, 0, 100].flatMap((logScale) =>
    [1e-6, 1, 1e6].map((scale) => ({
      outputs: [mean, 0, -mean, 1, logScale, 0, -logScale, 1, 80, 0, -80, 79],
      centre: 128,
      scale,
    })),
  ),
);

describe('the mixture of four logistics in f32', () => {
  it('gives every level a frequency and all of them 2^22', () => {
    for (const outputs of [...ordinary, ...extremes]) {
      const starts = cumulatives(place(outputs));
      expect(starts[0]).toBe(0);
      expect(starts[256]).toBe(TOTAL);
      expect(Math.min(...starts.slice(1).map((start, t) => start - starts[t]))).toBeGreaterThanOrEqual(1);
    }
  });

  it('finds each level at both ends of its interval', () => {
    for (const outputs of [...ordinary.slice(0, 60), ...extremes]) {
      const mixture = place(outputs);
      const starts = cumulatives(mixture);
      const found = starts
        .slice(0, 256)
        .flatMap((start, t) => [
          exports.mixtureFind(mixture, start) - t,
          exports.mixtureFind(mixture, starts[t + 1] - 1) - t,
        ]);
      expect(found.every((difference) => difference === 0)).toBe(true);
    }
  });

  it('codes at the entropy of the real-valued mixture', () => {
    for (const outputs of ordinary) {
      const starts = cumulatives(place(outputs));
      const scaled = starts.slice(1).map((start, t) => (start - starts[t]) * 2 ** 6);
      const loss = excess(probabilities(outputs), scaled);
      expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
    }
  });

  it('reports the real-valued probability', () => {
    for (const outputs of ordinary) {
      const mixture = place(outputs);
      const expected = probabilities(outputs);
      const report = expected.map((_, t) => exports.mixtureProbability(mixture, t));
      expect(report.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      report.forEach((p, t) => {
        expect(Math.abs(p - expected[t])).toBeLessThan(1e-3 * expected[t] + 2e-6);
      });
    }
  });

  it('is positive and finite at the extremes', () => {
    for (const outputs of extremes) {
      const mixture = place(outputs);
      for (const t of [0, 1, 128, 254, 255]) {
        expect(exports.mixtureProbability(mixture, t)).toBeGreaterThan(0);
        expect(exports.mixtureProbability(mixture, t)).toBeLessThan(1.00001);
      }
    }
  });
});
