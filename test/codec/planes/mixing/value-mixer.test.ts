// The mixing with exact values: intervals, what it learns, and when rows are mixed.
import { describe, expect, it } from 'vitest';
import { Constants } from '../../../../codec/kernel/layouts.ts';
import type { KernelRecord } from '../../../../codec/kernel/records.ts';
import { valueMixerPlan } from '../../../../codec/planes/mixing/value-mixer.ts';
import { freshArena, kernel, randomNumbers } from '../../kernel/fixture.ts';

const { exports } = kernel;
const { MIXTURE_BYTES, START, FREQUENCY } = Constants['distributions/logistic-mixture'];
const TOTAL = 2 ** 22;
const SAMPLES = 64 * 64;
const random = randomNumbers(11);

type Mixer = KernelRecord<'ValueMixer'>;
type Code = typeof exports.mixedSample;

/** A mixer that has seen nothing, and the address of a mixture: components of equal weight around `centre`. */
function newMixer(centre: number, scale: number, rough: boolean) {
  const plan = valueMixerPlan(1, SAMPLES);
  if (plan === 0) throw new Error('the second plane has no mixer');
  const arena = freshArena();
  const mixer = arena.lay(plan);
  exports.clearValueMixer(mixer.address, 1);
  const mixture = arena.allocate(MIXTURE_BYTES);
  const outputs = arena.place(Float32Array.from([-1, -0.2, 0.3, 1, 0, -1, 0.5, 0, 0, 0, 0, 0]));
  if (rough) exports.roughMixtureSet(mixture, outputs, centre, scale, 1 / scale);
  else exports.mixtureSet(mixture, outputs, centre, scale);
  return { mixer, mixture, end: arena.end };
}

function setContext(mixer: Mixer, reference: number, value: number, pair: number): void {
  mixer.set('reference', reference);
  mixer.set('value', value);
  mixer.set('pair', pair);
}

/** All that lies below `end`, put back by a call of what this returns. */
function remembered(end: number): () => void {
  const bytes = new Uint8Array(kernel.memory.buffer, 0, end);
  const copy = bytes.slice();
  return () => bytes.set(copy);
}

function intervalOf(mixture: number): { start: number; frequency: number } {
  const view = new DataView(kernel.memory.buffer, mixture);
  return { start: view.getUint32(START, true), frequency: view.getUint32(FREQUENCY, true) };
}

const code = (rough: boolean): Code => (rough ? exports.roughMixedSample : exports.mixedSample);

describe.each([
  ['a mixture', false],
  ['a rough mixture', true],
])('%s, mixed with exact values', (_, rough) => {
  it.each([
    [0, 0, 20],
    [255, 255, 0.05],
    [131, 100, 2],
    [77, 250, 90],
    [128, 3, 0.3],
  ])(
    'has intervals that fill 2^22, whatever was learnt: relative to %i, around %i',
    (reference, centre, scale) => {
      const { mixer, mixture, end } = newMixer(centre, scale, rough);
      setContext(mixer, reference, 12, 3456);
      for (let i = 0; i < 200; i++) code(rough)(mixer.address, mixture, 0, Math.floor(256 * random() ** 3));
      const restore = remembered(end);
      const intervals = Array.from({ length: 256 }, (_, sample) => {
        restore();
        expect(code(rough)(mixer.address, mixture, 0, sample)).toBe(sample);
        return intervalOf(mixture);
      });
      const sorted = [...intervals].sort((a, b) => a.start - b.start);
      const ends = sorted.map(({ start, frequency }) => start + frequency);
      expect(sorted.every(({ frequency }) => frequency >= 1)).toBe(true);
      expect(sorted.map(({ start }) => start)).toEqual([0, ...ends.slice(0, -1)]);
      expect(ends.at(-1)).toBe(TOTAL);
      for (const [sample, { start, frequency }] of intervals.entries())
        for (const position of [start, start + frequency - 1]) {
          restore();
          expect(code(rough)(mixer.address, mixture, 1, position)).toBe(sample);
          expect(intervalOf(mixture)).toEqual({ start, frequency });
        }
    },
  );

  it('learns the same from a sample that it finds and from one that it is given', () => {
    const { mixer, mixture, end } = newMixer(100, 3, rough);
    const restore = remembered(end);
    const samples = Array.from({ length: 300 }, () => 90 + Math.floor(20 * random()));
    const learn = (finds: boolean, targets: readonly number[]) =>
      targets.map((target, i) => {
        setContext(mixer, 95 + (i % 7), i % 5, i % 11);
        const sample = code(rough)(mixer.address, mixture, finds ? 1 : 0, target);
        return { sample, position: intervalOf(mixture).start, probability: mixer.get('probability') };
      });
    const given = learn(false, samples);
    restore();
    const found = learn(
      true,
      given.map(({ position }) => position),
    );
    expect(found).toEqual(given);
    expect(given.map(({ sample }) => sample)).toEqual(samples);
  });

  it('comes to expect the values that occur, and those of a pair of values most', () => {
    const { mixer, mixture } = newMixer(100, 4, rough);
    const bits = Array.from({ length: 4000 }, (_, i) => {
      const pair = i % 3;
      setContext(mixer, 100, 0, pair);
      // Of the levels around, one in four occurs, another for each pair.
      code(rough)(mixer.address, mixture, 0, 92 + 4 * Math.floor(4 * random()) + pair);
      return -Math.log2(mixer.get('probability'));
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;
    expect(mean(bits.slice(0, 20))).toBeGreaterThan(3.4);
    expect(mean(bits.slice(-1000))).toBeLessThan(2.4);
  });
});

it('tells the probability that its interval has', () => {
  const { mixer, mixture } = newMixer(60, 5, false);
  for (let i = 0; i < 500; i++) {
    setContext(mixer, 61, i % 3, i % 17);
    exports.mixedSample(mixer.address, mixture, 0, 50 + Math.floor(20 * random()));
    const share = intervalOf(mixture).frequency / TOTAL;
    expect(Math.abs(share / mixer.get('probability') - 1)).toBeLessThan(0.001);
  }
});

it('mixes the first rows and then every 128th, and all while that saves bits', () => {
  const { mixer } = newMixer(0, 1, false);
  const rows = (saves: (y: number) => boolean) =>
    Array.from({ length: 400 }, (_, y) => {
      exports.openMixedRow(mixer.address, y, 100);
      const on = mixer.get('on');
      if (on) {
        // Code lengths: the product of probabilities, then bits.
        const saved = saves(y) ? 100 : -1;
        new Float64Array(kernel.memory.buffer, mixer.get('plain'), 2).set([1, 300]);
        new Float64Array(kernel.memory.buffer, mixer.get('mixed'), 2).set([1, 300 - saved]);
      }
      return on;
    });
  const never = rows(() => false);
  expect(never.flatMap((on, y) => (on ? [y] : []))).toEqual([
    ...Array.from({ length: 8 }, (_, y) => y),
    ...[128, 256, 384],
  ]);
  exports.clearValueMixer(mixer.address, 1);
  expect(rows(() => true).every((on) => on === 1)).toBe(true);
  exports.clearValueMixer(mixer.address, 1);
  const late = rows((y) => y >= 128);
  expect(late.slice(257).every((on) => on === 1)).toBe(true);
});

it('has lines of pairs for two a sample, 64 at least and 16,384 at most', () => {
  const lines = (samples: number) => {
    const plan = valueMixerPlan(2, samples);
    return plan && 2 ** Number(plan.fields.logLines);
  };
  expect([1, 32, 33, 1024, 1025, 8192, 10_000_000].map(lines)).toEqual([
    64, 64, 128, 2048, 4096, 16_384, 16_384,
  ]);
  expect(valueMixerPlan(0, 1000)).toBe(0);
});
