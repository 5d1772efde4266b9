// Classes by prototypes, and a linear classifier, on points whose classes are known.
import { beforeAll, expect, it } from 'vitest';
import { classesOf, prototypesOf } from '../../../src/study/bottleneck/prototypes.ts';
import { scoreOf, trainClassifier } from '../../../src/study/bottleneck/softmax-regression.ts';
import { estimate } from '../../../src/study/frame/estimate.ts';
import { Random } from '../../../src/train/run/random.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';

beforeAll(() => useBackend('wasm'));

it('prototypes find heaps that stand apart', () => {
  const random = new Random(1);
  const centres = [
    [40, 40],
    [200, 40],
    [40, 200],
  ];
  const points = Array.from({ length: 300 }, (_, i) =>
    Uint8Array.from(centres[i % 3], (centre) => centre + random.integer(20)),
  );
  const prototypes = prototypesOf(points, 3, random);
  const classes = classesOf(points, prototypes);
  expect(new Set(classes).size).toBe(3);
  for (const [i, found] of classes.entries()) expect(found).toBe(classes[i % 3]);
});

/** Points of two classes, N(-1, 1) and N(1, 1) in the first dimension, noise in the second. */
function points(count: number, random: Random) {
  const classes = Uint8Array.from({ length: count }, () => random.integer(2));
  const values = Array.from(classes, (c) => [2 * c - 1 + random.normal(), 10 * random.normal()]).flat();
  return { features: { values, size: 2 }, classes };
}

it('the classifier comes to the probabilities of Bayes', () => {
  const trained = points(4000, new Random(2));
  const classifier = trainClassifier(trained.features, trained.classes, 2);
  const tested = points(4000, new Random(3));
  const { right, log2 } = scoreOf(classifier, tested.features, tested.classes);
  const exact = Array.from(tested.classes, (c, i) => {
    const logit = 2 * tested.features.values[2 * i];
    return -Math.log2(1 + Math.exp(c === 1 ? -logit : logit));
  });
  expect(Math.abs(estimate(log2).mean - estimate(exact).mean)).toBeLessThan(0.005);
  // Phi(1)
  expect(Math.abs(estimate(right).mean - 0.8413)).toBeLessThan(0.02);
});

it('the classifier learns nothing of features that say nothing', () => {
  const { classes } = points(500, new Random(4));
  const features = { values: new Float32Array(500).fill(7), size: 1 };
  const { log2 } = scoreOf(trainClassifier(features, classes, 2), features, classes);
  const share = classes.reduce((a, b) => a + b, 0) / 500;
  const entropy = -share * Math.log2(share) - (1 - share) * Math.log2(1 - share);
  expect(estimate(log2).mean).toBeCloseTo(-entropy, 3);
});
