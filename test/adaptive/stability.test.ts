// What the network learns stays bounded, also where no scale is narrow enough for what an image repeats.

import { describe, expect, it } from 'vitest';
import { AdaptiveJob } from '../../codec/adaptive/job.ts';
import { randomNumbers } from '../kernel-fixture.ts';
import { paint, painterNames } from './images.ts';
import { grey, untrainedWeights } from './untrained.ts';

const WIDTH = 128;
const HEIGHT = 768;

describe('learning', () => {
  it.each([...painterNames, 'mostly saturated noise'])('stays bounded on long images: %s', (name) => {
    const pixels = paint(name.replace('mostly ', ''), WIDTH, HEIGHT, 1);
    const random = randomNumbers(3);
    if (name.startsWith('mostly'))
      for (let i = 0; i < pixels.data.length; i++)
        if (random() < 0.003) pixels.data[i] = Math.floor(256 * random());
    const job = new AdaptiveJob(untrainedWeights(grey), WIDTH, HEIGHT, 'learn');
    job.pixels.set(pixels.data);
    job.start();
    job.kernel.exports.adaptiveRun(job.address);
    expect(Math.max(...job.parameters(0).map(Math.abs))).toBeLessThan(10);
    const rate = job.kernel.exports.adaptiveLikelihood(job.address) / (WIDTH * HEIGHT);
    expect(rate).toBeLessThan(name === 'noise' ? 8.5 : name.endsWith('saturated noise') ? 1.08 : 4);
  });
});
