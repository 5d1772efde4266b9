// Densities against themselves: entropy by integration, samples where the density says. Toy models with random weights:
// points come back at the cost that the model says, and the estimates in TensorFlow.js are of the same model.
import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedArrays } from '../../codec/network/safetensors.ts';
import { estimate } from '../../src/study/frame/estimate.ts';
import { presetOf } from '../../src/study/recipes.ts';
import { binsOf, codePoints, middlesOf } from '../../src/study/toy/coder.ts';
import {
  checkerboard,
  DENSITIES,
  eightGaussians,
  oneGaussian,
  twoGaussians,
} from '../../src/study/toy/densities.ts';
import { integrateEntropy, samplePoints } from '../../src/study/toy/density.ts';
import { boundOf, elboOf, latentKls } from '../../src/study/toy/estimates.ts';
import { decode, learnedDensity, priorLattice } from '../../src/study/toy/maps.ts';
import { toyModel } from '../../src/study/toy/model.ts';
import { toyNetwork } from '../../src/study/toy/preset.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';

describe.each([...DENSITIES, oneGaussian, twoGaussians])('$title', (density) => {
  it('has the entropy that it says', () => {
    const { entropy, mass } = integrateEntropy(density, 0.625, 80);
    expect(mass).toBeCloseTo(1, 6);
    expect(entropy).toBeCloseTo(density.entropy, 4);
  });

  it('has samples whose mean code length is the entropy', () => {
    const points = samplePoints(density, 4000, new Random(1));
    const lengths = Float64Array.from(
      { length: 4000 },
      (_, i) => -density.log2([points[2 * i], points[2 * i + 1]]),
    );
    const { mean, error } = estimate(lengths);
    expect(Math.abs(mean - density.entropy)).toBeLessThan(4 * error + 1e-9);
  });
});

it('the checkerboard is empty between its fields', () => {
  expect(checkerboard.log2([0.1, 0.1])).toBe(1);
  expect(checkerboard.log2([0.1, 0.3])).toBe(-Infinity);
  expect(checkerboard.log2([0.6, 0.1])).toBe(-Infinity);
});

describe.each([1, 2, 3])('a model of %i latents', (latents) => {
  const hidden = [8, 8];
  const model = toyModel(hidden, latents);
  const points = samplePoints(eightGaussians, 300, new Random(3));
  let tensors: NamedArrays;

  beforeAll(async () => {
    await useBackend('wasm');
    const options = { density: '8-gaussians', hidden, points: 4, samples: 1, latents };
    const preset = await presetOf(
      toyNetwork('toy-test', { ...options, learningRate: 1, orthogonalRate: 1 }, 1),
    );
    tensors = preset.initialParameters(new Random(2));
  });

  it('has latents whose KLs sum to that of all, and bounds that rise with their samples', () => {
    const { distortion, rate } = elboOf(model, tensors, points, new Random(4));
    const kls = latentKls(model, tensors, points);
    expect(kls).toHaveLength(latents);
    expect(kls.reduce((a, b) => a + b)).toBeCloseTo(estimate(rate).mean, 4);
    const elbo = -estimate(distortion.map((value, i) => value + rate[i])).mean;
    const bounds = [5, 50].map((k) => estimate(boundOf(model, tensors, points, k, new Random(5))).mean);
    expect(bounds[0]).toBeGreaterThan(elbo);
    expect(bounds[1]).toBeGreaterThan(bounds[0]);
  });

  it('costs on disk what -ELBO says, as in TensorFlow.js', () => {
    const bits = 10;
    // What lies far out in the tails costs less on disk than by the real-valued model: nothing shall.
    for (const name of ['encoder.output.weight', 'decoder.output.weight'])
      tensors[name].data.set(tensors[name].data.map((value) => 0.03 * value));
    const disk = codePoints(model, tensors, binsOf(points, bits), bits);
    expect(Math.abs(disk.net / (disk.likelihood + disk.kl) - 1)).toBeLessThan(2e-4);
    const { distortion, rate } = elboOf(model, tensors, points, new Random(4));
    const { mean, error } = estimate(distortion.map((value, i) => value + rate[i]));
    expect(Math.abs((disk.likelihood + disk.kl) / 300 - 2 * bits - mean)).toBeLessThan(8 * error);
  });

  if (latents === 2)
    it('has a density over the plane whose mass is nearly all within the map', () => {
      const density = learnedDensity(decode(model, tensors, priorLattice()));
      const mass = density.reduce((sum, value) => sum + value, 0) * (1.2 / 96) ** 2;
      expect(mass).toBeGreaterThan(0.98);
      expect(mass).toBeLessThan(1.001);
    });
});

it('bins are those that points lie in', () => {
  const [bins] = binsOf(Float32Array.of(-1, 0.3), 8);
  expect([...bins]).toEqual([0, Math.floor(1.3 * 256)]);
  const [x1, x2] = middlesOf(bins, 8);
  expect(x1).toBe(-1 + 1 / 512);
  expect(Math.abs(x2 - 0.3)).toBeLessThan(1 / 512);
  expect(() => binsOf(Float32Array.of(1, 0), 8)).toThrow(RangeError);
});
