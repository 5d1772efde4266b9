import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DiscretizedGaussians,
  discretizedGaussians,
  gaussiansLog2Probability,
} from '../../../codec/distributions/discretized-gaussian.ts';
import {
  emptyMessage,
  filledMessage,
  freshArena,
  kernel,
  randomNumbers,
  snapshot,
} from '../kernel/fixture.ts';
import { allowedExcess, excess, frequencies, normalMass } from './reference.ts';

const { exports } = kernel;

/** Through f32, as the kernel sees its parameters. */
function cumulatives(mu: number, sigma: number, depth: number): number[] {
  const at = freshArena().allocate(8);
  new Float32Array(kernel.memory.buffer, at, 2).set([mu, sigma]);
  return Array.from({ length: 2 ** depth + 1 }, (_, v) =>
    exports.discretizedGaussianCumulative(v, at, at + 4, depth),
  );
}

function masses(mu: number, sigma: number, depth: number): number[] {
  const last = 2 ** depth - 1;
  const [mean, scale] = [Math.fround(mu), Math.fround(sigma)];
  return Array.from({ length: last + 1 }, (_, v) =>
    normalMass(
      v === 0 ? -Infinity : (v - 0.5 - mean) / scale,
      v === last ? Infinity : (v + 0.5 - mean) / scale,
    ),
  );
}

function parametersFor(depth: number): [mu: number, sigma: number][] {
  const top = 2 ** depth - 1;
  return [1e-5, 1e-3, 0.1, 0.5, 1, 7, 50, 1e3, 1e6].flatMap((sigma) =>
    [0, top / 3, top, -20, top + 1000, 1e6, -1e6].map((mu): [number, number] => [mu, sigma]),
  );
}

describe('Gaussians over bins of equal width', () => {
  it.each([1, 2, 5, 9])('give every one of 2^%i values a frequency and lose nothing', (depth) => {
    for (const [mu, sigma] of parametersFor(depth)) {
      const loss = excess(masses(mu, sigma, depth), frequencies(cumulatives(mu, sigma, depth)));
      expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
    }
  });

  it('do so for 16-bit samples', () => {
    for (const [mu, sigma] of [
      [30_000, 1000],
      [-1000, 1e6],
    ]) {
      const loss = excess(masses(mu, sigma, 16), frequencies(cumulatives(mu, sigma, 16)));
      expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
    }
  });

  it('survive parameters that are no numbers', () => {
    const odd = [Number.NaN, Infinity, -Infinity, 3e38, -3e38, 0, -1];
    for (const mu of odd)
      for (const sigma of odd) expect(() => frequencies(cumulatives(mu, sigma, 6))).not.toThrow();
  });

  it('search inverts the cumulative at both ends of every value', () => {
    for (const depth of [1, 2, 6])
      for (const [mu, sigma] of parametersFor(depth)) {
        const starts = cumulatives(mu, sigma, depth);
        const codec = discretizedGaussians({ mu: Float32Array.of(mu), sigma: Float32Array.of(sigma), depth });
        const message = emptyMessage();
        for (let v = 0; v < 2 ** depth; v++)
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
    const anyFloat = fc.oneof(fc.float({ min: -300, max: 300, noNaN: true }), fc.float({ noNaN: false }));
    const shapes = fc.record({
      depth: fc.integer({ min: 1, max: 16 }),
      pairs: fc.array(fc.tuple(anyFloat, anyFloat), { minLength: 1, maxLength: 150 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ depth, pairs, seed }) => {
        const codec = discretizedGaussians({
          mu: Float32Array.from(pairs, ([mu]) => mu),
          sigma: Float32Array.from(pairs, ([, sigma]) => sigma),
          depth,
        });
        const random = randomNumbers(seed);
        const message = filledMessage(100, 64);
        const before = snapshot(message);
        codec.push(message, codec.pop(message));
        expect(snapshot(message)).toEqual(before);
        const samples = Uint16Array.from(pairs, () => random() * 2 ** depth);
        codec.push(message, samples);
        expect(codec.pop(message)).toEqual(samples);
        expect(snapshot(message)).toEqual(before);
      }),
    );
  });

  it('cost what their masses say, and one bit more a halving of the bins', () => {
    const random = randomNumbers(3);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const count = 4000;
    const bits = [10, 11].map((depth) => {
      const unit = 2 ** depth;
      const gaussians: DiscretizedGaussians = {
        mu: Float32Array.from({ length: count }, (_, i) => unit * (0.3 + (0.4 * i) / count)),
        sigma: new Float32Array(count).fill(unit / 32),
        depth,
      };
      const samples = Uint16Array.from(gaussians.mu, (mu, i) =>
        Math.round(mu + gaussians.sigma[i] * normal()),
      );
      const message = emptyMessage();
      const before = message.bits;
      discretizedGaussians(gaussians).push(message, samples);
      const standard = (v: number, i: number) => (v - gaussians.mu[i]) / gaussians.sigma[i];
      const expected = samples.reduce(
        (sum, v, i) => sum - Math.log2(normalMass(standard(v - 0.5, i), standard(v + 0.5, i))),
        0,
      );
      expect(Math.abs(message.bits - before - expected)).toBeLessThan(2); // of 28,000: the rounding of pushes
      expect(-gaussiansLog2Probability(message, samples, gaussians)).toBeCloseTo(expected, 5);
      return expected / count;
    });
    expect(bits[1] - bits[0]).toBeCloseTo(1, 1);
  });

  it('report a finite probability where it is next to none', () => {
    const message = emptyMessage();
    const far = { mu: Float32Array.of(-1e6, 300, 3e38), sigma: Float32Array.of(1e-6, 0.01, 1), depth: 8 };
    const bits = -gaussiansLog2Probability(message, Uint16Array.of(200, 0, 100), far);
    expect(bits).toBeGreaterThan(1e6);
    expect(Number.isFinite(bits)).toBe(true);
  });

  it('refuse shapes that do not fit', () => {
    const bad = expect.objectContaining({ code: 'bad-argument' });
    const two = { mu: new Float32Array(2), sigma: new Float32Array(2) };
    expect(() => discretizedGaussians({ ...two, depth: 0 })).toThrow(bad);
    expect(() => discretizedGaussians({ ...two, depth: 17 })).toThrow(bad);
    expect(() => discretizedGaussians({ mu: new Float32Array(3), sigma: two.sigma, depth: 8 })).toThrow(bad);
    const codec = discretizedGaussians({ ...two, depth: 8 });
    expect(() => codec.push(emptyMessage(), Uint16Array.of(1))).toThrow(bad);
    expect(() => codec.push(emptyMessage(), Uint16Array.of(1, 256))).toThrow(bad);
  });
});
