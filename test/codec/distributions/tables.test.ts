import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../../codec/ans/codec.ts';
import { bernoulli } from '../../../codec/distributions/bernoulli.ts';
import { categorical } from '../../../codec/distributions/categorical.ts';
import { uniform } from '../../../codec/distributions/uniform.ts';
import { emptyMessage, filledMessage, freshArena, kernel, snapshot } from '../kernel/fixture.ts';
import { allowedExcess, excess, frequencies } from './reference.ts';

const { exports } = kernel;
const bad = expect.objectContaining({ code: 'bad-argument' });

function expectRestores<T>(codec: Codec<T>, value: T): void {
  const message = filledMessage(3);
  const before = snapshot(message);
  codec.push(message, value);
  expect(codec.pop(message)).toEqual(value);
  expect(snapshot(message)).toEqual(before);
  codec.push(message, codec.pop(message));
  expect(snapshot(message)).toEqual(before);
}

function categoricalFrequencies(weights: ArrayLike<number>): number[] {
  const arena = freshArena();
  const at = arena.allocate(8 * weights.length);
  const table = arena.allocate(4 * weights.length + 4);
  new Float64Array(kernel.memory.buffer, at, weights.length).set(Array.from(weights));
  exports.categoricalTable(at, weights.length, table);
  return frequencies([...new Uint32Array(kernel.memory.buffer, table, weights.length + 1)]);
}

describe('uniform', () => {
  it.each([1, 2, 3, 5, 7, 64, 100, 1000])('find inverts start at both ends of each of %i values', (size) => {
    const starts = Array.from({ length: size + 1 }, (_, i) => exports.uniformStart(i, size));
    const table = frequencies(starts);
    expect(Math.max(...table) - Math.min(...table)).toBeLessThanOrEqual(1);
    for (let i = 0; i < size; i++) {
      expect(exports.uniformFind(starts[i], size)).toBe(i);
      expect(exports.uniformFind(starts[i + 1] - 1, size)).toBe(i);
    }
  });

  it('find inverts start for any size and position', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 24 }), fc.nat(2 ** 28 - 1), (size, position) => {
        const value = exports.uniformFind(position, size);
        expect(exports.uniformStart(value, size)).toBeLessThanOrEqual(position);
        expect(exports.uniformStart(value + 1, size)).toBeGreaterThan(position);
        expectRestores(uniform(size), value);
      }),
    );
  });

  it('costs log2 of its size', () => {
    for (const size of [2, 10, 256, 4096, 77777, 2 ** 24 - 1, 2 ** 24]) {
      const message = filledMessage(2);
      const before = message.bits;
      for (let i = 0; i < 1000; i++) uniform(size).push(message, (i * 9973) % size);
      expect(Math.abs((message.bits - before) / 1000 - Math.log2(size))).toBeLessThan(0.001);
    }
  });

  it('refuses what it cannot hold', () => {
    for (const size of [0, -1, 1.5, 2 ** 24 + 1, Number.NaN]) expect(() => uniform(size)).toThrow(bad);
    for (const value of [-1, 10, 0.5, Number.NaN])
      expect(() => uniform(10).push(emptyMessage(), value)).toThrow(bad);
  });
});

describe('bernoulli', () => {
  it('restores the message for any probability', () => {
    for (const p of [0, 1, 0.5, 1e-12, 1 - 1e-12, -3, 7, Number.NaN, Infinity])
      for (const value of [true, false]) expectRestores(bernoulli(p), value);
  });

  it('codes at the entropy', () => {
    for (const p of [1e-6, 0.001, 0.1, 0.5, 0.9, 0.999999]) {
      const frequency = exports.bernoulliFrequency(p);
      const loss = excess([p, 1 - p], [frequency, 2 ** 28 - frequency]);
      expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
    }
  });
});

describe('categorical', () => {
  const weights = fc.array(
    fc.oneof(fc.double({ min: 0, max: 1e308, noNaN: true }), fc.constant(0), fc.nat(100)),
    {
      minLength: 1,
      maxLength: 80,
    },
  );

  it('gives every value a frequency and loses nothing', () => {
    fc.assert(
      fc.property(weights, (list) => {
        const table = categoricalFrequencies(list);
        const top = Math.max(...list);
        const scaled = list.map((w) => (top === 0 ? 1 : Math.min(w, 1e300) / Math.min(top, 1e300)));
        const loss = excess(scaled, table);
        expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
      }),
    );
  });

  it('does so for 65536 values', () => {
    const list = Float64Array.from({ length: 65536 }, (_, i) => Math.exp(-i / 3000));
    const loss = excess([...list], categoricalFrequencies(list));
    expect(loss.excess).toBeLessThan(allowedExcess(loss.entropy));
  });

  it('finds each value at both ends of its interval', () => {
    fc.assert(
      fc.property(weights, (list) => {
        const table = categoricalFrequencies(list);
        const codec = categorical(list);
        const message = emptyMessage();
        let start = 0;
        table.forEach((frequency, value) => {
          for (const position of [start, start + frequency - 1]) {
            message.push(position, 1, 28);
            expect(codec.pop(message)).toBe(value);
            codec.push(message, value);
            expect(message.peek(28)).toBe(position);
            message.pop(position, 1, 28);
          }
          start += frequency;
        });
        for (let value = 0; value < list.length; value++) expectRestores(codec, value);
      }),
    );
  });

  it('refuses what it cannot hold', () => {
    expect(() => categorical([])).toThrow(bad);
    expect(() => categorical([1, -1])).toThrow(bad);
    expect(() => categorical([1, Number.NaN])).toThrow(bad);
    expect(() => categorical([1, Infinity])).toThrow(bad);
    expect(() => categorical([1, 2]).push(emptyMessage(), 2)).toThrow(bad);
  });
});
