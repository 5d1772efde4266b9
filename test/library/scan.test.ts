// The scan that the library chooses: the one by which a scout takes fewest bytes of the image's middle.

import { expect, it } from 'vitest';
import type { Model, Scan } from '../../codec/model/model.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { turn } from '../../codec/planes/transforms/scan.ts';
import { readContainer } from '../../container/container.ts';
import { compress, decompress } from '../../library/index.ts';
import { findScan } from '../../library/scan.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { BareModel } from './bare-model.ts';

const OPTIONS = { threads: 1 };

/** A scout to which an image costs its first sample's value in bytes, and what it was shown. */
function scoutOf(accepts = true): { scout: Model; seen: Pixels['data'][] } {
  const seen: Pixels['data'][] = [];
  const bare = new BareModel(() => accepts);
  const scout: Model = {
    name: 'scout',
    id: bare.id,
    accepts: () => accepts,
    memory: () => 0,
    open: (shape, options) => ({
      ...bare.open(shape, options),
      encode: async (samples) => {
        seen.push(samples);
        return {
          ...{ sides: {}, groups: [new Uint8Array(samples[0])] },
          lengths: { likelihood: 0, kl: 0, net: 0, initial: 0 },
        };
      },
    }),
  };
  return { scout, seen };
}

/** Grey, all 100 but for a corner. */
function photo(width: number, height: number, corner: number, level: number): Pixels {
  const data = new Uint8Array(width * height).fill(100);
  data[corner] = level;
  return { width, height, channels: 1, bitDepth: 8, images: 1, data };
}

it.each<[Scan, number, number]>([
  [0, 0, 10],
  [1, 19, 90],
  [2, 180, 90],
  [3, 199, 90],
])('is %i where that way costs least', async (scan, corner, level) => {
  const pixels = photo(20, 10, corner, level);
  const { scout, seen } = scoutOf();
  expect(await findScan(pixels.data, pixels, scout, OPTIONS)).toBe(scan);
  expect(seen.length).toBe(4);
});

it('leaves the pixels as they are, in a buffer of Node, too', async () => {
  const data = Uint8Array.of(200, 0, 190, 200, 0, 210);
  const pixels = { width: 2, height: 1, channels: 3, bitDepth: 8, images: 1, data } as const;
  for (const samples of [data, Buffer.from(data)]) {
    expect(await findScan(samples, pixels, scoutOf().scout, OPTIONS)).toBe(4);
    expect([...samples]).toEqual([200, 0, 190, 200, 0, 210]);
  }
});

it('has blue first where that saves a thousandth', async () => {
  const colours = (red: number, blue: number) =>
    ({
      width: 1,
      height: 1,
      channels: 3,
      bitDepth: 8,
      images: 1,
      data: Uint8Array.of(red, 0, blue),
    }) as const;
  for (const [pixels, scan] of [
    [colours(200, 190), 4],
    [colours(200, 200), 0],
    [colours(190, 200), 0],
  ] as const)
    expect(await findScan(pixels.data, pixels, scoutOf().scout, OPTIONS)).toBe(scan);
});

it('is the usual one where another would save less than its table takes, and without a scout that can tell', async () => {
  const pixels = photo(20, 10, 19, 97);
  expect(await findScan(pixels.data, pixels, scoutOf().scout, OPTIONS)).toBe(0);
  const { scout, seen } = scoutOf(false);
  expect(await findScan(pixels.data, photo(20, 10, 19, 0), scout, OPTIONS)).toBe(0);
  expect(seen).toEqual([]);
});

it('is chosen by the middle of a large image', async () => {
  const pixels = photo(1000, 1000, 0, 0);
  const { scout, seen } = scoutOf();
  await findScan(pixels.data, pixels, scout, OPTIONS);
  expect(seen.map(({ length }) => length)).toEqual(new Array(4).fill(250_000));
});

it('is in the file, and so a photo and its turned self have the same groups', async () => {
  const photo = paint('photo-like', 120, 80, 3);
  const turned = { ...photo, data: photo.data.slice() as Uint8Array };
  turn(turned.data, 3 * photo.width, 3, 3);
  const [first, second] = await Promise.all(
    [photo, turned].map(async (pixels) => {
      const { file } = await compress(pixels, { effort: 7, keepModel: true });
      expect((await decompress(file)).data).toEqual(pixels.data);
      const container = readContainer(file);
      return container.kind === 'image' ? container : expect.fail();
    }),
  );
  expect((first.sides.scan?.[0] ?? 0) ^ (second.sides.scan?.[0] ?? 0)).toBe(3);
  expect(second.groups).toEqual(first.groups);
});
