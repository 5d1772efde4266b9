import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message, messageBytes } from '../../../codec/ans/message.ts';
import {
  emptyMessage,
  filledMessage,
  freshArena,
  kernel,
  randomNumbers,
  snapshot,
} from '../kernel/fixture.ts';
import { OracleMessage, oracleSeedWord } from './oracle.ts';

/** An interval of 2^precision, precision 1..32. */
const interval = fc.integer({ min: 1, max: 32 }).chain((precision) =>
  fc.integer({ min: 0, max: 2 ** precision - 1 }).chain((start) =>
    fc.record({
      start: fc.constant(start),
      frequency: fc.integer({ min: 1, max: Math.min(2 ** precision - start, 2 ** 32 - 1) }),
      precision: fc.constant(precision),
    }),
  ),
);

describe('the rANS stack against the BigInt oracle', () => {
  const step = fc.record({ interval, pop: fc.boolean() });

  it('has the same state, words and seed words after every push and pop', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 70 }), (steps, words) => {
        const message = emptyMessage(64);
        const oracle = new OracleMessage(oracleSeedWord);
        for (let i = 0; i < words; i++) {
          message.push(i * 12345, 1, 32);
          oracle.push(BigInt(i * 12345), 1n, 32n);
        }
        for (const { interval, pop } of steps) {
          const { start, frequency, precision } = interval;
          if (pop) {
            // A pop needs an interval that holds the position: the one of the same width that starts as near as it can.
            const position = message.peek(precision);
            expect(BigInt(position)).toBe(oracle.peek(BigInt(precision)));
            const from = Math.max(0, Math.min(position, 2 ** precision - frequency));
            message.pop(from, frequency, precision);
            oracle.pop(BigInt(from), BigInt(frequency), BigInt(precision));
          } else {
            message.push(start, frequency, precision);
            oracle.push(BigInt(start), BigInt(frequency), BigInt(precision));
          }
          expect(snapshot(message)).toEqual({
            state: oracle.state,
            words: oracle.words.map(Number),
            seeds: oracle.seeds,
          });
        }
      }),
    );
  });

  it('pops what was pushed and restores the message', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 300 }), fc.nat(100), (intervals, words) => {
        const message = filledMessage(words, 64);
        const before = snapshot(message);
        for (const { start, frequency, precision } of intervals) message.push(start, frequency, precision);
        for (const { start, frequency, precision } of intervals.toReversed()) {
          const position = message.peek(precision);
          expect(position).toBeGreaterThanOrEqual(start);
          expect(position).toBeLessThan(start + frequency);
          message.pop(start, frequency, precision);
        }
        expect(snapshot(message)).toEqual(before);
      }),
    );
  });
});

describe('bulk push and pop', () => {
  /** Random symbols of a geometric distribution over 64 symbols at the given precision, in kernel memory. */
  function geometric(count: number, precision: number, address: number): number {
    const cumulative = [0];
    for (let i = 1; i <= 64; i++)
      cumulative.push(i + Math.floor(((1 - 0.9 ** i) / (1 - 0.9 ** 64)) * (2 ** precision - 64)));
    const random = randomNumbers(precision);
    const intervals = new Uint32Array(kernel.memory.buffer, address, 2 * count);
    let entropy = 0;
    for (let i = 0; i < count; i++) {
      const position = Math.floor(random() * 2 ** precision);
      const symbol = cumulative.findIndex((c) => c > position) - 1;
      intervals[2 * i] = cumulative[symbol];
      intervals[2 * i + 1] = cumulative[symbol + 1] - cumulative[symbol];
      entropy += precision - Math.log2(intervals[2 * i + 1]);
    }
    return entropy;
  }

  it.each([12, 16, 24, 28])(
    'costs at most 0.01 % more than the entropy of a million symbols at 2^%i',
    (precision) => {
      const count = 1_000_000;
      const arena = freshArena();
      const address = arena.allocate(8 * count);
      const entropy = geometric(count, precision, address);
      const message = emptyMessage(undefined, arena);
      message.pushVector(count, (from, to) =>
        kernel.exports.pushManyReverse(message.address, address + 8 * from, to - from, precision),
      );
      expect(message.seeds).toBe(0);
      expect(message.netBits).toBeGreaterThan(entropy * 0.9999);
      expect(message.netBits).toBeLessThan(entropy * 1.0001);
      message.popVector(count, (from, to) =>
        kernel.exports.popMany(message.address, address + 8 * from, to - from, precision),
      );
      expect(snapshot(message)).toEqual({ state: 1n << 32n, words: [], seeds: 0 });
    },
  );

  it('gives the same message as single pushes, forward and in reverse', () => {
    const arena = freshArena();
    const address = arena.allocate(8 * 500);
    geometric(500, 16, address);
    const intervals = new Uint32Array(kernel.memory.buffer, address, 1000).slice();
    for (const name of ['pushManyForward', 'pushManyReverse'] as const) {
      const bulk = emptyMessage(1000, arena);
      kernel.exports[name](bulk.address, address, 500, 16);
      const single = emptyMessage(1000, arena);
      for (let i = 0; i < 500; i++) {
        const at = name === 'pushManyForward' ? i : 499 - i;
        single.push(intervals[2 * at], intervals[2 * at + 1], 16);
      }
      expect(snapshot(bulk)).toEqual(snapshot(single));
    }
  });

  it('moves words out of any window and back, and lies within it', () => {
    const vectors = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 131 }), fc.nat(400), vectors, (capacity, words, counts) => {
        const arena = freshArena();
        const message = filledMessage(words, capacity, arena);
        // What lies behind the window: nobody may write there.
        const guard = new Uint32Array(kernel.memory.buffer, arena.allocate(1024), 256).fill(0x5afe5afe);
        const intervals = new Uint32Array(kernel.memory.buffer, arena.allocate(8 * 300), 600);
        for (let i = 0; i < 300; i++) intervals.set([i, 1], 2 * i);
        const before = snapshot(message);
        for (const count of counts)
          message.pushVector(count, (from, to) =>
            kernel.exports.pushManyReverse(message.address, intervals.byteOffset + 8 * from, to - from, 32),
          );
        for (const count of counts.toReversed())
          message.popVector(count, (from, to) =>
            kernel.exports.popMany(message.address, intervals.byteOffset + 8 * from, to - from, 32),
          );
        expect(snapshot(message)).toEqual(before);
        expect(guard.every((word) => word === 0x5afe5afe)).toBe(true);
      }),
    );
  });

  it('draws seed words as single pops do', () => {
    const arena = freshArena();
    const address = arena.allocate(8 * 40);
    const intervals = new Uint32Array(kernel.memory.buffer, address, 80);
    const single = emptyMessage(undefined, arena);
    for (let i = 0; i < 40; i++) {
      intervals[2 * i] = single.peek(20);
      intervals[2 * i + 1] = 1;
      single.pop(intervals[2 * i], 1, 20);
    }
    const bulk = emptyMessage(undefined, arena);
    kernel.exports.popMany(bulk.address, address, 40, 20);
    expect(snapshot(bulk)).toEqual(snapshot(single));
    expect(bulk.seeds).toBe(25);
  });
});

const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

describe('a message', () => {
  it('begins with 2^32, no words and no net bits', () => {
    const message = emptyMessage();
    expect(snapshot(message)).toEqual({ state: 1n << 32n, words: [], seeds: 0 });
    expect(message.netBits).toBe(0);
    message.assertRestored();
  });

  it('outgrows its window without losing a word', () => {
    const message = filledMessage(5000, 64);
    expect(message.length).toBe(5000);
    for (let i = 4999; i >= 0; i--) {
      expect(message.peek(32)).toBe(Math.imul(i + 1, 0x9e3779b1) >>> 0);
      message.pop(message.peek(32), 1, 32);
    }
    message.assertRestored();
  });

  it('reports a push of kernel code that found the stack full', () => {
    const message = emptyMessage(64);
    for (let i = 0; i < 65; i++) kernel.exports.push(message.address, i, 1, 32);
    expect(() => message.assertIntact()).toThrow(/64 words/);
    expect(() => message.toBytes()).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('counts the seed words it draws, and is restored when they have been pushed back', () => {
    const message = emptyMessage(64);
    const symbols: number[] = [];
    for (let i = 0; i < 200; i++) {
      symbols.push(message.peek(20));
      message.pop(symbols[i], 1, 20);
    }
    expect(message.seeds).toBe(125);
    expect(message.netBits).toBeCloseTo(-4000, 2);
    const decoder = Message.fromBytes(kernel, freshArena(), message.toBytes(), 64);
    expect(() => decoder.assertRestored()).toThrow(/damaged/);
    for (const symbol of symbols.toReversed()) decoder.push(symbol, 1, 20);
    expect(decoder.length).toBe(125);
    decoder.assertRestored();
  });

  it('is not restored when a word differs, is missing or was drawn', () => {
    const wrongWord = emptyMessage();
    wrongWord.push(7, 1, 32);
    expect(() => wrongWord.assertRestored()).toThrow(expect.objectContaining({ code: 'bad-file' }));
    const drawn = emptyMessage();
    drawn.pop(0, 1, 32);
    drawn.push(0, 1, 32);
    expect(() => drawn.assertRestored()).toThrow(expect.objectContaining({ code: 'bad-file' }));
  });

  it('may start from 24 bits of the caller’s, which are told once it is restored', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 24 - 1), fc.array(fc.nat(999), { maxLength: 50 }), (start, symbols) => {
        const message = emptyMessage();
        message.startFrom(start);
        for (const symbol of symbols) message.push(symbol, 1, 10);
        expect(message.netBits).toBeLessThan(10 * symbols.length + 0.006);
        const decoder = Message.fromBytes(kernel, freshArena(), message.toBytes());
        if (symbols.length > 0) expect(() => decoder.restoredStart()).toThrow(badFile);
        for (const symbol of symbols.toReversed()) decoder.pop(symbol, 1, 10);
        expect(decoder.restoredStart()).toBe(start);
        if (start > 0) expect(() => decoder.assertRestored()).toThrow(badFile);
      }),
    );
    for (const start of [-1, 0.5, 2 ** 24, Number.NaN])
      expect(() => emptyMessage().startFrom(start)).toThrow(/starts from 24 bits/);
  });

  it('is not restored from bits above those 24', () => {
    for (const [low, high] of [
      [2 ** 24, 1],
      [2 ** 32 - 1, 1],
      [5, 2],
    ]) {
      const bytes = Uint8Array.from(new Uint8Array(Uint32Array.of(low, high).buffer));
      expect(() => Message.fromBytes(kernel, freshArena(), bytes).restoredStart()).toThrow(badFile);
    }
  });

  it('comes back from its bytes, whatever the window', () => {
    fc.assert(
      fc.property(
        fc.nat(400),
        fc.option(fc.integer({ min: 64, max: 500 }), { nil: undefined }),
        (words, capacity) => {
          const message = filledMessage(words, 64);
          message.push(3, 5, 7);
          const bytes = message.toBytes();
          const before = snapshot(message);
          expect(bytes.length).toBe(8 + 4 * message.length);
          const read = Message.fromBytes(kernel, freshArena(), bytes, capacity);
          expect(snapshot(read)).toEqual(before);
          expect(read.toBytes()).toEqual(bytes);
          read.pop(3, 5, 7);
          read.read(bytes);
          expect(snapshot(read)).toEqual(before);
        },
      ),
    );
  });

  it.each([0, 4, 7, 9, 13])('refuses %i bytes', (length) => {
    const bytes = new Uint8Array(length).fill(1);
    expect(() => Message.fromBytes(kernel, freshArena(), bytes)).toThrow(
      expect.objectContaining({ code: 'bad-file' }),
    );
  });

  it('refuses a state below 2^32', () => {
    const bytes = new Uint8Array(12).fill(255, 0, 4);
    expect(() => Message.fromBytes(kernel, freshArena(), bytes)).toThrow(
      expect.objectContaining({ code: 'bad-file' }),
    );
  });

  it('refuses intervals that are none, and pops that are not on top', () => {
    const message = emptyMessage();
    const bad = expect.objectContaining({ code: 'bad-argument' });
    expect(() => message.push(0, 0, 8)).toThrow(bad);
    expect(() => message.push(255, 2, 8)).toThrow(bad);
    expect(() => message.push(-1, 2, 8)).toThrow(bad);
    expect(() => message.push(0, 1, 33)).toThrow(bad);
    expect(() => message.push(Number.NaN, 1, 8)).toThrow(bad);
    message.push(10, 2, 8);
    expect(() => message.pop(12, 2, 8)).toThrow(bad);
    expect(() => message.pop(9, 1, 8)).toThrow(bad);
    expect(() => emptyMessage(10)).toThrow(bad);
  });

  it('pops at random from the first symbol on once 32 seeded bits have been drawn as [0, 1) of 2^32', () => {
    const message = emptyMessage();
    expect(message.peek(28)).toBe(0);
    message.pop(0, 1, 32);
    expect(message.state).toBe((1n << 32n) | BigInt(kernel.exports.seedWord(0) >>> 0));
    message.push(0, 1, 32);
    expect(snapshot(message)).toEqual({
      state: 1n << 32n,
      words: [kernel.exports.seedWord(0) >>> 0],
      seeds: 1,
    });
  });

  it('spends nothing on a symbol that is certain', () => {
    const message = filledMessage(3);
    const before = snapshot(message);
    message.push(0, 1, 0);
    message.push(0, 2 ** 20, 20);
    expect(snapshot(message)).toEqual(before);
  });

  it('says how much kernel memory it takes', () => {
    const arena = freshArena();
    const first = emptyMessage(100, arena);
    expect(emptyMessage(100, arena).address - first.address).toBeGreaterThanOrEqual(messageBytes(100));
  });
});
