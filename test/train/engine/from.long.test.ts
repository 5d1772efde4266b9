// A meta-training run that starts from weights that are there instead of random ones.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { learningFamily } from '../../../codec/planes/learning/family.ts';
import {
  type Architecture,
  parameterCount,
  parameterShapes,
  readWeights,
} from '../../../codec/planes/learning/weights.ts';
import { initialState, stateFrom } from '../../../src/train/engine/initial-state.ts';
import { type MetaTrainingOptions, metaTrain } from '../../../src/train/engine/meta-trainer.ts';
import { type Networks, totalParameters } from '../../../src/train/engine/networks.ts';
import { findPreset } from '../../../src/train/presets.ts';
import { cardPath } from '../../../src/train/run/card.ts';
import { paint } from '../../codec/planes/learning/images.ts';
import {
  colour,
  grey,
  similar,
  similarGrey,
  untrainedFile,
  untrainedWeights,
} from '../../codec/planes/learning/untrained.ts';

const worker = new URL('../../../dist/src/train/engine/worker.js', import.meta.url);

const plain: Architecture = { ...grey, hidden: [16, 16], neighbours: [{ own: 16, coded: 0, later: 0 }] };
const withSimilar: Architecture = { ...plain, similar: [{ own: 16, coded: 0 }] };

/** The learning family's networks of these sizes. */
const networksOf = (architecture: Architecture): Networks => ({
  ...{ family: learningFamily as Networks['family'], architecture },
});

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vaezip-from-'));
  await mkdir(join(folder, 'photos'));
  const raw = { width: 256, height: 256, channels: 3 } as const;
  for (let i = 0; i < 2; i++)
    await sharp(paint('photo-like', 256, 256, 3, i).data, { raw }).toFile(join(folder, 'photos', `${i}.png`));
});
afterAll(() => rm(folder, { recursive: true }));

/** Trains; returns what it ended with, its files and the rates of its rounds. */
async function train(more: Partial<MetaTrainingOptions> = {}) {
  const out = more.out ?? join(folder, `${count++}.safetensors`);
  const rates: number[] = [];
  const training = await metaTrain({
    family: 'vaezip-learning',
    ...{ preset: 'tiny', architecture: plain, data: join(folder, 'photos'), seed: 5, rounds: 2, threads: 1 },
    onProgress: ({ rate }) => rates.push(rate),
    ...more,
    out,
  });
  const card = JSON.parse(await readFile(cardPath(out), 'utf8'));
  return { ...training, out, rates, file: await readFile(out), card };
}

/** Writes a file to start from. */
async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('what a run starts from', () => {
  it.each([
    ['grey', grey],
    ['colour', colour],
    ['similar', similar],
  ])('is given weights: %s', (_name, architecture) => {
    const weights = untrainedWeights(architecture);
    const { parameters, average, moments } = stateFrom(weights, networksOf(architecture), 'given');
    expect([...parameters]).toEqual(weights.planes.flatMap((plane) => [...plane.parameters]));
    expect(average).toEqual(parameters);
    expect(average).not.toBe(parameters);
    expect(moments).toEqual(new Float32Array(totalParameters(networksOf(architecture))));
  });

  it.each([
    ['grey', similarGrey, 48],
    ['colour', similar, 64],
  ])(
    'has weights of 0 for the features of a predictor that the given weights lack: %s',
    (_name, target, first) => {
      const weights = untrainedWeights({ ...target, similar: undefined });
      const { parameters } = stateFrom(weights, networksOf(target), 'given');
      let offset = 0;
      weights.planes.forEach((given, plane) => {
        const [[inputs, hidden1]] = Object.values(parameterShapes(target, plane));
        const lacking = inputs * hidden1 - 4 * hidden1;
        expect(lacking).toBe((first + 16 * plane) * hidden1);
        const size = parameterCount(target, plane);
        const found = parameters.subarray(offset, offset + size);
        expect([...found.subarray(0, lacking)]).toEqual([...given.parameters.subarray(0, lacking)]);
        expect(found.subarray(lacking, inputs * hidden1).every((value) => value === 0)).toBe(true);
        expect([...found.subarray(inputs * hidden1)]).toEqual([...given.parameters.subarray(lacking)]);
        offset += size;
      });
      expect(offset).toBe(parameters.length);
    },
  );

  it('may be photo-large for photo-max', () => {
    const [large, max] = ['photo-large', 'photo-max'].map(
      (name) => findPreset(name).training.architecture as Architecture,
    );
    const { parameters } = stateFrom(untrainedWeights(large), networksOf(max), 'given');
    expect(parameters.length).toBe(totalParameters(networksOf(large)) + 3 * 4 * 96);
  });

  it.each<[string, Architecture, Architecture]>([
    ['a predictor that the preset lacks', similar, { ...similar, similar: undefined }],
    ['more units', grey, { ...grey, hidden: [16, 16] }],
    ['fewer units', grey, { ...grey, hidden: [48, 16] }],
    ['a second layer of more units', grey, { ...grey, hidden: [32, 32] }],
    ['one plane of three', { ...grey, hidden: [32, 32] }, colour],
    ['three planes for one', colour, { ...grey, hidden: [32, 32] }],
    ['three planes for one with more features', colour, { ...similarGrey, hidden: [32, 32] }],
  ])('cannot be weights of other layers: %s', (_what, given, target) => {
    expect(() => stateFrom(untrainedWeights(given), networksOf(target), 'some/given.safetensors')).toThrow(
      expect.objectContaining({
        name: 'VaezipError',
        code: 'bad-argument',
        message: expect.stringMatching(
          /^the layers of some\/given\.safetensors do not fit this preset: [^\n]+$/,
        ),
      }),
    );
  });
});

describe.skipIf(!existsSync(worker))('a meta-training run from given weights', () => {
  it('goes as if it had drawn them itself', async () => {
    const start = await train({ rounds: 0 });
    expect(start.state.parameters).toEqual(initialState(networksOf(plain), 5).parameters);
    const drawn = await train();
    const given = await train({ from: start.out });
    expect(given.rates).toEqual(drawn.rates);
    expect(given.rates.length).toBe(2);
    expect(given.file.equals(drawn.file)).toBe(true);
    expect(given.heldOut).toBe(drawn.heldOut);
    const other = await train({ from: await written('other.safetensors', untrainedFile(plain)) });
    expect(other.rates[0]).not.toBe(drawn.rates[0]);
  });

  it('starts with the weights themselves, whatever the seed, and says in its card which they were', async () => {
    const from = await written('given.safetensors', untrainedFile(plain));
    const id = createHash('sha256')
      .update(await readFile(from))
      .digest('hex');
    const { state, file, card } = await train({ from, rounds: 0, seed: 9 });
    const [{ parameters }] = untrainedWeights(plain).planes;
    expect(state.parameters).toEqual(parameters);
    expect(readWeights(readSafetensors(file)).planes[0].parameters).toEqual(parameters);
    expect(card).toMatchObject({
      from: { name: 'given.safetensors', id },
      command: 'vaezip train --preset tiny --from given.safetensors --data DIR --steps 0 --seed 9',
    });
    expect((await train({ rounds: 0 })).card).not.toHaveProperty('from');
  });

  it('learns to use features that the weights lacked', async () => {
    const from = await written('plain.safetensors', untrainedFile(plain));
    const { state, file } = await train({ from, architecture: withSimilar, rounds: 1 });
    const lacking = state.parameters.subarray(48 * 16, 52 * 16);
    expect(lacking.some((value) => value !== 0)).toBe(true);
    expect(readWeights(readSafetensors(file)).architecture).toEqual(withSimilar);
  });

  it('goes on after a stop as if there had been none, and still says what it came from', async () => {
    const from = await written('before.safetensors', untrainedFile(plain));
    const whole = await train({ from });
    const out = join(folder, 'stopped.safetensors');
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = await train({ from, out, signal, onProgress: () => controller.abort() });
    expect([stopped.finished, stopped.state.round]).toEqual([false, 1]);
    expect(stopped.card.from).toEqual(whole.card.from);
    await rm(from);
    const resumed = await train({ out, resume: true, rounds: undefined });
    expect(resumed.finished).toBe(true);
    expect(resumed.file.equals(whole.file)).toBe(true);
    expect(resumed.card).toEqual({ ...whole.card, hours: resumed.card.hours });
  });

  it('says in one line what is wrong with them, and writes nothing', async () => {
    const file = untrainedFile(plain);
    const { tensors, metadata } = readSafetensors(file);
    const { 'plane0.layer2.bias': _, ...fewer } = tensors;
    const cases: [from: string, code: string, message: RegExp][] = [
      [join(folder, 'missing.safetensors'), 'bad-input', /missing\.safetensors cannot be read/],
      [folder, 'bad-input', /cannot be read/],
      [await written('text', 'no weights'), 'bad-file', /text is not a safetensors file/],
      [await written('empty', ''), 'bad-file', /empty is not a safetensors file/],
      [await written('cut', file.subarray(0, -100)), 'bad-file', /cut is not a safetensors file/],
      [await written('fewer', writeSafetensors({ tensors: fewer, metadata })), 'bad-file', /layer2\.bias/],
      [
        await written('plain', writeSafetensors({ tensors, metadata: {} })),
        'bad-file',
        /plain holds no weights/,
      ],
      [await written('larger', untrainedFile(withSimilar)), 'bad-argument', /layers of .*larger do not fit/],
      [await written('wide', untrainedFile(grey)), 'bad-argument', /layers of .*wide do not fit/],
    ];
    for (const [from, code, message] of cases) {
      const out = join(folder, 'never.safetensors');
      const error = await train({ from, out }).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: 'VaezipError', code, message: expect.stringMatching(message) });
      expect((error as Error).message).not.toContain('\n');
      expect(existsSync(out)).toBe(false);
    }
  });
});
