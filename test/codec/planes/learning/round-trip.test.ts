// No image makes the adaptive model diverge: whatever its weights, what it codes comes back, and costs what it says.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../../codec/model/model.ts';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { runs } from '../../../thorough.ts';
import { decode, encode } from '../../coding.ts';
import { anyImage, areSame, paint, painterNames } from './images.ts';
import { colour, grey, similar, similarGrey, uneven, untrainedCodec } from './untrained.ts';

/** Models, and sides of their largest images: those with a predictor from similar contexts take several times as long. */
const MODELS: [string, Model, 1 | 3, number][] = [
  ['grey', untrainedCodec(grey), 1, 60],
  ['colour', untrainedCodec(colour), 3, 60],
  ['grey similar', untrainedCodec(similarGrey), 1, 40],
  ['similar', untrainedCodec(similar), 3, 34],
];

/** Codes there and back; returns the likelihood in bits. */
async function expectRoundTrip(codec: Model, pixels: Pixels): Promise<number> {
  const { streams, lengths } = await encode(codec, pixels, { threads: 1 });
  const { data, ...shape } = pixels;
  const back = await decode(codec, streams, shape, { threads: 1 });
  expect(areSame(back, pixels)).toBe(true);
  const { likelihood, net } = lengths;
  expect(Number.isFinite(likelihood)).toBe(true);
  expect(likelihood).toBeGreaterThan(0);
  expect(Math.abs(net - likelihood)).toBeLessThan(Math.max(64, 0.001 * likelihood));
  expect(8 * streams.reduce((sum, stream) => sum + stream.length, 0)).toBeLessThan(
    net + 64 * streams.length + 64,
  );
  // The rarest level costs 20 bits.
  expect(likelihood).toBeLessThan(20.01 * data.length);
  return likelihood;
}

describe.each(MODELS)('the %s model', (_name, codec, channels, largest) => {
  it('gives every image of every size back', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage(channels, largest), async (pixels) => {
        await expectRoundTrip(codec, pixels);
      }),
      { numRuns: runs(50) },
    );
  });

  it('gives arbitrary bytes back', async () => {
    const image = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .chain(([width, height]) => {
        const length = width * height * channels;
        return fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((data): Pixels => ({ data, width, height, channels, bitDepth: 8, images: 1 }));
      });
    await fc.assert(
      fc.asyncProperty(image, async (pixels) => {
        await expectRoundTrip(codec, pixels);
      }),
      { numRuns: runs(100) },
    );
  });

  it.each([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [1, 200],
    [200, 1],
    [3, 50],
    [2, 90],
    [64, 3],
    [63, 5],
    [65, 5],
    [128, 2],
    [129, 9],
  ])('gives images of %i x %i back', async (width, height) => {
    for (const name of painterNames) await expectRoundTrip(codec, paint(name, width, height, channels));
  });

  it('spends no more on noise than noise is worth, once it has begun', async () => {
    for (const name of ['noise', 'saturated noise', 'blocks']) {
      const pixels = paint(name, 128, 128, channels);
      const start = { ...pixels, height: 32, data: pixels.data.subarray(0, 32 * 128 * channels) };
      const bits = (await expectRoundTrip(codec, pixels)) - (await expectRoundTrip(codec, start));
      expect(bits / (96 * 128 * channels)).toBeLessThan(8.7);
    }
  });

  it('learns what repeats itself', async () => {
    const side = 1.5 * largest;
    for (const name of ['constant', 'black', 'white', 'columns', 'rows', 'gradient']) {
      const bits = await expectRoundTrip(codec, paint(name, side, side, channels));
      expect(bits / (side * side * channels)).toBeLessThan(1);
    }
  });
});

it('gives images back with sizes that differ from plane to plane', async () => {
  const codec = untrainedCodec(uneven);
  await fc.assert(
    fc.asyncProperty(anyImage(3, 50), async (pixels) => {
      await expectRoundTrip(codec, pixels);
    }),
    { numRuns: 30 },
  );
});
