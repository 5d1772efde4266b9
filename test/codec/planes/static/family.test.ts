import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../../codec/error.ts';
import { staticFamily } from '../../../../codec/planes/static/family.ts';
import { decode, encode, modelOf } from '../../coding.ts';
import { anyImage, paint, painterNames } from './images.ts';
import { untrainedPhoto } from './untrained.ts';

const model = modelOf(staticFamily, 'untrained', untrainedPhoto());

describe('the photo codec', () => {
  it('gives every image of every size back', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage(90), async (pixels) => {
        const { streams, lengths } = await encode(model, pixels, { threads: 1 });
        expect(Number.isFinite(lengths.likelihood + lengths.kl)).toBe(true);
        const back = await decode(model, streams, pixels, { threads: 1 });
        expect(back.data).toEqual(pixels.data);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [1, 1],
    [1, 300],
    [300, 1],
    [15, 40],
    [16, 23],
    [16, 24],
    [17, 39],
    [65, 41],
  ])('gives an image of %i x %i back', async (width, height) => {
    for (const name of painterNames) {
      const pixels = paint(name, width, height);
      const { streams } = await encode(model, pixels, { threads: 1 });
      expect((await decode(model, streams, pixels, { threads: 1 })).data).toEqual(pixels.data);
    }
  });

  it('survives weights that drive everything to its limits', async () => {
    const extreme = modelOf(staticFamily, 'extreme', untrainedPhoto(1000));
    for (const name of painterNames) {
      const pixels = paint(name, 40, 50);
      const { streams, lengths } = await encode(extreme, pixels, { threads: 1 });
      expect(Number.isFinite(lengths.likelihood + lengths.kl)).toBe(true);
      expect((await decode(extreme, streams, pixels, { threads: 1 })).data).toEqual(pixels.data);
    }
  });

  it('takes no image that does not fit into memory', () => {
    const shape = { channels: 3, bitDepth: 8, images: 1 } as const;
    // Groups of rows fit, however many there are.
    expect(model.accepts({ ...shape, width: 12_000, height: 11_000 })).toBe(true);
    expect(model.accepts({ ...shape, width: 15, height: 89_000_000 })).toBe(true);
    for (const [width, height] of [
      [4_000_000, 25],
      [2 ** 27, 1],
    ]) {
      expect(model.accepts({ ...shape, width, height })).toBe(false);
    }
  });

  it('refuses a few bytes that claim to be a large photo', async () => {
    const shape = { width: 1600, height: 1600, channels: 3, bitDepth: 8, images: 1 } as const;
    const streams = [0, 1, 2].map(() => new Uint8Array(16).fill(1));
    await expect(decode(model, streams, shape, { threads: 1 })).rejects.toThrow('cannot hold');
    const large = { ...shape, width: 10_000, height: 10_000 };
    await expect(decode(model, streams, large, { threads: 1 })).rejects.toThrow('are 71, not 1');
  });

  it('is as long as its -ELBO says', async () => {
    const pixels = paint('photo-like', 300, 200);
    const { lengths } = await encode(model, pixels, { threads: 1 });
    expect(lengths.kl).toBeGreaterThan(0);
    expect(Math.abs(lengths.net / (lengths.likelihood + lengths.kl) - 1)).toBeLessThan(0.003);
  });

  it('needs no seed words for a photo that has a row of tiles', async () => {
    const { lengths } = await encode(model, paint('photo-like', 64, 24), { threads: 1 });
    expect(lengths.initial).toBe(3 * 32);
  });

  it('refuses damaged streams', async () => {
    const pixels = paint('photo-like', 40, 50);
    const { streams } = await encode(model, pixels, { threads: 1 });
    const decodeStreams = (damaged: Uint8Array[]) => decode(model, damaged, pixels, { threads: 1 });
    await expect(decodeStreams(streams.slice(1))).rejects.toThrow(VaezipError);
    await expect(decodeStreams([streams[0].subarray(4), streams[1], streams[2]])).rejects.toThrow(
      VaezipError,
    );
    await expect(decodeStreams([new Uint8Array(1 << 20).fill(1), streams[1], streams[2]])).rejects.toThrow(
      VaezipError,
    );
    const flipped = streams[2].slice();
    flipped[flipped.length - 9] ^= 1;
    await expect(decodeStreams([streams[0], streams[1], flipped])).rejects.toThrow(VaezipError);
  });
});
