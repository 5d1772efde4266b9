import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../../codec/model/model.ts';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import {
  findGaps,
  type LevelTable,
  levels,
  readTables,
  unpackLevels,
  writeTables,
} from '../../../../codec/planes/transforms/levels.ts';
import type { PlaneSamples } from '../../../../codec/planes/transforms/transform.ts';
import { decode, encode } from '../../coding.ts';
import { randomNumbers } from '../../kernel/fixture.ts';
import { paint } from '../learning/images.ts';
import { colour, grey, untrainedCodec } from '../learning/untrained.ts';

const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

/** Some levels left out, in short runs or long ones. */
const tableArbitrary: fc.Arbitrary<LevelTable> = fc
  .record({
    gaps: fc.oneof(
      fc.array(fc.boolean(), { minLength: 256, maxLength: 256 }),
      fc.array(fc.nat(255), { minLength: 1, maxLength: 4 }).map((ends) => {
        const isGap = (level: number) => ends.filter((end) => end <= level).length % 2 === 1;
        return Array.from({ length: 256 }, (_, level) => isGap(level));
      }),
    ),
    high: fc.boolean(),
  })
  .filter(({ gaps }) => gaps.includes(true) && gaps.includes(false));

const tablesArbitrary = fc
  .array(fc.option(tableArbitrary, { nil: undefined }), { minLength: 1, maxLength: 3 })
  .filter((tables) => tables.some(Boolean));

/** Planes of interleaved pixels, in the order of their channels. */
const planesOf = (pixels: Uint8Array, planes: number): PlaneSamples[] =>
  Array.from({ length: planes }, (_, channel) => ({ pixels, planes, channel }));

/** A histogram with `count` samples of each level from 20 to 235, but none of those that `isGap` names. */
function histogram(count: number, isGap: (level: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, level) =>
    level < 20 || level > 235 || isGap(level) ? 0 : count,
  );
}

const listed = (table?: LevelTable) => [...(table?.gaps.keys() ?? [])].filter((level) => table?.gaps[level]);

/** Samples after a curve. */
function curved(pixels: Pixels, curve: (level: number, channel: number) => number): Pixels {
  const data = Uint8ClampedArray.from(pixels.data, (level, i) =>
    Math.round(curve(level, i % pixels.channels)),
  );
  return { ...pixels, data: new Uint8Array(data.buffer) };
}

const stretch = (level: number) => 1.25 * (level - 128) + 128;

describe('the choice of gaps', () => {
  it('leaves out levels that are missing amid common ones, and none of the ends', () => {
    const table = findGaps(histogram(100, (level) => level % 5 === 0));
    expect(listed(table)).toEqual(
      Array.from({ length: 43 }, (_, i) => 25 + 5 * i).filter((level) => level < 235),
    );
  });

  it('leaves out nothing where all levels between the ends occur', () => {
    expect(findGaps(histogram(100, () => false))).toBeUndefined();
    expect(findGaps(new Uint32Array(256))).toBeUndefined();
    expect(findGaps(new Uint32Array(256).fill(5000, 7, 8))).toBeUndefined();
  });

  it('keeps levels that chance may have missed', () => {
    expect(findGaps(histogram(3, (level) => level % 5 === 0))).toBeUndefined();
    const counts = histogram(100, (level) => level % 5 === 0);
    for (let level = 150; level < 236; level++) counts[level] = Math.min(counts[level], 1);
    expect(Math.max(...listed(findGaps(counts)))).toBe(145);
  });

  it('calls levels common that occur four times', () => {
    for (const [times, isGap] of [
      [3, false],
      [4, true],
    ] as const) {
      const counts = histogram(100, (level) => level % 5 === 0);
      counts[101] = times;
      const gaps = listed(findGaps(counts));
      expect(gaps).toContain(95);
      expect(gaps.includes(100)).toBe(isGap);
    }
  });

  it('leaves out nothing where that saves less than its table should', () => {
    expect(findGaps(histogram(5, (level) => level % 5 === 0))).toBeUndefined();
    expect(findGaps(histogram(20, (level) => level % 5 === 0))).toBeDefined();
  });

  it('leaves out nothing that few samples are near', () => {
    const counts = histogram(100, (level) => level === 30);
    counts.fill(1e6, 100, 120);
    expect(findGaps(counts)).toBeUndefined();
  });

  it('keeps the level of the end where more samples are clipped', () => {
    for (const [black, white] of [
      [900, 20],
      [20, 900],
    ]) {
      const counts = histogram(100, (level) => level % 5 === 0);
      counts[0] = black;
      counts[255] = white;
      expect(findGaps(counts)?.high).toBe(white > black);
    }
  });
});

describe('closing ranks', () => {
  it('comes back, whatever the samples', () => {
    const few = fc.array(fc.nat(255), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(few, fc.constantFrom(1, 3), fc.integer(), (some, channels, seed) => {
        const random = randomNumbers(seed);
        const pixels = Uint8Array.from({ length: 6000 }, () => some[Math.floor(some.length * random())]);
        const packed = pixels.slice();
        const planes = planesOf(packed, channels);
        const found = levels.find(planes);
        found?.apply(planes);
        if (found) levels.read(found.table, channels)(planes);
        expect(packed).toEqual(pixels);
      }),
    );
  });

  it('gives a stretched photo the levels it had, each plane for itself', () => {
    const photo = curved(paint('photo-like', 96, 64), (level) => 40 + level / 2);
    const stretched = curved(photo, (level, channel) => (channel === 1 ? level : stretch(level)));
    const planes = planesOf(stretched.data as Uint8Array, 3);
    const found = levels.find(planes);
    found?.apply(planes);
    const tables = readTables(found?.table ?? new Uint8Array(0), 3);
    expect(tables.map(Boolean)).toEqual([true, false, true]);
    for (const channel of [0, 2]) {
      const shifts = new Set(
        photo.data
          .filter((_, i) => i % 3 === channel)
          .map((level, i) => level - stretched.data[3 * i + channel]),
      );
      expect(shifts.size).toBe(1);
    }
  });

  it('refuses samples that are no ranks', () => {
    const gaps = Array.from({ length: 256 }, (_, level) => level > 99 && level < 110);
    const rank = (high: boolean, sample: number) => {
      const pixels = Uint8Array.of(sample);
      unpackLevels(planesOf(pixels, 1), [{ gaps, high }]);
      return pixels[0];
    };
    expect([rank(false, 0), rank(false, 100), rank(false, 245)]).toEqual([0, 110, 255]);
    expect([rank(true, 10), rank(true, 109), rank(true, 110)]).toEqual([0, 99, 110]);
    expect(() => rank(false, 246)).toThrow(badFile);
    expect(() => rank(true, 9)).toThrow(badFile);
  });
});

describe('tables of levels', () => {
  it('come back, in 33 bytes a plane or fewer', () => {
    fc.assert(
      fc.property(tablesArbitrary, (tables) => {
        const stream = writeTables(tables);
        expect(stream.length).toBeLessThanOrEqual(33 * tables.length);
        expect(readTables(stream, tables.length)).toEqual(tables);
      }),
    );
  });

  it('have one form: what reads as tables is what they are written as', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 33, maxLength: 33 }));
    const first = fc.constantFrom(0, 1, 2, 3, 16, 32, 33, 48);
    fc.assert(
      fc.property(first, bytes, (form, rest) => {
        const stream = Uint8Array.of(form, ...rest);
        let tables: (LevelTable | undefined)[];
        try {
          tables = readTables(stream, 1);
        } catch (error) {
          expect(error).toEqual(badFile);
          return;
        }
        expect(tables[0]?.gaps.includes(true) && tables[0].gaps.includes(false)).toBe(true);
        expect(writeTables(tables)).toEqual(stream);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(
    Object.entries({
      'no bytes': [],
      'no table at all': [0],
      'a form without runs': [32],
      'too many runs': [17, ...new Array<number>(34).fill(1)],
      'an unknown bit': [65, 9, 1],
      'a run cut short': [1, 9],
      'bytes too many': [1, 9, 1, 0],
      'an empty run': [1, 9, 0],
      'runs that touch': [2, 9, 1, 0, 1],
      'a run beyond 255': [2, 9, 1, 200, 200],
      'nothing left': [2, 0, 255, 0, 1],
      'a bitmap cut short': [16, ...new Array<number>(31).fill(85)],
      'a bitmap of one run': [16, 6, ...new Array<number>(31).fill(0)],
      'an empty bitmap': [16, ...new Array<number>(32).fill(0)],
      'a full bitmap': [16, ...new Array<number>(32).fill(255)],
    }),
  )('are refused: %s', (_name, bytes) => {
    expect(() => readTables(Uint8Array.from(bytes), 1)).toThrow(badFile);
  });
});

describe('the adaptive photo codec', () => {
  const photo = paint('photo-like', 96, 64);
  const greyPhoto = paint('photo-like', 96, 64, 1);
  const cases: [string, Model, Pixels][] = [
    ['colour', untrainedCodec(colour), photo],
    ['grey', untrainedCodec(grey), greyPhoto],
  ];

  it.each(cases)(
    'codes a stretched photo with one more stream: %s',
    async (_name, codec, { data, ...shape }) => {
      const few = curved({ data, ...shape }, (level) => 40 + level / 2);
      const stretched = curved(few, stretch);
      const plain = await encode(codec, few, { threads: 1 });
      const original = stretched.data.slice();
      const { streams, lengths } = await encode(codec, stretched, { threads: 1 });
      expect(stretched.data).toEqual(original);
      expect([plain.streams.length, streams.length]).toEqual([shape.channels, shape.channels + 1]);
      expect(await decode(codec, streams, shape, { threads: 1 })).toEqual(stretched);

      const bits = 8 * streams.reduce((sum, stream) => sum + stream.length, 0);
      expect(Math.abs(bits - lengths.net - lengths.initial)).toBeLessThan(32 * shape.channels);
      expect(Math.abs(lengths.net / lengths.likelihood - 1)).toBeLessThan(0.002);
      // Unpacked, a quarter more levels would take 0.3 bits more a sample.
      expect((lengths.net - 8 * streams[0].length) / plain.lengths.net).toBeLessThan(1.02);
    },
  );

  it('writes the tables in the order of the planes, green first', async () => {
    const [, codec, { data, ...shape }] = cases[0];
    const few = curved({ data, ...shape }, (level) => 40 + level / 2);
    const stretched = curved(few, (level, channel) => (channel === 1 ? stretch(level) : level));
    const { streams } = await encode(codec, stretched, { threads: 1 });
    expect(readTables(streams[0], 3).map(Boolean)).toEqual([true, false, false]);
  });

  it('refuses a damaged table, and tables where there are none', async () => {
    const [, codec, pixels] = cases[1];
    const { data: _, ...shape } = pixels;
    const { streams } = await encode(codec, pixels, { threads: 1 });
    for (const tables of [[], [0], [1, 3], [1, 3, 1, 0]])
      await expect(
        decode(codec, [Uint8Array.from(tables), ...streams], shape, { threads: 1 }),
      ).rejects.toEqual(badFile);
    await expect(decode(codec, [...streams, ...streams, ...streams], shape, { threads: 1 })).rejects.toEqual(
      badFile,
    );
    await expect(decode(codec, [], shape, { threads: 1 })).rejects.toEqual(badFile);
  });
});
