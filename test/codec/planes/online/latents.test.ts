// Latents that tell where learning starts: bits back gives every image back, and costs what KL says.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../thorough.ts';
import { decode, encode } from '../../coding.ts';
import { anyImage, areSame, paint } from '../learning/images.ts';
import * as learning from '../learning/untrained.ts';
import * as quick from '../quick/untrained.ts';
import { learningCodec, quickCodec } from './untrained.ts';

const MODELS = [
  ['learning', learningCodec(learning.colour), 3],
  ['grey learning', learningCodec(learning.grey), 1],
  ['quick', quickCodec(quick.colour), 3],
  ['grey quick', quickCodec(quick.grey), 1],
] as const;

describe.each(MODELS)('the latents of a %s model', (_, codec, channels) => {
  it('give every image of every size back', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage(channels, 24), async (pixels) => {
        const { streams } = await encode(codec, pixels, { threads: 1 });
        const { data, ...shape } = pixels;
        expect(areSame(await decode(codec, streams, shape, { threads: 1 }), pixels)).toBe(true);
      }),
      { numRuns: runs(15) },
    );
  });

  it.each([
    [1, 1],
    [2, 1],
    [1, 3],
    [3, 2],
    [100, 2],
    [40, 50],
  ])('give images of %i x %i back', async (width, height) => {
    for (const name of ['photo-like', 'noise', 'black', 'columns']) {
      const pixels = paint(name, width, height, channels);
      const { streams } = await encode(codec, pixels, { threads: 1 });
      const { data, ...shape } = pixels;
      expect(areSame(await decode(codec, streams, shape, { threads: 2 }), pixels)).toBe(true);
    }
  });

  it('take likelihood and KL of the message, from at most 13 seeded bits', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { lengths } = await encode(codec, paint('photo-like', 30, 20, channels, seed), { threads: 1 });
      expect(lengths.kl).not.toBe(0);
      expect(Math.abs(lengths.net - lengths.likelihood - lengths.kl)).toBeLessThan(8);
      // The message starts from one of 4096 states, and draws no word: 13 bits at most.
      const seeded = lengths.initial - 32 * channels;
      const start = ((2 ** seeded - 1) * 2 ** 32) / 0x109e3779b;
      expect(Math.abs(start - Math.round(start))).toBeLessThan(1e-6);
      expect(Math.round(start)).toBeLessThan(4096);
    }
  });

  it('end in one of the states that they may start from', async () => {
    const pixels = paint('photo-like', 30, 20, channels);
    const { streams } = await encode(codec, pixels, { threads: 1 });
    const { data, ...shape } = pixels;
    const [first, ...others] = streams;
    // The bottom word of the stack, of bits that are popped last.
    first[first.length - 4] ^= 1;
    await expect(decode(codec, [first, ...others], shape, { threads: 1 })).rejects.toThrow('does not end');
  });
});

it('as many threads as there are write the same', async () => {
  const codec = learningCodec(learning.colour);
  const pixels = paint('photo-like', 130, 128, 3);
  const one = await encode(codec, pixels, { threads: 1 });
  expect(await encode(codec, pixels, { threads: 3 })).toEqual(one);
});

it('where learning starts decides what it arrives at', async () => {
  const pixels = paint('photo-like', 64, 48, 3);
  const likelihoods = await Promise.all(
    [0, 0.05].map(async (reach) => {
      const { lengths } = await encode(quickCodec(quick.colour, { reach }), pixels, { threads: 1 });
      return lengths.likelihood;
    }),
  );
  const without = await encode(quick.untrainedCodec(quick.colour), pixels, { threads: 1 });
  expect(likelihoods[0]).toBe(without.lengths.likelihood);
  expect(likelihoods[1]).not.toBe(without.lengths.likelihood);
});
