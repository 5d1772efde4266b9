// What a meta-training run leaves when it stops, and with what it goes on.

import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { type Architecture, readWeights } from '../../../codec/planes/learning/weights.ts';
import { type MetaTrainingOptions, metaTrain } from '../../../src/train/engine/meta-trainer.ts';
import { cardPath } from '../../../src/train/run/card.ts';
import { checkpointPath } from '../../../src/train/run/checkpoint.ts';
import { paint } from '../../codec/planes/learning/images.ts';

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
let out: string;
/** Weights, checkpoint and card of a run that was stopped after 2 of 4 rounds. */
let stopped: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vaezip-meta-'));
  out = join(folder, 'out.safetensors');
  stopped = join(folder, 'stopped.safetensors');
  const raw = { width: 256, height: 256, channels: 3 } as const;
  for (const [name, photos] of Object.entries({ photos: 2, others: 3 })) {
    await mkdir(join(folder, name));
    for (let i = 0; i < photos; i++)
      await sharp(paint('photo-like', 256, 256, 3, i).data, { raw }).toFile(join(folder, name, `${i}.png`));
  }
  if (existsSync(worker)) await stop();
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));

function options(more: Partial<MetaTrainingOptions> = {}): MetaTrainingOptions {
  return {
    preset: 'tiny',
    family: 'vaezip-learning',
    architecture,
    data: join(folder, 'photos'),
    out,
    seed: 5,
    ...more,
  };
}

async function stop() {
  const controller = new AbortController();
  const { signal } = controller;
  const onProgress = ({ round }: { round: number }) => round === 2 && controller.abort();
  await metaTrain(options({ out: stopped, rounds: 4, signal, onProgress }));
}

/** Goes on with a copy of the run that was stopped. */
async function goOn(more: Partial<MetaTrainingOptions> = {}) {
  await cp(checkpointPath(stopped), checkpointPath(out));
  return metaTrain(options({ resume: true, ...more }));
}

const card = async (weights: string) => JSON.parse(await readFile(cardPath(weights), 'utf8'));

describe.skipIf(!existsSync(worker))('a meta-training run', () => {
  it('that stopped has weights, and a card that says how far it came', async () => {
    await goOn();
    const { hours, ...rest } = await card(stopped);
    expect(rest).toMatchObject({ rounds: 2, plannedRounds: 4, seed: 5, name: 'tiny' });
    expect(rest.rates.likelihood).toBeGreaterThan(0);
    expect(await card(out)).toMatchObject({ rounds: 4, plannedRounds: 4, command: rest.command });
  });

  it('goes on to its own rounds, to others that are given, or for hours from the first', async () => {
    expect((await goOn()).state).toMatchObject({ round: 4, settings: { rounds: 4, seed: 5 } });
    expect((await goOn({ rounds: 3 })).state.round).toBe(3);
    const { finished, state } = await goOn({ hours: 1e-9 });
    expect([finished, state.round]).toEqual([true, 2]);
  });

  it('counts the seconds of all its parts', async () => {
    const path = checkpointPath(stopped);
    const { tensors, metadata } = readSafetensors(await readFile(path), path);
    const state = JSON.stringify({ ...JSON.parse(metadata.state), seconds: 7200 });
    await writeFile(checkpointPath(out), writeSafetensors({ tensors, metadata: { ...metadata, state } }));
    const training = await metaTrain(options({ resume: true }));
    expect(training.state.seconds).toBeGreaterThan(7200);
    expect((await card(out)).hours).toBeCloseTo(2, 1);
  });

  it('ships its running average', async () => {
    const { state } = await goOn();
    const [{ parameters }] = readWeights(readSafetensors(await readFile(out))).planes;
    expect(parameters).toEqual(state.average);
    expect(parameters).not.toEqual(state.parameters);
  });

  it('goes on with the same photos and architecture alone', async () => {
    const others = goOn({ data: join(folder, 'others') });
    await expect(others).rejects.toThrow(
      /begun with 1 photos .*, but .*others holds 2 photos .*: name the same --data/,
    );
    const farther = { ...architecture, ridge: [16, 16, 16, 17] };
    await expect(goOn({ architecture: farther })).rejects.toThrow(/another model: its ridge is 16 16 16 16$/);
  });

  it('has no fewer rounds than are done', async () => {
    await expect(goOn({ rounds: 1 })).rejects.toThrow(
      /is of 2 rounds already: ask for more than the 1 given/,
    );
    expect(existsSync(checkpointPath(out))).toBe(true);
  });
});
