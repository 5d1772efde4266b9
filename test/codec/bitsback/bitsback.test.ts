import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../../codec/ans/codec.ts';
import { Message } from '../../../codec/ans/message.ts';
import { bitSwap } from '../../../codec/bitsback/bit-swap.ts';
import { bitsBack, type Layer } from '../../../codec/bitsback/bits-back.ts';
import { chain, dependent, mapped, sequence } from '../../../codec/bitsback/combinators.ts';
import { bernoulli } from '../../../codec/distributions/bernoulli.ts';
import { categorical } from '../../../codec/distributions/categorical.ts';
import { discretizedLogistics } from '../../../codec/distributions/discretized-logistic.ts';
import {
  type Bins,
  equalMassLatents,
  gaussianLatents,
  latentValues,
  standardBins,
} from '../../../codec/distributions/gaussian.ts';
import { uniform } from '../../../codec/distributions/uniform.ts';
import {
  emptyMessage,
  filledMessage,
  freshArena,
  kernel,
  randomNumbers,
  snapshot,
} from '../kernel/fixture.ts';

/** Pop after push gives the value and restores the message, on a message with words to spare. */
function expectRestores<T>(codec: Codec<T>, value: T): void {
  const message = filledMessage(200, 64);
  const before = snapshot(message);
  codec.push(message, value);
  expect(codec.pop(message)).toEqual(value);
  expect(snapshot(message)).toEqual(before);
}

/** From an empty message through bytes to a decoder's message, which must end as the encoder's began. */
function expectCodes<T>(codec: Codec<T>, value: T): number {
  const encoder = emptyMessage(64);
  codec.push(encoder, value);
  const seeds = encoder.seeds;
  const decoder = Message.fromBytes(kernel, freshArena(), encoder.toBytes(), 64);
  expect(codec.pop(decoder)).toEqual(value);
  decoder.assertRestored();
  expect(decoder.length).toBe(seeds);
  return seeds;
}

describe('combinators', () => {
  it('restore tuples, arrays, dependent and mapped values', () => {
    const word = mapped(
      chain(uniform(26), 5),
      (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 97),
      (letters) => String.fromCharCode(...letters.map((letter) => letter + 97)),
    );
    const sized = dependent(uniform(10), (length) => chain(bernoulli(0.2), length));
    expectRestores(word, 'image');
    expectRestores(sized, [3, [true, false, false]]);
    expectRestores(sized, [0, []]);
    expectRestores(sequence<[string, number, boolean]>(word, categorical([1, 2, 3]), bernoulli(0.9)), [
      'pixel',
      2,
      true,
    ]);
  });

  it('pop in the order in which they list their parts', () => {
    const message = filledMessage(2);
    sequence<[number, number]>(uniform(100), uniform(7)).push(message, [42, 5]);
    expect(uniform(100).pop(message)).toBe(42);
    expect(uniform(7).pop(message)).toBe(5);
  });

  it('refuse an array of another length', () => {
    expect(() => chain(uniform(2), 3).push(emptyMessage(), [1])).toThrow(
      expect.objectContaining({ code: 'bad-argument' }),
    );
  });
});

/** A random row-stochastic table: one categorical distribution over `to` values for each of `from`. */
function randomTable(from: number, to: number, random: () => number): Codec<number>[] {
  return Array.from({ length: from }, () =>
    categorical(Array.from({ length: to }, () => Math.max(0, Math.exp(6 * random() - 3) - 0.2))),
  );
}

const discrete = fc.record({
  values: fc.integer({ min: 1, max: 30 }),
  latents: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
  seed: fc.nat(),
  images: fc.integer({ min: 0, max: 20 }),
});

describe('bits back over random categorical models', () => {
  it('restores data and message for any hierarchy, posterior and chain', () => {
    fc.assert(
      fc.property(discrete, ({ values, latents, seed, images }) => {
        const random = randomNumbers(seed);
        const widths = [values, ...latents];
        const layers: Layer<number, number>[] = latents.map((width, i) => {
          const likelihoods = randomTable(width, widths[i], random);
          const posteriors = randomTable(widths[i], width, random);
          return { likelihood: (z) => likelihoods[z], posterior: (x) => posteriors[x] };
        });
        const [top] = randomTable(1, widths[widths.length - 1], random);
        const codec = chain(bitSwap(layers[0], layers.slice(1), top), images);
        const data = Array.from({ length: images }, () => Math.floor(random() * values));
        expectRestores(codec, data);
        expectCodes(codec, data);
      }),
    );
  });

  it('costs the evidence when the posterior is exact', () => {
    // p(z) = (1/4, 3/4), p(x = 1 | z) = (0.9, 0.2): p(x = 1) = 0.375, p(z = 0 | x = 1) = 0.6, p(z = 0 | x = 0) = 0.04.
    const likelihoods = [categorical([0.1, 0.9]), categorical([0.8, 0.2])];
    const posteriors = [categorical([0.04, 0.96]), categorical([0.6, 0.4])];
    const codec = bitsBack({
      prior: categorical([1, 3]),
      likelihood: (z: number) => likelihoods[z],
      posterior: (x: number) => posteriors[x],
    });
    const random = randomNumbers(5);
    const data = Array.from({ length: 20000 }, () => Number(random() < 0.375));
    const message = filledMessage(1000);
    const before = message.bits;
    chain(codec, data.length).push(message, data);
    const ones = data.reduce((a, b) => a + b);
    const evidence = -ones * Math.log2(0.375) - (data.length - ones) * Math.log2(0.625);
    expect((message.bits - before) / evidence).toBeCloseTo(1, 4);
  });

  it('draws seed words for the first value of a chain alone', () => {
    const codec = (count: number) =>
      chain(
        bitsBack({
          prior: chain(uniform(4096), 8),
          likelihood: () => uniform(2 ** 24),
          posterior: () => chain(uniform(4096), 8),
        }),
        count,
      );
    const value = (count: number) => Array.from({ length: count }, (_, i) => i);
    const first = expectCodes(codec(1), value(1));
    expect(first).toBe(3);
    expect(expectCodes(codec(50), value(50))).toBe(first);
  });
});

/** Small Gaussian layers whose parameters are smooth functions of the layer below: stand-ins for networks. */
function gaussianLayer(
  message: Message,
  below: Bins,
  bins: Bins,
  gain: number,
): Layer<Uint16Array, Uint16Array> {
  const count = bins.mean.length;
  return {
    likelihood(z) {
      const value = latentValues(message, z, bins);
      return gaussianLatents(below, {
        mu: below.mean.map((mean, i) => mean + gain * value[i % count]),
        sigma: below.scale.map((scale, i) => scale * Math.exp(-1 + 0.1 * value[i % count])),
      });
    },
    posterior(lower) {
      const value = latentValues(message, lower, below);
      return gaussianLatents(bins, {
        mu: bins.mean.map((_, i) => gain * value[i % value.length]),
        sigma: bins.scale.map((_, i) => Math.exp(-2 - 0.1 * Math.abs(value[i % value.length]))),
      });
    },
  };
}

describe('bits back over Gaussian latents and logistic pixels', () => {
  const shapes = fc.record({
    pixels: fc.integer({ min: 1, max: 40 }),
    widths: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
    log2: fc.integer({ min: 2, max: 14 }),
    depth: fc.integer({ min: 1, max: 16 }),
    images: fc.integer({ min: 1, max: 4 }),
    gain: fc.double({ min: -3, max: 3, noNaN: true }),
    seed: fc.nat(),
  });

  it('restores data and message for any hierarchy and chain of images', () => {
    fc.assert(
      fc.property(shapes, ({ pixels, widths, log2, depth, images, gain, seed }) => {
        // The layers need a message only for its kernel and scratch memory: one beside those that are coded.
        const arena = freshArena();
        const lender = emptyMessage(64, arena);
        const bins = widths.map((width) => standardBins(width, log2));
        const bottom: Layer<Uint16Array, Uint16Array> = {
          likelihood(z) {
            const value = latentValues(lender, z, bins[0]);
            const parameters = Float32Array.from({ length: 6 * pixels }, (_, i) => {
              const v = value[i % value.length];
              return [2 ** depth * (0.5 + 0.1 * v), 2 ** depth * 0.3, depth / 2 - 1, depth / 2, v, 0][i % 6];
            });
            return discretizedLogistics({ parameters, components: 2, depth });
          },
          posterior(x) {
            return gaussianLatents(bins[0], {
              mu: bins[0].mean.map((_, i) => (x[i % pixels] / 2 ** depth - 0.5) * 4),
              sigma: bins[0].scale.map(() => 0.1),
            });
          },
        };
        const layers = bins.slice(1).map((above, i) => gaussianLayer(lender, bins[i], above, gain));
        const codec = chain(bitSwap(bottom, layers, equalMassLatents(bins[bins.length - 1])), images);
        const random = randomNumbers(seed);
        const data = Array.from({ length: images }, () =>
          Uint16Array.from({ length: pixels }, () => Math.floor(random() * 2 ** depth)),
        );
        const encoder = emptyMessage(64, arena);
        const filled = filledMessage(200, 64, arena);
        const before = snapshot(filled);
        codec.push(filled, data);
        expect(codec.pop(filled)).toEqual(data);
        expect(snapshot(filled)).toEqual(before);
        codec.push(encoder, data);
        const decoder = Message.fromBytes(kernel, arena, encoder.toBytes(), 64);
        expect(codec.pop(decoder)).toEqual(data);
        decoder.assertRestored();
      }),
    );
  });
});
