// Codes that are functions of images, with random weights: they cost what their prior says, and come back.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeByCodes, decodeRandomCodes } from '../../src/study/codes/coder.ts';
import { entriesOf, numbersOf } from '../../src/study/codes/codes-of.ts';
import { entriesCode } from '../../src/study/codes/entries.ts';
import { autoencoder, autoencoderShapes, CODES, ENTRY_SIZE } from '../../src/study/codes/model.ts';
import { codesPreset } from '../../src/study/codes/preset.ts';
import { Quantiser } from '../../src/study/codes/quantiser.ts';
import { digitsBatch } from '../../src/study/digits/data.ts';
import { PIXELS } from '../../src/study/digits/model.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';
import { toTensors } from '../../src/train/tensorflow/parameters.ts';

const random = new Random(1);
const images = Array.from({ length: 20 }, () =>
  Uint8Array.from({ length: PIXELS }, (_, i) => (random.uniform() < (i % 28 < 14 ? 0.1 : 0.4) ? 1 : 0)),
);
const ENTRIES = 8;
const presetOf = (entries: number, flipped = 0) => codesPreset({ entries, flipped });
const initial = async (entries: number) => (await presetOf(entries)).initialParameters(new Random(2));

beforeAll(() => useBackend('wasm'));

describe('a discrete code', () => {
  const model = autoencoder(ENTRIES);
  const { decoder, prior } = model;
  const coded = async () => {
    const tensors = await initial(ENTRIES);
    if (!prior) throw new Error('no prior');
    const code = (engine: Parameters<typeof entriesCode>[0]) => entriesCode(engine, prior, tensors);
    return { decoder, tensors, shapes: autoencoderShapes(model), code };
  };

  it('costs on disk what training says', async () => {
    const tensors = await initial(ENTRIES);
    const codes = entriesOf(model, tensors, images);
    const disk = codeByCodes(await coded(), images, codes);
    const { loss } = await presetOf(ENTRIES);
    const bits = tf.tidy(() => {
      const terms = loss(toTensors(tensors), toTensors(digitsBatch(images, 0)), { klWeight: 1, random });
      return [terms.kl, terms.likelihood].map((term) => term.dataSync()[0] * images.length * PIXELS);
    });
    expect(Math.abs(disk.codes / bits[0] - 1)).toBeLessThan(1e-3);
    expect(Math.abs(disk.pixels / bits[1] - 1)).toBeLessThan(1e-3);
    expect(disk.net).toBeCloseTo(disk.codes + disk.pixels, 6);
    expect(disk.file - disk.net).toBeLessThanOrEqual(64);
  });

  it('is the nearest entries', async () => {
    const tensors = await initial(ENTRIES);
    const { data } = tensors.codebook;
    const [numbers] = numbersOf(model, tensors, images);
    const [code] = entriesOf(model, tensors, images);
    const distance = (place: number, entry: number) =>
      Array.from(
        { length: ENTRY_SIZE },
        (_, i) => data[entry * ENTRY_SIZE + i] - numbers[place * ENTRY_SIZE + i],
      )
        .map((difference) => difference ** 2)
        .reduce((a, b) => a + b);
    for (let place = 0; place < CODES; place++)
      for (let entry = 0; entry < ENTRIES; entry++)
        expect(distance(place, code[place])).toBeLessThanOrEqual(distance(place, entry) + 1e-5);
  });

  it('is drawn out of random bits', async () => {
    const drawn = decodeRandomCodes(await coded(), 3, new Random(3));
    expect(drawn.map(({ length }) => length)).toEqual([PIXELS, PIXELS, PIXELS]);
    expect(drawn[0]).not.toEqual(drawn[1]);
  });

  it('is trained straight through, and by its prior not at all', async () => {
    const { loss } = await presetOf(ENTRIES);
    const tensors = await initial(ENTRIES);
    const names = Object.keys(tensors);
    const gradients = (part: 'loss' | 'kl') => {
      const gradient = tf.grads((...values: tf.Tensor[]) => {
        const parameters = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        const terms = loss(parameters, batch, { klWeight: 1, random });
        // Every parameter takes part, so that those without a gradient have one of zeros.
        return tf.addN([terms[part], ...values.map((value) => tf.mul(tf.sum(value), 0))]) as tf.Scalar;
      });
      const batch = toTensors(digitsBatch(images, 0));
      const sizes = gradient(names.map((name) => toTensors(tensors)[name])).map(
        (g) => tf.sum(tf.abs(g)).dataSync()[0],
      );
      return Object.fromEntries(names.map((name, i) => [name, sizes[i]]));
    };
    const all = gradients('loss');
    for (const name of names) expect(all[name], name).toBeGreaterThan(0);
    const ofPrior = gradients('kl');
    for (const name of names)
      if (name.startsWith('prior.')) expect(ofPrior[name], name).toBeGreaterThan(0);
      else expect(ofPrior[name], name).toBe(0);
  });
});

describe('numbers in bins', () => {
  const fitted = Array.from({ length: 500 }, () => random.normals(4).map((x, i) => (i + 1) * x + i));

  it('stand for what they are, the finer the nearer', () => {
    const errors = [2, 4, 8].map((bits) => {
      const quantiser = new Quantiser(bits, fitted);
      const back = fitted.map((row) => quantiser.numbers(quantiser.codeOf(row)));
      return Math.max(
        ...back.flatMap((row, i) => [...row].map((value, j) => Math.abs(value - fitted[i][j]))),
      );
    });
    expect(errors[1]).toBeLessThan(errors[0]);
    // Half a bin of the widest place: 8 deviations of about 4, over 256 bins.
    expect(errors[2]).toBeLessThan(0.08);
  });

  it('cost less than b bits each, and come back with their images', async () => {
    const model = autoencoder(0);
    const tensors = await initial(0);
    const numbers = numbersOf(model, tensors, images);
    const quantiser = new Quantiser(3, numbers);
    const codes = numbers.map((row) => quantiser.codeOf(row));
    const shapes = autoencoderShapes(model);
    const disk = codeByCodes(
      { decoder: model.decoder, tensors, shapes, code: () => quantiser },
      images,
      codes,
    );
    expect(disk.codes / images.length).toBeLessThan(3 * CODES);
    expect(disk.codes / images.length).toBeGreaterThan(CODES);
    expect(() =>
      codeByCodes({ decoder: model.decoder, tensors, shapes, code: () => quantiser }, images, [
        ...codes.slice(1),
        new Uint16Array(CODES).fill(9),
      ]),
    ).toThrow(/is not an integer/);
  });
});

it('denoising sees flipped pixels, and is asked for the image', async () => {
  const tensors = toTensors(await initial(0));
  const batch = toTensors(digitsBatch(images, 0));
  const likelihood = async (flipped: number) =>
    (await presetOf(0, flipped))
      .loss(tensors, batch, { klWeight: 1, random: new Random(4) })
      .likelihood.dataSync()[0];
  expect(await likelihood(0.5)).not.toBe(await likelihood(0));
  expect(await likelihood(0)).toBe(await likelihood(0));
});
