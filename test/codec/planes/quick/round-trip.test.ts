// Whatever the image, the weights and the number of threads: what is coded comes back, and costs what it says.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../../codec/model/model.ts';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { runs } from '../../../thorough.ts';
import { anyImage, areSame, paint, painterNames } from '../learning/images.ts';
import { colour, grey, untrainedCodec, wide } from './untrained.ts';

/** Codes there and back; returns the likelihood in bits. */
async function expectRoundTrip(model: Model, pixels: Pixels, threads = 1): Promise<number> {
  const session = model.open(pixels, { threads });
  const encoded = await session.encode(pixels.data);
  const data = (await session.decode(encoded)).samples as Uint8Array;
  expect(areSame({ ...pixels, data }, pixels)).toBe(true);
  const { likelihood, net } = encoded.lengths;
  expect(likelihood).toBeGreaterThan(0);
  expect(Math.abs(net - likelihood)).toBeLessThan(Math.max(64, 0.001 * likelihood));
  expect(likelihood).toBeLessThan(20.01 * data.length);
  return likelihood;
}

describe.each<[string, Model, 1 | 3]>([
  ['grey', untrainedCodec(grey), 1],
  ['colour', untrainedCodec(colour), 3],
  ['wide', untrainedCodec(wide), 3],
])('the %s model', (_name, model, channels) => {
  it('gives every image of every size back', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage(channels, 40), async (pixels) => {
        await expectRoundTrip(model, pixels);
      }),
      { numRuns: runs(15) },
    );
  });

  it.each([
    [1, 1],
    [2, 1],
    [1, 200],
    [200, 1],
    [64, 3],
    [65, 5],
    [129, 9],
  ])('gives images of %i x %i back', async (width, height) => {
    for (const name of ['noise', 'photo-like', 'rare flips'])
      await expectRoundTrip(model, paint(name, width, height, channels));
  });

  // Samples that are all but impossible leave few positions to share out among the levels.
  it('tells what a checkerboard costs on disk', async () => {
    const data = Uint8Array.from({ length: 18 * 27 * channels }, (_, i) => {
      const pixel = Math.floor(i / channels);
      return (((pixel % 18) + Math.floor(pixel / 18)) & 1) * 255;
    });
    await expectRoundTrip(model, { ...paint('constant', 18, 27, channels), data });
  });

  it('spends no more on noise than noise is worth, and learns what repeats itself', async () => {
    for (const name of ['noise', 'constant', 'gradient']) {
      const bits = await expectRoundTrip(model, paint(name, 128, 96, channels));
      expect(bits / (128 * 96 * channels)).toBeLessThan(name === 'noise' ? 8.8 : 1);
    }
  });

  it('writes the same bytes with any number of threads', async () => {
    const pixels = paint('photo-like', 300, 220, channels);
    const encode = (threads: number) => model.open(pixels, { threads }).encode(pixels.data);
    const one = await encode(1);
    for (const threads of [2, 3]) {
      expect(await encode(threads)).toEqual(one);
      expect((await model.open(pixels, { threads }).decode(one)).samples).toEqual(pixels.data);
    }
  });
});

describe('weights that no training gives', () => {
  it.each([
    ['parameters of 0', { gain: 0, preconditioner: 0 }],
    ['huge parameters', { gain: 1e5, preconditioner: 10 }],
    ['a huge preconditioner', { preconditioner: 1e6 }],
    ['a negative preconditioner', { preconditioner: -100 }],
  ])('give images back: %s', async (_what, size) => {
    for (const architecture of [colour, grey]) {
      const model = untrainedCodec({ ...architecture, rate: 1 }, size);
      for (const name of painterNames) {
        const pixels = paint(name, 30, 22, architecture.planes);
        const session = model.open(pixels, { threads: 1 });
        const encoded = await session.encode(pixels.data);
        expect((await session.decode(encoded)).samples).toEqual(pixels.data);
        expect(Number.isFinite(encoded.lengths.likelihood)).toBe(true);
      }
    }
  });
});
