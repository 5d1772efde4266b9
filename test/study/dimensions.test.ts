// VAEs of a Gaussian that need no z, and latents under water.
import { describe, expect, it } from 'vitest';
import {
  copied,
  ENTROPY,
  gaussianBitsOnDisk,
  linked,
  pointsOf,
  terms,
} from '../../src/study/dimensions/gaussian.ts';
import { descend, exactKl, kl } from '../../src/study/dimensions/water-level.ts';
import { Random } from '../../src/train/run/random.ts';

const sum = ({ distortion, rate }: ReturnType<typeof terms>) => distortion + rate;

describe('an isotropic Gaussian', () => {
  it.each([0, 0.3, 0.9, 0.999])('costs its entropy whatever z says, r = %f', (r) => {
    expect(sum(terms(linked(r)))).toBeCloseTo(ENTROPY, 10);
    expect(terms(linked(r)).rate).toBeCloseTo(-Math.log(1 - r * r), 10);
  });

  it('costs half the squared noise more a dimension where z copies it', () => {
    for (const epsilon of [0.5, 0.1, 0.01])
      expect(sum(terms(copied(epsilon)))).toBeCloseTo(ENTROPY + epsilon ** 2, 10);
  });

  it('is dearer by any other decoder', () => {
    const { encoder, decoder } = linked(0.7);
    for (const other of [
      { ...decoder, noise: 1.1 * decoder.noise },
      { ...decoder, gain: 0.9 * decoder.gain },
    ])
      expect(sum(terms({ encoder, decoder: other }))).toBeGreaterThan(ENTROPY + 1e-3);
  });

  it('takes as many bits on disk with a z that says much as with one that says nothing', () => {
    const points = pointsOf(new Random(1).normals(2000));
    const [nothing, much] = [linked(0), linked(0.99)].map((vae) => gaussianBitsOnDisk(vae, points, 8) / 1000);
    expect(Math.abs(much - nothing)).toBeLessThan(0.05);
  });
});

describe('a latent of a linear model', () => {
  it.each([
    [4, 1],
    [1, 2],
    [0.5, 6],
    [2, 12],
  ])('of variance %f rests where the closed form says at beta %f', (variance, beta) => {
    expect(kl(descend(variance, 0.25, beta), variance)).toBeCloseTo(exactKl(variance, 0.25 * beta), 3);
  });

  it('has a KL only above the water', () => {
    expect(exactKl(1, 1)).toBe(0);
    expect(exactKl(1, 0.99)).toBeGreaterThan(0);
  });
});
