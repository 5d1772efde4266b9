// Training where learning starts, for a quick model that is as small as models are.

import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import { quickFamily } from '../../../codec/planes/quick/family.ts';
import { readWeights } from '../../../codec/planes/quick/weights.ts';
import { type OriginTrainingOptions, trainOrigin } from '../../../src/train/engine/origin-trainer.ts';
import { decode, encode, modelOf } from '../../codec/coding.ts';
import { areSame, paint } from '../../codec/planes/learning/images.ts';
import { grey, untrainedFile } from '../../codec/planes/quick/untrained.ts';
import { folderWithPhotos } from './photos.ts';

const worker = new URL('../../../dist/src/train/engine/origin-worker.js', import.meta.url);

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await folderWithPhotos();
  await writeFile(join(folder, 'without.safetensors'), untrainedFile(grey, { preconditioner: 3 }));
});
afterAll(() => rm(folder, { recursive: true }));

async function train(more: Partial<OriginTrainingOptions> = {}) {
  const out = join(folder, `${count++}.safetensors`);
  const ended = await trainOrigin({
    ...{ preset: 'tiny', family: 'vaezip-quick', architecture: grey, data: join(folder, 'photos'), out },
    ...{ from: join(folder, 'without.safetensors'), latents: 3, seed: 1, rounds: 3, threads: 1 },
    ...more,
  });
  return { ...ended, out, file: new Uint8Array(await readFile(out)) };
}

/** Where the parameters are for an image of certain statistics, less where they are for one of others. */
function shiftOf(file: Uint8Array): number[] {
  const { planes, origin } = readWeights(readSafetensors(file, 'weights'));
  if (!origin) throw new Error('no latents');
  const { latents, centre, scale, posterior, bases } = origin;
  const shift = new Array(planes[0].parameters.length).fill(0);
  for (let latent = 0; latent < latents; latent++) {
    const deviation = Math.exp(posterior[centre.length * 2 * latents + latents + latent]);
    let mean = 0;
    for (let i = 0; i < centre.length; i++)
      mean += posterior[i * 2 * latents + latent] * scale[i] * ((i % 5) - 2);
    for (let i = 0; i < shift.length; i++)
      shift[i] += (mean / Math.sqrt(1 - deviation ** 2)) * bases[0][latent * shift.length + i];
  }
  return shift;
}

describe.skipIf(!existsSync(worker))('training where learning starts', () => {
  it('gives the same weights for the same seed, with any number of threads; others for another seed', async () => {
    const one = await train();
    expect(one.finished).toBe(true);
    expect((await train({ threads: 2 })).file).toEqual(one.file);
    expect((await train({ seed: 2 })).file).not.toEqual(one.file);
    const card = JSON.parse(await readFile(one.out.replace('.safetensors', '.json'), 'utf8'));
    expect(card.command).toContain('--from without.safetensors --latents 3 --data DIR --steps 3 --seed 1');
  });

  it('leaves the steps as they are, and gives images back with fewer bits than they took', async () => {
    const { file } = await train({ rounds: 30 });
    const before = new Uint8Array(await readFile(join(folder, 'without.safetensors')));
    const [given, got] = [before, file].map((bytes) => readWeights(readSafetensors(bytes, 'weights')));
    expect(given.origin).toBeUndefined();
    expect(got.origin?.latents).toBe(3);
    expect(got.planes[0].preconditioner).toEqual(given.planes[0].preconditioner);
    const pixels = paint('photo-like', 48, 48, 1, 9);
    const lengthsOf = async (weights: Uint8Array) => {
      const model = modelOf(quickFamily, 'tiny', weights);
      const { streams, lengths } = await encode(model, pixels, { threads: 1 });
      const { data, ...shape } = pixels;
      expect(areSame(await decode(model, streams, shape, { threads: 1 }), pixels)).toBe(true);
      return lengths;
    };
    const [without, withLatents] = [await lengthsOf(before), await lengthsOf(file)];
    expect(withLatents.kl).not.toBe(0);
    expect(withLatents.net).toBeLessThan(without.net);
  });

  it('goes on from latents that the weights have', async () => {
    const first = await train({ rounds: 30 });
    const again = await train({ from: first.out, rounds: 0, seed: 2 });
    const further = await train({ from: first.out, rounds: 3 });
    const [a, b] = [first, again].map(({ file }) => shiftOf(file));
    const size = Math.hypot(...a);
    expect(size).toBeGreaterThan(0);
    expect(Math.hypot(...a.map((x, i) => x - b[i]))).toBeLessThan(0.02 * size);
    expect(shiftOf(further.file)).not.toEqual(b);
    const card = JSON.parse(await readFile(further.out.replace('.safetensors', '.json'), 'utf8'));
    expect(card).toMatchObject({ rounds: 33, plannedRounds: 33 });
  });

  it('refuses weights of another kind', async () => {
    await writeFile(join(folder, 'other.safetensors'), await readFile('models/photo-grey.safetensors'));
    await expect(train({ from: join(folder, 'other.safetensors') })).rejects.toThrow(/vaezip-quick/);
    await expect(train({ from: join(folder, 'nothing.safetensors') })).rejects.toThrow(/cannot be read/);
  });
});
