// Scans: rows turned and turned back, and images coded by each.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCANS } from '../../../../codec/model/model.ts';
import { readScan, scanTable, turn } from '../../../../codec/planes/transforms/scan.ts';
import { paint } from '../learning/images.ts';
import { colour, grey, untrainedCodec } from '../learning/untrained.ts';

const scanArbitrary = fc.constantFrom(...SCANS);

describe('rows', () => {
  it('are mirrored, turned over, or both', () => {
    const turned = (scan: (typeof SCANS)[number]) => {
      const values = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      turn(values, 6, 2, scan);
      return [...values];
    };
    expect(turned(0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(turned(1)).toEqual([5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8]);
    expect(turned(2)).toEqual([7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
    expect(turned(3)).toEqual([11, 12, 9, 10, 7, 8, 5, 6, 3, 4, 1, 2]);
  });

  it('are as they were once turned twice', () => {
    fc.assert(
      fc.property(
        scanArbitrary,
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
    for (const scan of SCANS.slice(1)) expect(readScan(scanTable(scan))).toBe(scan);
  });

  it.each([[[]], [[0]], [[4]], [[255]], [[1, 0]]])('is not %j', (bytes) => {
    expect(() => readScan(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'bad-file' }));
  });
});

describe.each([
  ['colour', colour],
  ['grey', grey],
] as const)('a %s image', (_, architecture) => {
  const pixels = paint('photo-like', 37, 30, architecture.planes);
  const model = untrainedCodec(architecture);
  const session = model.open(pixels, { threads: 1 });

  it.each(SCANS)('comes back from scan %i', async (scan) => {
    const coded = await session.encode(pixels.data, scan);
    expect(coded.sides.scan?.[0] ?? 0).toBe(scan);
    expect(await session.decode(coded)).toEqual(pixels.data);
  });

  it.each(SCANS)('costs what its turned self costs, sample by sample, by scan %i', async (scan) => {
    const row = pixels.width * architecture.planes;
    const turned = pixels.data.slice() as Uint8Array;
    turn(turned, row, architecture.planes, scan);
    const { costs } = (await session.measure?.(turned)) ?? expect.fail();
    turn(costs.samples, row, architecture.planes, scan);
    const scanned = (await session.measure?.(pixels.data, scan)) ?? expect.fail();
    expect(scanned.costs.samples).toEqual(costs.samples);
    expect(scanned.lengths.net).toBeCloseTo((await session.encode(turned)).lengths.net + (scan ? 8 : 0), 6);
  });
});
