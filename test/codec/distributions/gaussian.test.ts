import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equalMassLatents,
  gaussianLatents,
  gaussianLog2Density,
  latentValues,
  standardBins,
} from '../../../codec/distributions/gaussian.ts';
import { emptyMessage, filledMessage, kernel, snapshot } from '../kernel/fixture.ts';
import { allowedExcess, excess, frequencies, normalMass } from './reference.ts';

const { exports } = kernel;
const SCALES = [1e-6, 1e-3, 0.01, 0.1, 1, 10, 1e3, 1e6];
const MEANS = [0, 0.3, -2.5, 4.2, -40, 1e3, -1e6, 1e6];

function cumulatives(mu: number, sigma: number, binsLog2: number): number[] {
  return Array.from({ length: 2 ** binsLog2 + 1 }, (_, i) =>
    exports.gaussianCumulative(i, mu, sigma, binsLog2),
  );
}

describe('Gaussians over equal-mass bins', () => {
  it.each(SCALES)('gives every bin a frequency and all of them 2^28, sigma %f', (sigma) => {
    for (const mu of MEANS)
      for (const binsLog2 of [1, 2, 6, 10, 14])
        expect(() => frequencies(cumulatives(mu, sigma, binsLog2))).not.toThrow();
  });

  it('does so for parameters that are no numbers', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity])
      for (const [mu, sigma] of [
        [bad, 1],
        [0, bad],
        [bad, bad],
        [0, 0],
        [0, -1],
      ])
        expect(() => frequencies(cumulatives(mu, sigma, 10))).not.toThrow();
  });

  it.each(SCALES)('codes at the entropy of the real-valued bins, sigma %f', (sigma) => {
    for (const mu of MEANS)
      for (const binsLog2 of [1, 6, 10, 12, 14]) {
        const bins = 2 ** binsLog2;
        const edge = (i: number) =>
          i === 0 ? -Infinity : i === bins ? Infinity : (exports.normalQuantile(i / bins) - mu) / sigma;
        const masses = Array.from({ length: bins }, (_, i) => normalMass(edge(i), edge(i + 1)));
        const loss = excess(masses, frequencies(cumulatives(mu, sigma, binsLog2)));
        expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
      }
  });

  it('search inverts the cumulative at both ends of every bin', () => {
    for (const [mu, sigma] of [
      [0, 1],
      [0.7, 0.05],
      [-3, 0.2],
      [30, 1e-6],
      [0, 1e6],
      [2, 3],
    ]) {
      const starts = cumulatives(mu, sigma, 10);
      const message = emptyMessage();
      for (let bin = 0; bin < 1024; bin++)
        for (const position of [starts[bin], starts[bin + 1] - 1]) {
          message.push(position, 1, 28);
          expect(exports.gaussianPop(message.address, mu, sigma, 10)).toBe(bin);
          exports.gaussianPush(message.address, bin, mu, sigma, 10);
          expect(message.peek(28)).toBe(position);
          message.pop(position, 1, 28);
        }
    }
  });

  it('search inverts the cumulative anywhere', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: -14, max: 14, noNaN: true }),
        fc.nat(2 ** 28 - 1),
        fc.integer({ min: 1, max: 16 }),
        (mu, logSigma, position, binsLog2) => {
          const message = emptyMessage();
          const sigma = Math.exp(logSigma);
          message.push(position, 1, 28);
          const bin = exports.gaussianPop(message.address, mu, sigma, binsLog2);
          expect(exports.gaussianCumulative(bin, mu, sigma, binsLog2)).toBeLessThanOrEqual(position);
          expect(exports.gaussianCumulative(bin + 1, mu, sigma, binsLog2)).toBeGreaterThan(position);
        },
      ),
    );
  });

  it('puts half of each bin below its centre', () => {
    for (const bin of [0, 1, 511, 512, 1000, 1023])
      expect(exports.normalCdf(exports.gaussianCentre(bin, 10))).toBeCloseTo((bin + 0.5) / 1024, 13);
  });
});

/** Finite f32 parameters of a few latents, extremes included. */
const parameters = fc.integer({ min: 1, max: 40 }).chain((count) => {
  const values = (options: { min: number; max: number }) =>
    fc
      .array(fc.float({ min: Math.fround(options.min), max: Math.fround(options.max), noNaN: true }), {
        minLength: count,
        maxLength: count,
      })
      .map((list) => Float32Array.from(list));
  const scales = () => values({ min: -13.8, max: 13.8 }).map((logs) => logs.map(Math.exp));
  return fc.record({
    log2: fc.integer({ min: 1, max: 16 }),
    mean: values({ min: -1e6, max: 1e6 }),
    scale: scales(),
    mu: values({ min: -10, max: 10 }),
    sigma: scales(),
  });
});

describe('vectors of Gaussian latents', () => {
  it('pop after push and push after pop restore the message', () => {
    fc.assert(
      fc.property(parameters, fc.boolean(), ({ log2, mean, scale, mu, sigma }, conditional) => {
        const bins = conditional ? { log2, mean, scale } : standardBins(mu.length, log2);
        const message = filledMessage(60, 64);
        const before = snapshot(message);
        for (const codec of [gaussianLatents(bins, { mu, sigma }), equalMassLatents(bins)]) {
          const latents = codec.pop(message);
          codec.push(message, latents);
          expect(snapshot(message)).toEqual(before);
          const last = latents.map((bin, i) => (bin + i * 7919) % 2 ** log2);
          codec.push(message, last);
          expect(codec.pop(message)).toEqual(last);
          expect(snapshot(message)).toEqual(before);
        }
      }),
    );
  });

  it('pops what the scalar function pops, in vectors longer than the window', () => {
    const count = 150;
    const gaussian = {
      mu: Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
      sigma: new Float32Array(count).fill(0.25),
    };
    const vector = filledMessage(300, 64);
    const latents = gaussianLatents(standardBins(count, 12), gaussian).pop(vector);
    const after = snapshot(vector);
    const scalar = filledMessage(300, 1000);
    const expected = Array.from(gaussian.mu, (mu, i) =>
      exports.gaussianPop(scalar.address, mu, gaussian.sigma[i], 12),
    );
    expect([...latents]).toEqual(expected);
    expect(after).toEqual(snapshot(scalar));
  });

  it('samples the Gaussian: mean and variance of what is popped', () => {
    const count = 4000;
    const gaussian = { mu: new Float32Array(count).fill(1.5), sigma: new Float32Array(count).fill(0.3) };
    const bins = { log2: 12, mean: new Float32Array(count).fill(1), scale: new Float32Array(count).fill(2) };
    const message = filledMessage(4000);
    const values = latentValues(message, gaussianLatents(bins, gaussian).pop(message), bins);
    const mean = values.reduce((a, b) => a + b) / count;
    const variance = values.reduce((sum, z) => sum + (z - mean) ** 2, 0) / count;
    expect(mean).toBeCloseTo(1.5, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1);
  });

  it('costs binsLog2 bits a latent under the prior, and earns the density ratio back from the posterior', () => {
    const count = 1000;
    const bins = standardBins(count, 12);
    const standard = { mu: bins.mean, sigma: bins.scale };
    const posterior = { mu: new Float32Array(count).fill(-0.4), sigma: new Float32Array(count).fill(0.1) };
    const message = filledMessage(2000);
    const start = message.bits;
    const latents = gaussianLatents(bins, posterior).pop(message);
    const earned = start - message.bits;
    const beforePrior = message.bits;
    equalMassLatents(bins).push(message, latents);
    expect(message.bits - beforePrior).toBeCloseTo(12 * count, 3);
    const values = latentValues(message, latents, bins);
    const kl =
      gaussianLog2Density(message, values, posterior) - gaussianLog2Density(message, values, standard);
    expect((12 * count - earned) / kl).toBeCloseTo(1, 3);
  });

  it('refuses shapes that do not fit', () => {
    const bad = expect.objectContaining({ code: 'bad-argument' });
    const message = emptyMessage();
    expect(() => equalMassLatents(standardBins(3, 0))).toThrow(bad);
    expect(() => equalMassLatents(standardBins(3, 17))).toThrow(bad);
    expect(() => equalMassLatents(standardBins(3, 4)).push(message, Uint16Array.of(1, 2))).toThrow(bad);
    expect(() => equalMassLatents(standardBins(2, 4)).push(message, Uint16Array.of(1, 16))).toThrow(bad);
    expect(() =>
      gaussianLatents(standardBins(2, 4), { mu: new Float32Array(2), sigma: new Float32Array(3) }),
    ).toThrow(bad);
  });
});
