// What the network learns stays bounded, also where no scale is narrow enough for what an image repeats.

import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { LearningJob, learningPlan } from '../../../../codec/planes/learning/job.ts';
import type { Architecture } from '../../../../codec/planes/learning/weights.ts';
import { randomNumbers } from '../../kernel/fixture.ts';
import { paint, painterNames } from './images.ts';
import { grey, similarGrey, untrainedWeights } from './untrained.ts';

const WIDTH = 128;
const HEIGHT = 768;

/** Learns an image; returns the largest parameter and the rate in bits per sample. */
function learn(architecture: Architecture, { data, width, height }: Pixels) {
  const job = new LearningJob(
    untrainedWeights(architecture),
    learningPlan({ architecture }, width, height, 'learn'),
  );
  job.pixels.set(data);
  job.start();
  job.runHere();
  const largest = Math.max(
    ...architecture.neighbours.map((_, plane) => Math.max(...job.parameters(plane).map(Math.abs))),
  );
  return { largest, rate: job.likelihood / data.length };
}

const mostRate = (name: string) => (name === 'noise' ? 8.5 : name.endsWith('saturated noise') ? 1.08 : 4);

describe('learning', () => {
  it.each([...painterNames, 'mostly saturated noise'])('stays bounded on long images: %s', (name) => {
    const pixels = paint(name.replace('mostly ', ''), WIDTH, HEIGHT, 1);
    const random = randomNumbers(3);
    if (name.startsWith('mostly'))
      for (let i = 0; i < pixels.data.length; i++)
        if (random() < 0.003) pixels.data[i] = Math.floor(256 * random());
    const { largest, rate } = learn(grey, pixels);
    expect(largest).toBeLessThan(10);
    expect(rate).toBeLessThan(mostRate(name));
  });

  it.each(painterNames)('stays bounded with a predictor from similar contexts: %s', (name) => {
    const { largest, rate } = learn(similarGrey, paint(name, 64, 320, 1));
    expect(largest).toBeLessThan(10);
    // The image is shorter, its start counts for more.
    expect(rate).toBeLessThan(mostRate(name) + 0.05);
  });
});
