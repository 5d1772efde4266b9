// Scans: samples turned and turned back, and images coded by each.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScan, scanTable, turn } from '../../../../codec/planes/transforms/scan.ts';
import { paint } from '../learning/images.ts';
import { colour, grey, untrainedCodec } from '../learning/untrained.ts';

const SCANS = { 1: [0, 1, 2, 3], 3: [0, 1, 2, 3, 4, 5, 6, 7] } as const;

describe('samples', () => {
  it('are mirrored, turned over, their colours exchanged, or all of it', () => {
    const turned = (scan: number) => {
      const values = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      turn(values, 6, 3, scan);
      return [...values];
    };
    expect(turned(0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(turned(1)).toEqual([4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
    expect(turned(2)).toEqual([7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
    expect(turned(4)).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]);
    expect(turned(7)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('are as they were once turned twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCANS[3]),
        fc.nat(9),
        fc.nat(9),
        fc.constantFrom(1, 3),
        (scan, width, height, planes) => {
          const values = Float32Array.from({ length: width * height * planes }, (_, i) => i);
          const twice = values.slice();
          for (let i = 0; i < 2; i++) turn(twice, width * planes, planes, scan);
          expect(twice).toEqual(values);
        },
      ),
    );
  });
});

describe('the table', () => {
  it('tells every scan but the usual one', () => {
    for (const planes of [1, 3] as const)
      for (const scan of SCANS[planes].slice(1)) expect(readScan(scanTable(scan), planes)).toBe(scan);
  });

  it.each<[1 | 3, number[]]>([
    [3, []],
    [3, [0]],
    [1, [4]],
    [3, [8]],
    [3, [255]],
    [1, [1, 0]],
  ])('of %i planes is not %j', (planes, bytes) => {
    const badFile = expect.objectContaining({ code: 'bad-file' });
    expect(() => readScan(Uint8Array.from(bytes), planes)).toThrow(badFile);
  });
});

describe.each([
  ['colour', colour],
  ['grey', grey],
] as const)('a %s image', (_, architecture) => {
  const pixels = paint('photo-like', 37, 30, architecture.planes);
  const model = untrainedCodec(architecture);
  const session = model.open(pixels, { threads: 1 });

  it.each(SCANS[architecture.planes])('comes back from scan %i', async (scan) => {
    const coded = await session.encode(pixels.data, { scan });
    expect(coded.sides.scan?.[0] ?? 0).toBe(scan);
    expect((await session.decode(coded)).samples).toEqual(pixels.data);
  });

  it.each(SCANS[architecture.planes])(
    'costs what its turned self costs, sample by sample, by scan %i',
    async (scan) => {
      const row = pixels.width * architecture.planes;
      const turned = pixels.data.slice() as Uint8Array;
      turn(turned, row, architecture.planes, scan);
      const { costs } = (await session.measure?.(turned)) ?? expect.fail();
      turn(costs.samples, row, architecture.planes, scan);
      const scanned = (await session.measure?.(pixels.data, { scan })) ?? expect.fail();
      expect(scanned.costs.samples).toEqual(costs.samples);
      expect(scanned.lengths.net).toBeCloseTo((await session.encode(turned)).lengths.net + (scan ? 8 : 0), 6);
    },
  );
});

it('goes with levels that each colour lacks others of', async () => {
  const { data, ...shape } = paint('photo-like', 60, 50, 3);
  const gaps = data.map((level, i) => level & [0xff, 0xfc, 0xf0][i % 3]);
  const session = untrainedCodec(colour).open({ ...shape }, { threads: 1 });
  for (const scan of SCANS[3]) {
    const coded = await session.encode(gaps, { scan });
    expect(coded.sides.levels?.length).toBeGreaterThan(3);
    expect((await session.decode(coded)).samples).toEqual(gaps);
  }
});
