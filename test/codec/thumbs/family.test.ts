import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../codec/error.ts';
import type { Model } from '../../../codec/model/model.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { thumbsFamily } from '../../../codec/thumbs/family.ts';
import { decode, encode, modelOf } from '../coding.ts';
import { randomNumbers } from '../kernel/fixture.ts';
import { painterNames } from '../planes/learning/images.ts';
import { hasSheet, ofSheet, painted, untrained } from './images.ts';

const OPTIONS = { threads: 1 };
const model = untrained();
const shipped = modelOf(thumbsFamily, 'thumbs', await readFile('models/thumbs.safetensors'));

async function expectRoundTrip(codec: Model, pixels: Pixels) {
  const { streams, lengths } = await encode(codec, pixels, OPTIONS);
  const { data, ...shape } = pixels;
  const decoded = await decode(codec, streams, shape, OPTIONS);
  expect(decoded).toEqual(pixels);
  expect(8 * streams[0].length).toBeGreaterThanOrEqual(lengths.net);
  expect(8 * streams[0].length).toBeLessThan(lengths.net + lengths.initial + 64);
  return lengths;
}

describe('thumbs', () => {
  it('come back: any chain of any size', async () => {
    const side = fc.integer({ min: 32, max: 64 });
    const chain = fc.record({
      name: fc.constantFrom(...painterNames),
      images: fc.integer({ min: 1, max: 3 }),
      width: side,
      height: side,
    });
    await fc.assert(
      fc.asyncProperty(chain, ({ name, images, width, height }) =>
        expectRoundTrip(model, painted(name, images, width, height)).then(() => {}),
      ),
      { numRuns: 20 },
    );
  });

  it.each([10, 1e4])('come back with weights %f times as large', async (factor) => {
    for (const name of ['photo-like', 'noise']) await expectRoundTrip(untrained(factor), painted(name, 2));
  });

  it('cost no more on disk than -ELBO says', async () => {
    for (const [codec, name] of [
      [model, 'photo-like'],
      [model, 'noise'],
      [shipped, 'photo-like'],
    ] as const) {
      const { net, likelihood, kl } = await expectRoundTrip(codec, painted(name, 20));
      expect(Math.abs(net / (likelihood + kl) - 1)).toBeLessThan(0.001);
    }
  });

  it.skipIf(!hasSheet)(
    'of CIFAR-10 cost at most 3.95 bits/dim, within 0.1 %% of -ELBO, z a tenth',
    async () => {
      const pixels = await ofSheet(200);
      const { net, likelihood, kl } = await expectRoundTrip(shipped, pixels);
      expect(net / pixels.data.length).toBeLessThan(3.95);
      expect(Math.abs(net / (likelihood + kl) - 1)).toBeLessThan(0.001);
      expect(kl / (likelihood + kl)).toBeGreaterThan(0.1);
    },
  );

  it('need initial bits once, for the first image’s z1 alone', async () => {
    const one = await encode(model, painted('photo-like', 1), OPTIONS);
    const many = await encode(model, painted('photo-like', 20), OPTIONS);
    expect(Math.abs(many.lengths.initial - one.lengths.initial)).toBeLessThan(600);
    expect(one.lengths.initial).toBeLessThan(12 * 1024);
  });

  it('accept RGB images of 8 bits with sides of 32 to 64 alone, any number of them', () => {
    const { data, ...shape } = painted('black', 2, 32, 64);
    expect(data.length).toBe(2 * 3 * 32 * 64);
    expect(model.accepts(shape)).toBe(true);
    expect(model.accepts({ ...shape, images: 1 })).toBe(true);
    expect(model.accepts({ ...shape, width: 31 })).toBe(false);
    expect(model.accepts({ ...shape, height: 65 })).toBe(false);
    expect(model.accepts({ ...shape, channels: 1 })).toBe(false);
    expect(model.accepts({ ...shape, bitDepth: 16 })).toBe(false);
  });

  it('refuse more images than bytes can hold, before taking memory for them', async () => {
    const { streams } = await encode(model, painted('photo-like', 2), OPTIONS);
    const { data: _, ...shape } = painted('photo-like', 1);
    await expect(decode(model, streams, { ...shape, images: 2 ** 20 }, OPTIONS)).rejects.toThrow(
      'cannot hold',
    );
  });

  it('refuse a stream that grows while it is read, rather than read on for ever', async () => {
    const { data: _, ...shape } = { ...painted('black', 1), images: 5000 };
    const random = randomNumbers(1);
    const stream = Uint8Array.from({ length: 4000 }, () => Math.floor(random() * 256)).fill(1, 7, 8);
    await expect(decode(untrained(10), [stream], shape, OPTIONS)).rejects.toThrow(VaezipError);
  });

  it('refuse streams that are damaged', async () => {
    const { data, ...shape } = painted('photo-like', 2);
    const { streams } = await encode(model, { data, ...shape }, OPTIONS);
    const decodeAs = (...damaged: Uint8Array[]) => decode(model, damaged, shape, OPTIONS);
    await expect(decodeAs()).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0], streams[0])).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0].subarray(0, 5))).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0].subarray(0, streams[0].length - 4))).rejects.toThrow(VaezipError);
    await expect(decode(model, streams, { ...shape, images: 3 }, OPTIONS)).rejects.toThrow(VaezipError);
  });

  it('refuse a stream with any byte changed: the latents that it gives back betray it', async () => {
    const { data, ...shape } = painted('photo-like', 1);
    const { streams } = await encode(model, { data, ...shape }, OPTIONS);
    const random = randomNumbers(2);
    for (let i = 0; i < 12; i++) {
      const damaged = streams[0].slice();
      damaged[8 + Math.floor(random() * (damaged.length - 8))] ^= 1 << Math.floor(random() * 8);
      await expect(decode(model, [damaged], shape, OPTIONS)).rejects.toThrow(VaezipError);
    }
  });
});
