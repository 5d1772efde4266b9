import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMAT, type Sizes } from '../../../codec/binary/architecture.ts';
import { binaryFamily } from '../../../codec/binary/family.ts';
import { VaezipError } from '../../../codec/error.ts';
import type { Model } from '../../../codec/model/model.ts';
import { type NamedArrays, writeSafetensors } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { SHIPPED } from '../../../models/catalogue.ts';
import { decode, encode, modelOf } from '../coding.ts';
import { hasMnist, pixelsOf, strokes } from '../digits/images.ts';
import { randomNumbers } from '../kernel/fixture.ts';
import { binaryDigits, binaryStrokes, CONTEXT, FACTORISED, untrained } from './images.ts';

const OPTIONS = { threads: 1 };

function modelWith(tensors: NamedArrays): Model {
  return modelOf(binaryFamily, 'untrained', writeSafetensors({ tensors, metadata: { format: FORMAT } }));
}

const modelOfSizes = (sizes: Sizes, factor = 1) => modelWith(untrained(sizes, factor));
const factorised = modelOfSizes(FACTORISED);
const context = modelOfSizes(CONTEXT);

async function expectRoundTrip(codec: Model, pixels: Pixels) {
  const { streams, lengths } = await encode(codec, pixels, OPTIONS);
  const { data, ...shape } = pixels;
  expect(await decode(codec, streams, shape, OPTIONS)).toEqual(pixels);
  expect(8 * streams[0].length).toBeGreaterThanOrEqual(lengths.net);
  expect(8 * streams[0].length).toBeLessThan(lengths.net + lengths.initial + 64);
  return lengths;
}

const noise = (images: number) =>
  pixelsOf(Uint8Array.from({ length: images * 784 }, (_, i) => (((i * i * 31) >> 3) & 1 ? 255 : 0)));

describe('binary images', () => {
  it.each([
    ['strokes', binaryStrokes(5, 1)],
    ['black', pixelsOf(new Uint8Array(2 * 784))],
    ['white', pixelsOf(new Uint8Array(784).fill(255))],
    ['noise', noise(2)],
  ])('come back: %s', async (_what, pixels) => {
    for (const codec of [factorised, context]) await expectRoundTrip(codec, pixels);
  });

  it('come back: any image', async () => {
    const image = fc.array(fc.constantFrom(0, 255), { minLength: 784, maxLength: 784, size: 'max' });
    await fc.assert(
      fc.asyncProperty(image, (samples) =>
        expectRoundTrip(context, pixelsOf(Uint8Array.from(samples))).then(() => {}),
      ),
      { numRuns: 20 },
    );
  });

  it.each([30, 1e4])('come back with weights %f times as large', async (factor) => {
    for (const sizes of [FACTORISED, CONTEXT])
      await expectRoundTrip(modelOfSizes(sizes, factor), binaryStrokes(2, 2));
  });

  it.each([
    [
      'the fewest',
      { latents: 2, neighbours: 1, features: 4, hidden: 4, window: 4, windowHidden: 4, windowCode: 4 },
    ],
    [
      'many',
      { latents: 40, neighbours: 10, features: 16, hidden: 32, window: 12, windowHidden: 16, windowCode: 12 },
    ],
  ])('come back from models of other sizes: %s', async (_what, sizes) => {
    await expectRoundTrip(modelOfSizes(sizes), binaryStrokes(3, 3));
  });

  it('cost on disk what -ELBO says', async () => {
    const { net, likelihood, kl } = await expectRoundTrip(factorised, binaryStrokes(60, 4));
    expect(Math.abs(net / (likelihood + kl) - 1)).toBeLessThan(0.001);
  });

  it('need initial bits once, for the first image alone', async () => {
    const one = await encode(factorised, binaryStrokes(1, 5), OPTIONS);
    const many = await encode(factorised, binaryStrokes(40, 5), OPTIONS);
    expect(many.lengths.initial).toBeLessThan(one.lengths.initial + 64);
    expect(one.lengths.initial).toBeLessThan(300);
  });

  it('are always the same bytes', async () => {
    const { streams } = await encode(context, binaryStrokes(3, 6), OPTIONS);
    expect((await encode(context, binaryStrokes(3, 6), { threads: 2 })).streams).toEqual(streams);
  });

  it.skipIf(!hasMnist)('of MNIST cost what -ELBO says, by each model that ships', async () => {
    const pixels = await binaryDigits(300);
    for (const { name, weights } of SHIPPED.filter(({ training }) => training.sizes)) {
      const codec = modelOf(binaryFamily, name, await readFile(weights()));
      const { net, likelihood, kl } = await expectRoundTrip(codec, pixels);
      expect(net / pixels.data.length).toBeLessThan(0.18);
      expect(Math.abs(net / (likelihood + kl) - 1)).toBeLessThan(0.001);
      expect((kl * Math.LN2) / pixels.images).toBeGreaterThan(10);
    }
  });

  it('are what the family is for, among those of 28x28', () => {
    const { data, ...shape } = binaryStrokes(2, 1);
    expect(binaryFamily.score(shape, { data, ...shape })).toBe(1);
    expect(binaryFamily.score(shape, strokes(2, 1))).toBe(0);
    expect(binaryFamily.score(shape)).toBe(0);
    expect(binaryFamily.score({ ...shape, width: 27 }, { data, ...shape })).toBe(0);
  });

  it('have no greys: others are refused, in words that say so', async () => {
    await expect(encode(context, strokes(2, 1), OPTIONS)).rejects.toThrow(
      /^there is a sample of \d+: such a model codes images of 0 and 255 alone$/,
    );
  });

  it('refuse weights of sizes that no model has', () => {
    const tensors = untrained(FACTORISED);
    const { 'decoder.hidden.weight': _, ...rest } = tensors;
    expect(() => modelWith(rest)).toThrow('no model of such sizes');
    const odd = { shape: [7, 12], data: new Float32Array(84) };
    expect(() => modelWith({ ...tensors, 'decoder.hidden.weight': odd })).toThrow('no model of such sizes');
    expect(() => modelWith({ ...tensors, 'decoder.cell.bias': odd })).toThrow('decoder.cell.bias');
  });

  it('refuse more images than bytes can hold, before taking memory for them', async () => {
    const { streams } = await encode(factorised, binaryStrokes(2, 7), OPTIONS);
    const shape = { ...binaryStrokes(1, 7), images: 2 ** 20 };
    await expect(decode(factorised, streams, shape, OPTIONS)).rejects.toThrow('cannot hold');
  });

  it('refuse a stream that grows while it is read, rather than read on for ever', async () => {
    // What such a model samples is unlikely by its posterior, so that pushing it back takes more than it gave.
    const shape = { ...binaryStrokes(1, 7), images: 30_000 };
    const random = randomNumbers(1);
    const stream = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256)).fill(1, 7, 8);
    await expect(decode(modelOfSizes(CONTEXT, 10), [stream], shape, OPTIONS)).rejects.toThrow('grows');
  });

  it('refuse streams that are damaged', async () => {
    const { data, ...shape } = binaryStrokes(2, 7);
    const { streams } = await encode(context, { data, ...shape }, OPTIONS);
    const decodeAs = (...damaged: Uint8Array[]) => decode(context, damaged, shape, OPTIONS);
    await expect(decodeAs()).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0], streams[0])).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0].subarray(0, 5))).rejects.toThrow(VaezipError);
    await expect(decodeAs(streams[0].subarray(0, streams[0].length - 4))).rejects.toThrow(VaezipError);
    await expect(decode(context, streams, { ...shape, images: 3 }, OPTIONS)).rejects.toThrow(VaezipError);
  });
});
