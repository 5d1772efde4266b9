// Photos of one size in a chain: each comes back, nothing of one shows in the context of the next, and what was learned
// of the first ones makes those after them smaller.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../codec/model/model.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { groupsOf } from '../../../codec/planes/groups.ts';
import { runs } from '../../thorough.ts';
import { untrainedCodec as screenCodec, small as smallScreen } from '../screen/untrained.ts';
import { anyImage, paint } from './learning/images.ts';
import {
  colour,
  grey,
  groupedCodec,
  untrainedCodec as learningCodec,
  similar,
} from './learning/untrained.ts';
import { untrainedCodec as quickCodec, colour as quickColour } from './quick/untrained.ts';

const MODELS: [string, Model, 1 | 3][] = [
  ['learning', learningCodec(colour), 3],
  ['grey learning', learningCodec(grey), 1],
  ['similar', learningCodec(similar), 3],
  ['quick', quickCodec(quickColour), 3],
  ['screen', screenCodec(smallScreen), 3],
  ['learning in groups', groupedCodec(colour, 300), 3],
];

/** An image again and again, its levels another each time. */
function chainOf(pixels: Pixels, images: number): Pixels {
  const { data } = pixels;
  const all = new Uint8Array(images * data.length);
  for (let image = 0; image < images; image++)
    all.set(
      (data as Uint8Array).map((level) => level ^ (image * 37)),
      image * data.length,
    );
  return { ...pixels, images, data: all };
}

async function there(model: Model, pixels: Pixels, threads = 1) {
  return model.open(pixels, { threads }).encode(pixels.data);
}

describe.each(MODELS)('a chain by the %s model', (_name, model, channels) => {
  it('comes back, whatever its images', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage(channels, 24), fc.integer({ min: 2, max: 5 }), async (image, images) => {
        const pixels = chainOf(image, images);
        expect(model.accepts(pixels)).toBe(true);
        const { data, ...shape } = pixels;
        const { sides, groups, lengths } = await there(model, pixels);
        expect((await model.open(shape, { threads: 1 }).decode({ sides, groups })).samples).toEqual(data);
        expect(Math.abs(lengths.net - lengths.likelihood - lengths.kl)).toBeLessThan(
          Math.max(64, 0.002 * lengths.likelihood),
        );
      }),
      { numRuns: runs(12) },
    );
  });

  it('has the same bytes on any number of threads', async () => {
    const pixels = chainOf(paint('gradient', 40, 30, channels), 16);
    const [one, three] = [await there(model, pixels, 1), await there(model, pixels, 3)];
    expect(three.groups).toEqual(one.groups);
  });
});

it('costs less than its images one by one', async () => {
  const model = learningCodec(colour);
  const image = paint('gradient', 32, 32, 3);
  const bits = async (pixels: Pixels) => (await there(model, pixels)).lengths.likelihood;
  const alone = await bits(image);
  const images = 6;
  const chain = { ...image, images, data: new Uint8Array(images * image.data.length) };
  for (let index = 0; index < images; index++)
    chain.data.set(image.data as Uint8Array, index * image.data.length);
  expect(await bits(chain)).toBeLessThan(0.9 * images * alone);
});

it('is cut between images alone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 2, max: 200 }),
      fc.integer({ min: 1, max: 5000 }),
      (width, height, images, pixels) => {
        const groups = groupsOf({ width, height, images }, pixels);
        expect(groups[0].from).toBe(0);
        expect(groups.at(-1)?.to).toBe(height * images);
        for (const [index, { from, to }] of groups.entries()) {
          expect(from % height).toBe(0);
          expect(to).toBeGreaterThan(from);
          if (index > 0) expect(from).toBe(groups[index - 1].to);
        }
      },
    ),
  );
});
