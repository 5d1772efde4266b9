import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsFamily } from '../../../codec/digits/family.ts';
import { VaezipError } from '../../../codec/error.ts';
import type { Model } from '../../../codec/model/model.ts';
import { type NamedArrays, writeSafetensors } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { Random } from '../../../src/train/run/random.ts';
import { digits } from '../../../src/train/tensorflow/digits/preset.ts';
import { decode, encode, modelOf } from '../coding.ts';
import { randomNumbers } from '../kernel/fixture.ts';
import { hasMnist, pixelsOf, rings, strokes, testDigits } from './images.ts';

/** SHA-256 of the stream of rings(3) with the shipped weights: changes only when they do. */
const GOLDEN = '5a933392d283bbece42e12f4e47b82c5d5f8719d7a018fed202d8ee1eca76157';
const OPTIONS = { threads: 1 };
const shipped = modelOf(digitsFamily, 'digits', await readFile('models/digits.safetensors'));

/** A codec with the weights that training starts from, each times `factor`. */
function untrained(factor = 1): Model {
  const initial = digits.initialParameters(new Random(3));
  const tensors: NamedArrays = Object.fromEntries(
    Object.entries(initial).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((w) => w * factor) },
    ]),
  );
  return modelOf(
    digitsFamily,
    'untrained',
    writeSafetensors({ tensors, metadata: { format: digits.format } }),
  );
}

async function expectRoundTrip(codec: Model, pixels: Pixels) {
  const { streams, lengths } = await encode(codec, pixels, OPTIONS);
  const { data, ...shape } = pixels;
  const decoded = await decode(codec, streams, shape, OPTIONS);
  expect(decoded).toEqual(pixels);
  expect(8 * streams[0].length).toBeGreaterThanOrEqual(lengths.net);
  expect(8 * streams[0].length).toBeLessThan(lengths.net + lengths.initial + 64);
  return lengths;
}

const noise = (images: number) =>
  pixelsOf(Uint8Array.from({ length: images * 784 }, (_, i) => (i * i * 31) >> 3));

describe('digits', () => {
  it.each([
    ['strokes', strokes(5, 1)],
    ['black', pixelsOf(new Uint8Array(2 * 784))],
    ['white', pixelsOf(new Uint8Array(784).fill(255))],
    ['noise', noise(2)],
  ])('come back: %s', async (_what, pixels) => {
    for (const codec of [shipped, untrained()]) await expectRoundTrip(codec, pixels);
  });

  it('come back: any image', async () => {
    const level = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 255 }));
    const image = fc.array(level, { minLength: 784, maxLength: 784, size: 'max' });
    await fc.assert(
      fc.asyncProperty(image, (levels) =>
        expectRoundTrip(shipped, pixelsOf(Uint8Array.from(levels))).then(() => {}),
      ),
      { numRuns: 20 },
    );
  });

  it.each([30, 1e4])('come back with weights %f times as large', async (factor) => {
    await expectRoundTrip(untrained(factor), strokes(2, 2));
  });

  it('cost no more on disk than -ELBO says', async () => {
    for (const pixels of [strokes(60, 4), noise(20)]) {
      const { net, likelihood, kl } = await expectRoundTrip(shipped, pixels);
      expect(net / (likelihood + kl)).toBeLessThan(1.003);
    }
  });

  it('need initial bits once, for the first image’s z1 alone', async () => {
    const one = await encode(shipped, strokes(1, 5), OPTIONS);
    const many = await encode(shipped, strokes(40, 5), OPTIONS);
    expect(many.lengths.initial).toBeLessThan(one.lengths.initial + 128);
    expect(one.lengths.initial).toBeLessThan(600);
  });

  it('are always the same bytes', async () => {
    const { streams } = await encode(shipped, rings(3), OPTIONS);
    expect(createHash('sha256').update(streams[0]).digest('hex')).toBe(GOLDEN);
    expect((await encode(shipped, rings(3), { threads: 2 })).streams).toEqual(streams);
  });

  it.skipIf(!hasMnist)('of MNIST cost at most 1.25 bits/dim, within 0.1 %% of -ELBO', async () => {
    const pixels = await testDigits(500);
    const { net, likelihood, kl } = await expectRoundTrip(shipped, pixels);
    expect(net / pixels.data.length).toBeLessThan(1.25);
    expect(Math.abs(net / (likelihood + kl) - 1)).toBeLessThan(0.001);
    expect(kl / (likelihood + kl)).toBeGreaterThan(0.01);
  });

  it('accept 28x28 grey images of 8 bits alone', () => {
    const { data, ...shape } = strokes(2, 1);
    expect(data.length).toBe(2 * 784);
    expect(shipped.accepts(shape)).toBe(true);
    expect(shipped.accepts({ ...shape, width: 29 })).toBe(false);
    expect(shipped.accepts({ ...shape, height: 27 })).toBe(false);
    expect(shipped.accepts({ ...shape, channels: 3 })).toBe(false);
    expect(shipped.accepts({ ...shape, bitDepth: 16 })).toBe(false);
  });

  it('refuse more images than bytes can hold, before taking memory for them', async () => {
    const { streams } = await encode(shipped, strokes(2, 7), OPTIONS);
    const shape = { ...strokes(1, 7), images: 2 ** 20 };
    await expect(decode(shipped, streams, shape, OPTIONS)).rejects.toThrow('cannot hold');
  });

  it('refuse a stream that grows while it is read, rather than read on for ever', async () => {
    // What such a model samples is unlikely by its posterior, so that pushing it back takes more than it gave.
    const shape = { ...strokes(1, 7), images: 30_000 };
    const random = randomNumbers(1);
    const stream = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256)).fill(1, 7, 8);
    await expect(decode(untrained(10), [stream], shape, OPTIONS)).rejects.toThrow('grows');
  });

  it('come back where they cost next to nothing', async () => {
    await expectRoundTrip(shipped, pixelsOf(new Uint8Array(150 * 784)));
  });

  it('come back from sessions that run at once, and after one that failed', async () => {
    const [one, other] = [strokes(60, 8), strokes(60, 9)];
    const { data, ...shape } = one;
    const coded = await Promise.all([one, other].map((pixels) => encode(shipped, pixels, OPTIONS)));
    await expect(decode(shipped, [new Uint8Array(8)], shape, OPTIONS)).rejects.toThrow(VaezipError);
    const decoded = await Promise.all(coded.map(({ streams }) => decode(shipped, streams, shape, OPTIONS)));
    expect(decoded).toEqual([one, other]);
    expect((await encode(shipped, one, OPTIONS)).streams).toEqual(coded[0].streams);
  });

  it('refuse streams that are damaged', async () => {
    const { data, ...shape } = strokes(2, 7);
    const { streams } = await encode(shipped, { data, ...shape }, OPTIONS);
    const decodeAs = (...damaged: Uint8Array[]) => decode(shipped, damaged, shape, OPTIONS);
    await expect(decodeAs()).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0], streams[0])).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0].subarray(0, 5))).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0].subarray(0, streams[0].length - 4))).rejects.toThrow(VaezipError);
    await expect(decode(shipped, streams, { ...shape, images: 3 }, OPTIONS)).rejects.toThrow(VaezipError);
  });
});
