import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import { cardPath } from '../../../src/train/run/card.ts';
import { checkpointPath } from '../../../src/train/run/checkpoint.ts';
import { Adam } from '../../../src/train/tensorflow/adam.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import type { Preset } from '../../../src/train/tensorflow/preset.ts';
import { type TrainingOptions, train } from '../../../src/train/tensorflow/trainer.ts';
import { tiny } from './tiny-preset.ts';

let folder: string;
let count = 0;
let out: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vaezip-train-'));
  await useBackend('cpu');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  out = join(folder, `${count++}.safetensors`);
});

const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
  ...{ preset: tiny, data: folder, out, backend: 'cpu', seed: 1, beta: 1, threads: 0 },
  ...more,
});

/** Trains until `steps` steps are done, then stops as Ctrl-C does. */
function trainUntil(steps: number, more: Partial<TrainingOptions> = {}) {
  const controller = new AbortController();
  return train(
    options({
      ...more,
      signal: controller.signal,
      onProgress: ({ step }) => step === steps && controller.abort(),
    }),
  );
}

describe('train', () => {
  it('gives the same weights for the same seed, others for another', async () => {
    const [first, second, other] = [
      await train(options()),
      await train(options({ out: `${out}2` })),
      await train(options({ out: `${out}3`, seed: 2 })),
    ];
    expect(second.parameters).toEqual(first.parameters);
    expect(other.parameters).not.toEqual(first.parameters);
    expect(await readFile(`${out}2`)).toEqual(await readFile(out));
  });

  it('makes the loss smaller', async () => {
    const rates: number[] = [];
    const preset: Preset = { ...tiny, steps: 150 };
    await train(options({ preset, onProgress: ({ rates: r }) => rates.push(r.likelihood + r.kl) }));
    expect(rates[149]).toBeLessThan(0.9 * rates[0]);
  });

  it('goes on after a stop as if there had been none', async () => {
    const whole = await train(options());
    const stopped = await trainUntil(7, { out: `${out}2` });
    expect(stopped.finished).toBe(false);
    expect(stopped.state.step).toBe(7);
    expect(existsSync(`${out}2`)).toBe(false);
    const resumed = await train(options({ out: `${out}2`, resume: true, seed: 9, beta: 3 }));
    expect(resumed.finished).toBe(true);
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.state.settings).toEqual(whole.state.settings);
    expect(existsSync(checkpointPath(`${out}2`))).toBe(false);
  });

  it('weights KL by beta', async () => {
    const preset: Preset = { ...tiny, steps: 150 };
    const loose = await train(options({ preset, beta: 0.1 }));
    const tight = await train(options({ preset, beta: 30, out: `${out}2` }));
    expect(tight.heldOut?.kl).toBeLessThan(loose.heldOut?.kl ?? 0);
  });

  it('writes weights with their settings, and a card', async () => {
    const training = await train(options({ steps: 3, beta: 0.5 }));
    const { metadata, tensors } = readSafetensors(await readFile(out));
    expect(metadata).toMatchObject({ format: 'vaezip-tiny', beta: '0.5', steps: '3', width: '6' });
    expect(tensors).toEqual(training.parameters);
    const card = JSON.parse(await readFile(cardPath(out), 'utf8'));
    expect(card).toMatchObject({ name: 'tiny', parameters: 26, steps: 3, seed: 1, backend: 'cpu' });
    expect(card.rates.negElbo).toBeCloseTo(card.rates.likelihood + card.rates.kl, 3);
  });

  it('fits steps into minutes', async () => {
    const { state } = await trainUntil(1, { minutes: 0.5 });
    expect(state.settings.steps).toBeGreaterThan(50);
  });

  it('names a checkpoint that is missing, damaged, of another preset or back end', async () => {
    await expect(train(options({ resume: true }))).rejects.toThrow(/no checkpoint .*--resume/);
    await trainUntil(2);
    await expect(train(options({ resume: true, preset: { ...tiny, name: 'other' } }))).rejects.toThrow(
      /--preset tiny/,
    );
    await expect(train(options({ resume: true, backend: 'wasm' }))).rejects.toThrow(/--backend cpu/);
    const checkpoint = await readFile(checkpointPath(out));
    await writeFile(checkpointPath(out), checkpoint.subarray(0, 500));
    await expect(train(options({ resume: true }))).rejects.toThrow(/damaged/);
  });

  it('goes on with the same data alone', async () => {
    await trainUntil(2);
    const other: Preset = {
      ...tiny,
      openData: async (...place) => ({ ...(await tiny.openData(...place)), description: 'other numbers' }),
    };
    await expect(train(options({ resume: true, preset: other }))).rejects.toThrow(
      /begun with random numbers, but .* holds other numbers: name the same --data/,
    );
  });

  it('keeps the checkpoint until weights and card are there', async () => {
    const broken: Preset = {
      ...tiny,
      openData: async (...place) => ({
        ...(await tiny.openData(...place)),
        heldOut: () => {
          throw new Error('no such batch');
        },
      }),
    };
    await expect(train(options({ preset: broken }))).rejects.toThrow('no such batch');
    expect(existsSync(checkpointPath(out))).toBe(true);
    const resumed = await train(options({ resume: true }));
    expect(resumed.parameters).toEqual((await train(options({ out: `${out}2` }))).parameters);
    expect(existsSync(cardPath(out))).toBe(true);
    expect(existsSync(checkpointPath(out))).toBe(false);
  });

  it('stops at a loss that is not finite', async () => {
    const preset: Preset = { ...tiny, learningRate: 1e30, clipNorm: 1e30 };
    await expect(train(options({ preset }))).rejects.toThrow(/not finite/);
  });
});

it('a gradient that is not finite changes nothing', () => {
  const adam = new Adam(2);
  const parameters = Float32Array.of(1, 2);
  expect(() => adam.update(parameters, Float32Array.of(1, Number.NaN), 7, 0.1, 1)).toThrow(
    'the gradient is not finite at step 7',
  );
  expect([...parameters, ...adam.first, ...adam.second]).toEqual([1, 2, 0, 0, 0, 0]);
});
