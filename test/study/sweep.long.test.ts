import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeIdx } from '../../src/files/idx.ts';
import { type SweepOptions, sweep } from '../../src/study/sweep.ts';
import { sweepPlot } from '../../src/study/sweep-plot.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';
import { digits } from '../../src/train/tensorflow/digits/preset.ts';
import { strokes } from '../codec/digits/images.ts';

let folder: string;
let options: SweepOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vaezip-sweep-'));
  await writeFile(join(folder, 'train-images-idx3-ubyte'), writeIdx(strokes(24, 1)));
  await writeFile(join(folder, 't10k-images-idx3-ubyte'), writeIdx(strokes(6, 2)));
  const backend = await useBackend('wasm');
  options = {
    preset: { name: 'digits', ...digits },
    betas: [0.5, 2],
    data: folder,
    prefix: join(folder, 's'),
    seed: 1,
    steps: 2,
    threads: 0,
    backend,
  };
});
afterAll(() => rm(folder, { recursive: true }));

describe('sweep', () => {
  it('trains a model for each beta and codes the test images with it', async () => {
    const result = await sweep(options);
    expect(result).toMatchObject({ images: 6, steps: 2, backend: 'wasm' });
    expect(result?.points.map(({ beta }) => beta)).toEqual([0.5, 2]);
    for (const { likelihood, kl, negElbo, net, baseline } of result?.points ?? []) {
      expect(likelihood + kl).toBeCloseTo(negElbo, 4);
      expect(Math.abs(net / negElbo - 1)).toBeLessThan(0.01);
      expect(baseline).toBe(8);
    }
    const files = ['0.5', '2'].flatMap((beta) =>
      ['json', 'safetensors'].map((end) => `s-beta-${beta}.${end}`),
    );
    expect((await readdir(folder)).filter((name) => name.includes('beta')).sort()).toEqual(files);
  });

  it('uses the weights that are there, and says so when they are of another run', async () => {
    const trained: number[] = [];
    const onTraining = (beta: number) => () => trained.push(beta);
    const again = await sweep({ ...options, onTraining });
    expect(trained).toEqual([]);
    expect(again?.points).toEqual((await sweep(options))?.points);
    await expect(sweep({ ...options, seed: 2 })).rejects.toThrow(/has seed 1, not 2/);
  });

  it('stops at a signal', async () => {
    const betas = [3];
    expect(await sweep({ ...options, betas, signal: AbortSignal.abort() })).toBeUndefined();
  });

  it('plots the plane and the rates', async () => {
    const point = (beta: number) => ({ beta, likelihood: 1.1, kl: 0.1 / beta, negElbo: 1.2, net: 1.2 });
    const svg = await sweepPlot([1, 2].map((beta) => ({ ...point(beta), baseline: 8 })));
    expect(svg).toMatch(/^<svg/);
    for (const text of ['beta = 2', 'R: KL, bits/dim', 'D: likelihood, bits/dim'])
      expect(svg).toContain(text);
  });
});
