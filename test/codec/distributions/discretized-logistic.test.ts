import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  discretizedLogistics,
  logisticsLog2Probability,
} from '../../../codec/distributions/discretized-logistic.ts';
import {
  emptyMessage,
  filledMessage,
  freshArena,
  kernel,
  randomNumbers,
  snapshot,
} from '../kernel/fixture.ts';
import { allowedExcess, excess, frequencies, logisticMass } from './reference.ts';

const { exports } = kernel;

interface Mixture {
  means: number[];
  scales: number[];
  weights: number[];
}

function flat({ means, scales, weights }: Mixture): Float32Array {
  return Float32Array.from([...means, ...scales.map(Math.log), ...weights.map(Math.log)]);
}

function cumulatives(parameters: Float32Array, depth: number): number[] {
  const components = parameters.length / 3;
  const arena = freshArena();
  const at = arena.allocate(4 * parameters.length);
  const scratch = arena.allocate(24 * components);
  new Float32Array(kernel.memory.buffer, at, parameters.length).set(parameters);
  return Array.from({ length: 2 ** depth + 1 }, (_, v) =>
    exports.logisticCumulative(at, components, depth, v, scratch),
  );
}

/** Probabilities by Math, from the very parameters (f32) that the kernel sees. */
function probabilities(parameters: Float32Array, depth: number): number[] {
  const components = parameters.length / 3;
  const last = 2 ** depth - 1;
  const weights = Array.from(parameters.subarray(2 * components), Math.exp);
  const sum = weights.reduce((a, b) => a + b);
  return Array.from({ length: last + 1 }, (_, v) => {
    let p = 0;
    for (let k = 0; k < components; k++) {
      const scale = Math.exp(parameters[components + k]);
      const a = v === 0 ? -Infinity : (v - 0.5 - parameters[k]) / scale;
      const b = v === last ? Infinity : (v + 0.5 - parameters[k]) / scale;
      p += (weights[k] / sum) * logisticMass(a, b);
    }
    return p;
  });
}

function mixturesFor(depth: number): Mixture[] {
  const top = 2 ** depth - 1;
  const single = [1e-6, 1e-3, 0.1, 0.5, 1, 7, 50, 1e3, 1e6].flatMap((scale) =>
    [0, top / 3, top, -20, top + 1000, 1e6, -1e6].map((mean) => ({
      means: [mean],
      scales: [scale],
      weights: [1],
    })),
  );
  return [
    ...single,
    { means: [top * 0.2, top * 0.7], scales: [0.3, 5], weights: [0.5, 0.5] },
    { means: [0, 10, top, 1e6], scales: [1e-6, 1, 1e6, 2], weights: [0.1, 0.2, 0.3, 0.4] },
    { means: [5, 5, 5, 5], scales: [1e-3, 1, 10, 100], weights: [1e-30, 1, 1e-9, 1e20] },
  ];
}

describe('mixtures of discretized logistics', () => {
  it.each([1, 2, 3, 5, 8, 10])('give every one of 2^%i values a frequency and lose nothing', (depth) => {
    for (const mixture of mixturesFor(depth)) {
      const parameters = flat(mixture);
      const loss = excess(probabilities(parameters, depth), frequencies(cumulatives(parameters, depth)));
      expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
    }
  });

  it('do so for 16-bit samples', () => {
    for (const mixture of mixturesFor(16).slice(-10)) {
      const parameters = flat(mixture);
      const loss = excess(probabilities(parameters, 16), frequencies(cumulatives(parameters, 16)));
      expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
    }
  });

  it('survive parameters that are no numbers', () => {
    const odd = [Number.NaN, Infinity, -Infinity, 3e38, -3e38, 0];
    for (const mean of odd)
      for (const logScale of odd)
        for (const logit of odd)
          expect(() =>
            frequencies(cumulatives(Float32Array.of(mean, 5, logScale, 0, logit, 0), 6)),
          ).not.toThrow();
  });

  it('search inverts the cumulative at both ends of every value', () => {
    for (const depth of [1, 2, 4, 8])
      for (const mixture of mixturesFor(depth)) {
        const parameters = flat(mixture);
        const components = parameters.length / 3;
        const starts = cumulatives(parameters, depth);
        const codec = discretizedLogistics({ parameters, components, depth });
        const message = emptyMessage();
        // Each value where depth is small; for 8 bits a part of them that moves from mixture to mixture.
        const step = depth === 8 ? 5 : 1;
        for (let v = mixture.means.length % step; v < 2 ** depth; v += step)
          for (const position of [starts[v], starts[v + 1] - 1]) {
            message.push(position, 1, 28);
            const value = codec.pop(message);
            expect(value[0]).toBe(v);
            codec.push(message, value);
            expect(message.peek(28)).toBe(position);
            message.pop(position, 1, 28);
          }
      }
  });

  it('pop after push and push after pop restore the message, for any parameters', () => {
    const anyFloat = fc.float({ noNaN: false });
    const modest = fc.float({ min: -300, max: 300, noNaN: true });
    const shapes = fc.record({
      components: fc.integer({ min: 1, max: 6 }),
      depth: fc.integer({ min: 1, max: 16 }),
      count: fc.integer({ min: 1, max: 100 }),
      list: fc.array(fc.oneof(modest, anyFloat), { minLength: 18, maxLength: 200 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ components, depth, count, list, seed }) => {
        const parameters = Float32Array.from(
          { length: count * 3 * components },
          (_, i) => list[i % list.length],
        );
        const random = randomNumbers(seed);
        const samples = Uint16Array.from({ length: count }, () => Math.floor(random() * 2 ** depth));
        const codec = discretizedLogistics({ parameters, components, depth });
        const message = filledMessage(110, 64);
        const before = snapshot(message);
        codec.push(message, samples);
        expect(codec.pop(message)).toEqual(samples);
        expect(snapshot(message)).toEqual(before);
        const drawn = codec.pop(message);
        codec.push(message, drawn);
        expect(snapshot(message)).toEqual(before);
      }),
    );
  });

  it('report the real-valued probability, and cost what they report', () => {
    const depth = 8;
    const [mixture] = mixturesFor(depth).slice(-3);
    const count = 256;
    const one = flat(mixture);
    const parameters = Float32Array.from({ length: count * one.length }, (_, i) => one[i % one.length]);
    const expected = probabilities(one, depth);
    const message = emptyMessage();
    const mixtures = { parameters, components: 2, depth };
    const samples = Uint16Array.from({ length: count }, (_, i) => i);
    const report = logisticsLog2Probability(message, samples, mixtures);
    expect(report).toBeCloseTo(
      expected.reduce((sum, p) => sum + Math.log2(p), 0),
      6,
    );
    const typical = samples.map((i) => 165 + (i % 28));
    discretizedLogistics(mixtures).push(message, typical);
    expect(message.netBits / -logisticsLog2Probability(message, typical, mixtures)).toBeCloseTo(1, 3);
  });

  it('report finite numbers for all parameters', () => {
    const odd = [Number.NaN, Infinity, -Infinity, 1e9, -1e9, 0, 13.8, -13.8];
    const message = emptyMessage();
    for (const mean of odd)
      for (const logScale of odd)
        for (const value of [0, 7, 255]) {
          const parameters = Float32Array.of(mean, logScale, 0);
          const report = logisticsLog2Probability(message, Uint16Array.of(value), {
            parameters,
            components: 1,
            depth: 8,
          });
          expect(Number.isFinite(report)).toBe(true);
          expect(report).toBeLessThanOrEqual(1e-9);
        }
  });

  it('refuse shapes that do not fit', () => {
    const bad = expect.objectContaining({ code: 'bad-argument' });
    const parameters = new Float32Array(6);
    expect(() => discretizedLogistics({ parameters, components: 0, depth: 8 })).toThrow(bad);
    expect(() => discretizedLogistics({ parameters, components: 4, depth: 8 })).toThrow(bad);
    expect(() => discretizedLogistics({ parameters, components: 1, depth: 17 })).toThrow(bad);
    const codec = discretizedLogistics({ parameters, components: 2, depth: 4 });
    expect(() => codec.push(emptyMessage(), Uint16Array.of(16))).toThrow(bad);
    expect(() => codec.push(emptyMessage(), Uint16Array.of(1, 2))).toThrow(bad);
  });
});
