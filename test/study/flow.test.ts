// Posteriors of toy models: one that starts from a model's encoder is that encoder's, and has a density.
import { beforeAll, expect, it } from 'vitest';
import { boundsOf } from '../../src/study/flow/estimates.ts';
import { flowPosterior, posteriorFrom } from '../../src/study/flow/posterior.ts';
import { decoderOf } from '../../src/study/flow/preset.ts';
import { twoSpirals } from '../../src/study/toy/densities.ts';
import { samplePoints } from '../../src/study/toy/density.ts';
import { boundOf } from '../../src/study/toy/estimates.ts';
import { initialToy, toyModel } from '../../src/study/toy/model.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';

const HIDDEN = [8, 8];
const MODEL = toyModel(HIDDEN);
const POINTS = 200;
const SAMPLES = 100;

beforeAll(async () => void (await useBackend('cpu')));

it.each([
  ['a full covariance', 'full', 0],
  ['four coupling layers', 'full', 4],
] as const)('starts %s from the encoder of a model, whose bound it has', (_, covariance, couplings) => {
  const toy = initialToy(MODEL, new Random(1));
  const q = flowPosterior({ covariance, couplings }, HIDDEN);
  const points = samplePoints(twoSpirals, POINTS, new Random(2));
  const tensors = { ...decoderOf(toy), ...posteriorFrom(toy, q, new Random(3)) };
  const { log2Evidence } = boundsOf(MODEL, q, tensors, points, SAMPLES, new Random(4));
  const own = boundOf(MODEL, toy, points, SAMPLES, new Random(5));
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(log2Evidence)).toBeCloseTo(mean(own), 1);
});
