// The planes run as a pipeline over threads: neither bytes nor likelihood depend on how many there are.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runOnThreads, type Work } from '../../../../codec/kernel/threads.ts';
import { writeSafetensors } from '../../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { learningFamily } from '../../../../codec/planes/learning/family.ts';
import { LearningJob, learningPlan } from '../../../../codec/planes/learning/job.ts';
import { runs } from '../../../thorough.ts';
import { decode, encode, modelOf } from '../../coding.ts';
import { areSame, paint } from './images.ts';
import { colour, contentOf, grey, similar, untrainedWeights } from './untrained.ts';

const ROUNDS = runs(2);
const SIZES = [
  [130, 40],
  [64, 64],
  [65, 33],
  [300, 20],
  [129, 30],
  [63, 40],
  [1, 200],
  [500, 1],
  [7, 9],
];
/** Has all threads do one work. */
function oneWork(work: Work) {
  const works = [work];
  return { begin: () => works.pop() ?? null, end: () => {}, stop: () => {} };
}

/** Of models that take several times as long. */
const SMALL_SIZES = [
  [130, 18],
  [65, 17],
  [200, 5],
  [63, 20],
  [1, 100],
  [300, 1],
  [7, 9],
];

describe.each([
  ['colour', untrainedWeights(colour)],
  ['grey', untrainedWeights(grey)],
  ['similar', untrainedWeights(similar)],
])('the %s model', (_name, weights) => {
  const { planes } = weights.architecture;
  const planeNumbers = Array.from({ length: planes }, (_, plane) => plane);

  /** Streams, and what all was learned, as a hash; 0 threads: the calling one alone. Small images are shared as well. */
  async function encoded(pixels: Pixels, threads: number) {
    const job = new LearningJob(weights, learningPlan(weights, pixels.width, pixels.height, 'encode'));
    job.pixels.set(pixels.data);
    const messages = job.createMessages();
    job.start();
    await runOnThreads(threads, oneWork(job));
    expect(job.progress).toBe(1);
    const streams = messages.map((message) => message.toBytes());
    const learned = createHash('sha256');
    for (const plane of planeNumbers) learned.update(streams[plane]).update(job.parameters(plane).slice());
    return {
      streams,
      learned: learned.digest('hex'),
      likelihood: job.likelihood,
    };
  }

  async function decoded(streams: readonly Uint8Array[], shape: Pixels, threads: number): Promise<Pixels> {
    const coded = streams.map(({ length }) => length);
    const job = new LearningJob(
      weights,
      learningPlan(weights, shape.width, shape.height, 'decode', { coded }),
    );
    const messages = job.readMessages(streams);
    job.start();
    await runOnThreads(threads, oneWork(job));
    for (const message of messages) message.assertRestored();
    return { ...shape, data: job.pixels };
  }

  it.each(weights.architecture.similar ? SMALL_SIZES : SIZES)(
    'computes the same for %i x %i with any number of threads',
    async (width, height) => {
      const pixels = paint('photo-like', width, height, planes);
      const alone = await encoded(pixels, 0);
      expect(areSame(await decoded(alone.streams, pixels, 0), pixels)).toBe(true);
      for (let round = 0; round < ROUNDS; round++) {
        for (const threads of [1, 2, 3]) {
          const { learned, likelihood } = await encoded(pixels, threads);
          expect({ learned, likelihood }).toEqual({ learned: alone.learned, likelihood: alone.likelihood });
          expect(areSame(await decoded(alone.streams, pixels, threads), pixels)).toBe(true);
        }
      }
    },
  );

  it('writes and reads the same bytes through the codec', async () => {
    const codec = modelOf(learningFamily, 'untrained', writeSafetensors(contentOf(weights)));
    const pixels = paint('photo-like', 129, 128, planes);
    const one = await encode(codec, pixels, { threads: 1 });
    for (const threads of [2, 3, 64]) {
      expect(await encode(codec, pixels, { threads })).toEqual(one);
      expect(areSame(await decode(codec, one.streams, pixels, { threads }), pixels)).toBe(true);
    }
  });

  it('reports its progress', async () => {
    const codec = modelOf(learningFamily, 'untrained', writeSafetensors(contentOf(weights)));
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    // Larger until it takes longer than the time between two reports.
    for (let height = 500; shares.length === 0 && height < 100_000; height *= 2)
      await encode(codec, paint('photo-like', 400, Math.floor(height / planes), planes), {
        threads: 2,
        onProgress,
      });
    expect(shares.length).toBeGreaterThan(0);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it('codes several images at a time', async () => {
    const codec = modelOf(learningFamily, 'untrained', writeSafetensors(contentOf(weights)));
    const images = ['photo-like', 'noise', 'blocks'].map((name) => paint(name, 140, 120, planes));
    const apart = [];
    for (const pixels of images) apart.push(await encode(codec, pixels, { threads: 1 }));
    const together = await Promise.all(images.map((pixels) => encode(codec, pixels, { threads: 2 })));
    expect(together).toEqual(apart);
  });
});
