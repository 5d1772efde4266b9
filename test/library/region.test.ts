// Parts of images: what `decompress` gives, cut out, by the groups that they lie in alone.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { type ImageContainer, readContainer } from '../../container/container.ts';
import {
  compress,
  decodeRegion,
  decompress,
  memoryNeeded,
  type Region,
  reasonOf,
  salvage,
  store,
} from '../../library/index.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { colour, groupedCodec } from '../codec/planes/learning/untrained.ts';
import { squares } from '../golden/cases.ts';
import { runs } from '../thorough.ts';
import { BareModel } from './bare-model.ts';

const [WIDTH, HEIGHT] = [40, 60];
/** Groups of 12 rows. */
const model = groupedCodec({ ...colour, hidden: [16, 16] }, 480);
const photo = paint('photo-like', WIDTH, HEIGHT, 3);
/** With alpha, and with gaps in its histogram, which a table tells of. */
const withAlpha: Pixels = {
  ...photo,
  channels: 4,
  data: Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, (_, index) =>
    index % 4 === 3 ? (index >> 2) % 251 : photo.data[3 * (index >> 2) + (index % 4)] & 0xfc,
  ),
};
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });
const badArgument = expect.objectContaining({ name: 'VaezipError', code: 'bad-argument' });

const fileOf = async (pixels: Pixels, by: typeof model | BareModel | null = model) =>
  (await compress(pixels, { model: by, keepModel: true, threads: 1 })).file;

function cut(pixels: Pixels, { x, y, width, height }: Region): Pixels {
  const { channels } = pixels;
  const samples = [...pixels.data];
  const rows = Array.from({ length: height }, (_, row) => {
    const at = ((y + row) * pixels.width + x) * channels;
    return samples.slice(at, at + width * channels);
  });
  return { ...pixels, width, height, data: Uint8Array.from(rows.flat()) };
}

/** The file with a byte of a group changed. */
function withDamage(file: Uint8Array, ...groups: number[]): Uint8Array {
  const container = readContainer(file) as ImageContainer;
  const damaged = file.slice();
  for (const group of groups) damaged[container.groups[group].byteOffset - file.byteOffset + 9] ^= 4;
  return damaged;
}

const regions = fc
  .record({ x: fc.nat(WIDTH - 1), y: fc.nat(HEIGHT - 1), right: fc.nat(), bottom: fc.nat() })
  .map(({ x, y, right, bottom }) => ({
    ...{ x, y, width: 1 + (right % (WIDTH - x)), height: 1 + (bottom % (HEIGHT - y)) },
  }));

describe('a region', () => {
  it.each([photo, withAlpha])('is that of the whole image', async (pixels) => {
    const file = await fileOf(pixels);
    expect((readContainer(file) as ImageContainer).groups.length).toBe(5);
    expect(await decompress(file, { model })).toEqual(pixels);
    await fc.assert(
      fc.asyncProperty(regions, async (region) => {
        expect(await decodeRegion(file, region, { model, threads: 1 })).toEqual(cut(pixels, region));
      }),
      { numRuns: runs(16) },
    );
  });

  it('is that of images of one group, and of other models', async () => {
    const region = { x: 2, y: 1, width: 5, height: 4 };
    const small = paint('photo-like', 12, 9, 3);
    for (const by of [model, new BareModel(), null])
      expect(await decodeRegion(await fileOf(small, by), region, { model: by })).toEqual(cut(small, region));
  });

  it('does not mind damage elsewhere', async () => {
    const file = await fileOf(photo);
    const damaged = withDamage(file, 0, 3).fill(0, -1);
    const region = { x: 3, y: 12, width: 30, height: 24 };
    expect(await decodeRegion(damaged, region, { model })).toEqual(cut(photo, region));
    const rows = { ...region, height: 25 };
    await expect(decodeRegion(damaged, rows, { model })).rejects.toThrow('damaged, in the group 3');
    const head = file.slice();
    head[8] ^= 1;
    await expect(decodeRegion(head, region, { model })).rejects.toEqual(badFile);
  });

  it('decodes no other group', async () => {
    const file = await fileOf(photo);
    const decoded: number[] = [];
    const watching: typeof model = {
      ...model,
      open: (shape, options) => {
        const session = model.open(shape, options);
        const decodeRows: typeof session.decodeRows = (coded, rows) => {
          decoded.push(coded.groups.filter(Boolean).length);
          return session.decodeRows?.(coded, rows) ?? Promise.reject();
        };
        return { encode: Promise.reject, decode: Promise.reject, decodeRows };
      },
    };
    const region = { x: 0, y: 30, width: 1, height: 1 };
    expect(await decodeRegion(file, region, { model: watching })).toEqual(cut(photo, region));
    expect(decoded).toEqual([1]);
  });

  it('is had from a Blob', async () => {
    const region = { x: 3, y: 12, width: 30, height: 24 };
    const file = new Blob([(await fileOf(photo)).slice()]);
    expect(await decodeRegion(file, region, { model })).toEqual(cut(photo, region));
  });

  it('counts the groups that it lies in for the limits', async () => {
    const file = await fileOf(photo);
    const region = { x: 3, y: 12, width: 30, height: 13 };
    const limitPixels = 2 * 12 * WIDTH;
    expect(await decodeRegion(file, region, { model, limitPixels })).toEqual(cut(photo, region));
    const less = decodeRegion(file, region, { model, limitPixels: limitPixels - 1 });
    await expect(less).rejects.toThrow(`40 x 24 are ${limitPixels} pixels, more than the limit`);
    const { groups } = readContainer(file) as ImageContainer;
    const bytes = groups[1].length + groups[2].length;
    const limitMemory = memoryNeeded(photo, model, 'decode', bytes, 24) + 3 * 30 * 13;
    const all = memoryNeeded(photo, model, 'decode', file.length);
    expect(limitMemory).toBeLessThan(all - 3 * 30 * WIDTH);
    expect(await decodeRegion(file, region, { model, limitMemory })).toEqual(cut(photo, region));
    await expect(decodeRegion(file, region, { model, limitMemory: limitMemory - 1 })).rejects.toEqual(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it('is refused where it is none', async () => {
    const file = await fileOf(photo);
    for (const [x, y, width, height] of [
      [0, 0, 0, 1],
      [0, 0, 1, 0],
      [-1, 0, 2, 2],
      [0, 0, WIDTH + 1, 1],
      [0, 59, 1, 2],
      [0.5, 0, 1, 1],
      [0, Number.NaN, 1, 1],
    ])
      await expect(decodeRegion(file, { x, y, width, height }, { model })).rejects.toThrow(
        'is not within the image of 40 x 60 pixels',
      );
    const region = { x: 0, y: 0, width: 1, height: 1 };
    const several = await fileOf(squares(2), new BareModel());
    await expect(decodeRegion(several, region, { model: new BareModel() })).rejects.toEqual(badArgument);
    const kept = store({ bytes: new Uint8Array(50) }, photo, reasonOf('few-colours')).file;
    await expect(decodeRegion(kept, region)).rejects.toEqual(badArgument);
  });
});

it('a photo of several groups is salvaged but for those that are damaged', async () => {
  for (const pixels of [photo, withAlpha]) {
    const damaged = withDamage(await fileOf(pixels), 1, 2, 4);
    const had = await salvage(damaged, { model, threads: 2 });
    if (had.kind !== 'image') throw new Error('no image');
    expect(had.lost).toEqual([
      { from: 12, to: 36 },
      { from: 48, to: 60 },
    ]);
    for (const part of [
      { x: 0, y: 0, width: WIDTH, height: 12 },
      { x: 0, y: 36, width: WIDTH, height: 12 },
    ])
      expect(cut(had.pixels, part)).toEqual(cut(pixels, part));
    expect(had.pixels.data[12 * WIDTH * pixels.channels]).toBe(128);
  }
});
