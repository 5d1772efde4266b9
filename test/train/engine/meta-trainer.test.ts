// Meta-training on a few synthetic photos, with a grey model that is as small as models are.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import { learningFamily } from '../../../codec/planes/learning/family.ts';
import type { Architecture } from '../../../codec/planes/learning/weights.ts';
import { type MetaTrainingOptions, metaTrain } from '../../../src/train/engine/meta-trainer.ts';
import { checkpointPath } from '../../../src/train/run/checkpoint.ts';
import { decode, encode, modelOf } from '../../codec/coding.ts';
import { areSame, paint } from '../../codec/planes/learning/images.ts';
import { folderWithPhotos } from './photos.ts';

const worker = new URL('../../../dist/src/train/engine/worker.js', import.meta.url);

const architecture: Architecture = {
  planes: 1,
  hidden: [16, 16],
  neighbours: [{ own: 4, coded: 0, later: 0 }],
  bundle: 2,
  forgetting: [0.7, 0.8, 0.88, 0.96],
  ridge: [16, 16, 16, 16],
  rate: 0.001,
};

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await folderWithPhotos();
});
afterAll(() => rm(folder, { recursive: true }));

const options = (more: Partial<MetaTrainingOptions> = {}): MetaTrainingOptions => ({
  ...{ preset: 'tiny', family: 'vaezip-learning', architecture, data: join(folder, 'photos') },
  ...{ seed: 1, rounds: 3, threads: 1 },
  out: join(folder, `${count++}.safetensors`),
  ...more,
});

/** Trains; returns what it ended with, and the weights' file. */
async function train(more: Partial<MetaTrainingOptions> = {}) {
  const all = options(more);
  const training = await metaTrain(all);
  return { ...training, out: all.out, file: await readFile(all.out) };
}

describe.skipIf(!existsSync(worker))('meta-training', () => {
  it('gives the same weights for the same seed, with any number of threads; others for another seed', async () => {
    const one = await train();
    expect(one.finished).toBe(true);
    expect(one.heldOut).toBeGreaterThan(0);
    const two = await train({ threads: 2 });
    expect(two.file.equals(one.file)).toBe(true);
    expect(two.heldOut).toBe(one.heldOut);
    const other = await train({ seed: 2 });
    expect(other.state.parameters).not.toEqual(one.state.parameters);
  });

  it('goes on after a stop as if there had been none', async () => {
    const whole = await train();
    const controller = new AbortController();
    const out = join(folder, 'stopped.safetensors');
    const stopped = await train({
      out,
      signal: controller.signal,
      onProgress: ({ round }) => round === 1 && controller.abort(),
    });
    expect(stopped.finished).toBe(false);
    expect(stopped.heldOut).toBeGreaterThan(0);
    expect(stopped.state.round).toBe(1);
    expect(existsSync(checkpointPath(out))).toBe(true);
    expect(stopped.file.equals(whole.file)).toBe(false);
    const resumed = await train({ out, resume: true, rounds: undefined, seed: 9 });
    expect(resumed.finished).toBe(true);
    expect(resumed.file.equals(whole.file)).toBe(true);
    expect(resumed.heldOut).toBe(whole.heldOut);
    expect(existsSync(checkpointPath(out))).toBe(false);
  });

  it('learns from chains of cells where small images are to be coded', async () => {
    const one = await train({ chains: true });
    const two = await train({ chains: true, threads: 2 });
    expect(two.file.equals(one.file)).toBe(true);
    const ofCrops = await train();
    expect(one.file.equals(ofCrops.file)).toBe(false);
    expect(one.heldOut).not.toBe(ofCrops.heldOut);
  });

  it('lowers the rate, and writes weights that code', async () => {
    const first = await train({ rounds: 1 });
    const rates: number[] = [];
    const later = await train({ rounds: 14, threads: 2, onProgress: ({ rate }) => rates.push(rate) });
    expect(rates.length).toBe(14);
    expect(later.heldOut).toBeLessThan((first.heldOut ?? 0) - 0.02);
    const { metadata } = readSafetensors(later.file);
    expect(metadata).toMatchObject({
      format: 'vaezip-learning',
      preset: 'tiny',
      rounds: '14',
      seed: '1',
    });
    const codec = modelOf(learningFamily, 'tiny', later.file);
    const pixels = paint('photo-like', 100, 80, 1, 7);
    const { streams } = await encode(codec, pixels, { threads: 1 });
    expect(areSame(await decode(codec, streams, pixels, { threads: 1 }), pixels)).toBe(true);
  });

  it('reports each round', async () => {
    const rounds: number[] = [];
    await train({
      rounds: 2,
      onProgress: ({ round, rounds: all, rate, secondsLeft }) => {
        expect(all).toBe(2);
        expect(rate).toBeGreaterThan(0);
        expect(secondsLeft).toBeGreaterThanOrEqual(0);
        rounds.push(round);
      },
    });
    expect(rounds).toEqual([1, 2]);
  });

  it('says what is wrong with a folder', async () => {
    await mkdir(join(folder, 'empty'));
    const fails = async (data: string, message: string) => {
      const training = metaTrain(options({ data }));
      await expect(training).rejects.toThrow(VaezipError);
      await expect(training).rejects.toThrow(message);
    };
    await fails(join(folder, 'empty'), '0 usable photos');
    await fails(join(folder, 'nowhere'), '0 usable photos');
    await mkdir(join(folder, 'small'));
    const raw = { width: 50, height: 300, channels: 3 } as const;
    for (const name of ['a', 'b'])
      await sharp(paint('noise', 50, 300).data, { raw })
        .png()
        .toFile(join(folder, 'small', `${name}.png`));
    await fails(join(folder, 'small'), '0 usable photos');
  });

  it('says what is wrong with a checkpoint', async () => {
    await expect(metaTrain(options({ resume: true }))).rejects.toThrow('there is no checkpoint');
    const out = join(folder, 'broken.safetensors');
    await writeFile(checkpointPath(out), 'not a checkpoint');
    await expect(metaTrain(options({ out, resume: true }))).rejects.toThrow(VaezipError);
    await writeFile(checkpointPath(out), (await train({ rounds: 1 })).file);
    await expect(metaTrain(options({ out, resume: true }))).rejects.toThrow('is not a checkpoint');
    const controller = new AbortController();
    await train({ out, signal: controller.signal, onProgress: () => controller.abort() });
    await expect(metaTrain(options({ out, resume: true, preset: 'other' }))).rejects.toThrow('--preset tiny');
    const larger = { ...architecture, hidden: [32, 16] as const };
    await expect(metaTrain(options({ out, resume: true, architecture: larger }))).rejects.toThrow(
      'another model',
    );
  });
});
