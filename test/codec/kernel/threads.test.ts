// Works on threads: all are done, in whatever order threads come free; and what fails ends the others.
import { afterEach, expect, it, vi } from 'vitest';
import { runOnThreads, type Work } from '../../../codec/kernel/threads.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { LearningJob, learningPlan } from '../../../codec/planes/learning/job.ts';
import { paint } from '../planes/learning/images.ts';
import { grey, untrainedWeights } from '../planes/learning/untrained.ts';

afterEach(() => void vi.restoreAllMocks());

const weights = untrainedWeights(grey);

function jobOf({ width, height, data }: Pixels): LearningJob {
  const job = new LearningJob(weights, learningPlan({ architecture: grey }, width, height, 'learn'));
  job.pixels.set(data as Uint8Array);
  job.start();
  return job;
}

/** Works in their order, at most so many at once. */
function worksOf(works: readonly Work[], atOnce = works.length) {
  const waiting = [...works];
  const running = new Set<Work>();
  const ended: Work[] = [];
  return {
    ended,
    begin: vi.fn(() => {
      const work = running.size < atOnce ? waiting.shift() : undefined;
      if (work) running.add(work);
      return work ?? null;
    }),
    end: vi.fn((work: Work) => {
      running.delete(work);
      ended.push(work);
    }),
    stop: vi.fn(),
  };
}

it.each([
  [0, 4],
  [1, 4],
  [2, 1],
  [3, 2],
])('all are done once, on %i threads, at most %i of them at once', async (threads, atOnce) => {
  const jobs = [20, 90, 40, 10, 60].map((height) => jobOf(paint('photo-like', 100, height, 1)));
  const works = worksOf(jobs, atOnce);
  await runOnThreads(threads, works);
  expect(new Set(works.ended)).toEqual(new Set(jobs));
  expect(works.ended.length).toBe(5);
  for (const { progress, likelihood } of jobs) expect([progress, likelihood > 0]).toEqual([1, true]);
  expect(works.stop).not.toHaveBeenCalled();
});

it('one that fails ends the others, and later ones find threads', async () => {
  const good = jobOf(paint('photo-like', 100, 50, 1));
  const { kernel, name } = good;
  const bad: Work = { kernel, name, address: -64, most: 1, progress: 0 };
  const failing = worksOf([bad, good]);
  failing.stop.mockImplementation(() => good.stop());
  await expect(runOnThreads(2, failing)).rejects.toThrow(/memory/);
  expect(failing.stop).toHaveBeenCalledOnce();
  expect(failing.ended).not.toContain(bad);

  for (const threads of [0, 2]) {
    const refusing = worksOf([jobOf(paint('photo-like', 100, 50, 1))]);
    refusing.end.mockImplementation(() => {
      throw new Error('not what was wanted');
    });
    await expect(runOnThreads(threads, refusing)).rejects.toThrow('not what was wanted');
  }

  const works = worksOf([jobOf(paint('photo-like', 100, 50, 1))]);
  await runOnThreads(2, works);
  expect(works.ended.length).toBe(1);
});
