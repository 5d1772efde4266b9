// The memory of a job: what is asked for holds what is laid out in it, and not much more.

import { describe, expect, it } from 'vitest';
import { LearningJob, learningPlan } from '../../../../codec/planes/learning/job.ts';
import type { Architecture } from '../../../../codec/planes/learning/weights.ts';
import { field } from '../../kernel/records.ts';
import {
  colour,
  grey,
  large,
  largeSimilar,
  similar,
  similarGrey,
  uneven,
  untrainedWeights,
} from './untrained.ts';

const ARCHITECTURES: [string, Architecture][] = Object.entries({
  ...{ colour, grey, large, uneven, similar, similarGrey, largeSimilar },
});
const SIZES = [
  [1, 1],
  [2, 3],
  [15, 16],
  [64, 64],
  [65, 7],
  [1000, 1],
  [1, 1000],
  [2001, 30],
  [8001, 525],
];

describe.each(ARCHITECTURES)('the job of the model %s', (_name, architecture) => {
  const weights = untrainedWeights(architecture);

  it.each(SIZES)('fits into its memory with an image of %i x %i', (width, height) => {
    for (const role of ['encode', 'decode', 'learn'] as const) {
      const job = new LearningJob(weights, learningPlan(weights, width, height, role));
      if (role === 'encode') expect(job.createMessages().length).toBe(job.planes);
      if (role === 'decode') {
        const streams = Array.from({ length: job.planes }, () => Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0));
        expect(job.readMessages(streams).length).toBe(job.planes);
      }
      job.start();
    }
  });

  it('has a predictor from similar contexts where the model has one', () => {
    const job = new LearningJob(weights, learningPlan(weights, 20, 20, 'encode'));
    for (let plane = 0; plane < job.planes; plane++) {
      const { memory } = job.kernel;
      const record = field(memory, 'LearningJob', job.address, `plane${plane}`);
      expect(field(memory, 'LearningPlane', record, 'similar') > 0).toBe(architecture.similar !== undefined);
    }
  });
});

describe('the predictor from similar contexts', () => {
  it('adds what the rows of its window take to the memory of a job', () => {
    const bytes = (architecture: Architecture, width: number) =>
      new LearningJob(untrainedWeights(architecture), learningPlan({ architecture }, width, 2, 'learn'))
        .kernel.memory.buffer.byteLength;
    const more = (width: number) => bytes(largeSimilar, width) - bytes(large, width);
    const perColumn = (more(30_000) - more(10_000)) / 20_000;
    // 15 rows of 84 bytes in each plane; memory comes in pages of 64 KiB.
    expect(Math.abs(perColumn - 3 * 15 * 84)).toBeLessThan(10);
  });
});
