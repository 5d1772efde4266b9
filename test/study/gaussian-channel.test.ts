import { expect, it } from 'vitest';
import { capacity, randomCodeErrors, standardKl } from '../../src/study/channel/gaussian-channel.ts';
import { latentBitsOnDisk } from '../../src/study/channel/latents-on-disk.ts';
import { Random } from '../../src/train/run/random.ts';

it('the KL of a latent of power P = 1 - N, at a mean of that power, is the capacity', () => {
  for (const noise of [0.01, 0.3, 0.99])
    expect(standardKl(Math.sqrt(1 - noise), noise)).toBeCloseTo(capacity(noise), 12);
});

it('latents add their KL to a message', () => {
  const noise = 0.2;
  const means = new Random(3).normals(20_000).map((x) => Math.sqrt(1 - noise) * x);
  const kl = means.reduce((sum, mean) => sum + standardKl(mean, noise), 0) / means.length;
  expect(Math.abs(latentBitsOnDisk(means, noise) - kl)).toBeLessThan(0.02);
});

it('a code of one word is decoded rightly, one without noise to speak of nearly always', () => {
  expect(randomCodeErrors({ noise: 0.9, uses: 2, bits: 0 }, 1, new Random(1))).toBe(0);
  expect(randomCodeErrors({ noise: 1e-6, uses: 4, bits: 4 }, 1, new Random(1))).toBeLessThan(0.05);
});
