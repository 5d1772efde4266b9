// Maps of bits, from costs to a picture.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Costs, Report } from '../../library/index.ts';
import { paint, rangeOf } from '../../src/heatmap/colours.ts';
import { type BitMap, mapsOf, shrunk } from '../../src/heatmap/map.ts';
import { heatmapPicture } from '../../src/heatmap/picture.ts';

const NONE = [224, 224, 224];
const BOTTOM = [68, 1, 84];
const TOP = [253, 231, 37];

const measured = (width: number, height: number, costs: Partial<Costs>) => ({
  report: { width, height } as Report,
  costs: { samples: new Float32Array(0), tiles: null, beside: 0, ...costs },
});
const mapOf = (width: number, values: readonly number[]): BitMap => ({
  ...{ title: 'Bits', note: 'mean 1', width, height: values.length / width },
  values: Float32Array.from(values),
});

describe('a map', () => {
  it('has the sum of the samples of each pixel, and their mean in words', () => {
    const samples = Float32Array.of(1, 2, 3, 0.5, 0.5, 0.5);
    const [map, ...others] = mapsOf(measured(2, 1, { samples }));
    expect([...map.values]).toEqual([6, 1.5]);
    expect(map).toMatchObject({ width: 2, height: 1, note: 'mean 3.750, 1.250 bits/dim' });
    expect(others).toEqual([]);
  });

  it('of tiles has the value of each for its pixels, and none beyond them', () => {
    const tiles = { x: [0, 1, 3], rows: [{ from: 0, to: 2 }], bits: Float32Array.of(4, -1) };
    const [, map] = mapsOf(measured(3, 3, { samples: new Float32Array(9), tiles }));
    expect([...map.values]).toEqual([4, -1, -1, 4, -1, -1, NaN, NaN, NaN]);
    expect(map.note).toBe('mean 1.50, 0.3333 bits/dim');
  });

  it('shrinks to the means of squares, of the values that there are', () => {
    const map = mapOf(3, [1, 3, 10, 5, NaN, 20, 7, 9, NaN]);
    expect(shrunk(map, 3)).toBe(map);
    const small = shrunk(map, 2);
    expect(small).toMatchObject({ width: 2, height: 2, note: map.note });
    expect([...small.values]).toEqual([3, 15, 8, NaN]);
  });
});

describe('colours', () => {
  it('go from 0 to a round number that nearly all values are below', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => (index === 77 ? 60 : (9.7 * index) / 10_000));
    expect(rangeOf(mapOf(100, values))).toEqual({
      ...{ low: 0, high: 10, ticks: [0, 2, 4, 6, 8, 10], isExceeded: true },
    });
    expect(rangeOf(mapOf(2, [-3, NaN]))).toMatchObject({ low: -3, isExceeded: false });
    expect(rangeOf(mapOf(1, [0]))).toMatchObject({ low: 0, high: 0.001 });
  });

  it('are those of viridis from its lowest to its highest, grey where there is no value', () => {
    const rgb = paint(mapOf(4, [0, 8, 99, NaN]), { low: 0, high: 8, ticks: [], isExceeded: true });
    expect([...rgb]).toEqual([...BOTTOM, ...TOP, ...TOP, ...NONE]);
  });
});

describe('a picture', () => {
  const pixelsOf = (png: Uint8Array) => sharp(png).raw().toBuffer({ resolveWithObject: true });

  it('has each pixel of the image as one of the map, side by side with those of others', async () => {
    const values = Array.from({ length: 300 * 200 }, (_, index) => (index === 0 ? 10 : 0));
    const map = mapOf(300, values);
    const { data, info } = await pixelsOf(await heatmapPicture([map, map]));
    expect(info).toMatchObject({ width: 16 + 2 * (300 + 12 + 56 + 16), height: 16 + 44 + 200 + 16 });
    const at = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x)).subarray(0, 3)];
    for (const left of [16, 16 + 384]) {
      expect(at(left, 60)).toEqual(TOP);
      expect(at(left + 1, 60)).toEqual(BOTTOM);
      expect(at(left + 299, 259)).toEqual(BOTTOM);
      // The bar of colours beside it.
      expect(at(left + 300 + 12 + 7, 61)[0]).toBeGreaterThan(200);
    }
    expect(at(15, 60)).toEqual([255, 255, 255]);
  });

  it('magnifies what is small', async () => {
    const { data, info } = await pixelsOf(await heatmapPicture([mapOf(1, [1])]));
    expect(info.width).toBeGreaterThan(256 + 16);
    expect([...data.subarray(3 * (info.width * 300 + 200)).subarray(0, 3)]).toEqual(TOP);
  });
});
