// The least-squares predictors that an image's run leaves in memory, against the same in plain f64.

import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import {
  type Architecture,
  neighbourCount,
  priorWeights,
} from '../../../../codec/planes/learning/weights.ts';
import { paint, painterNames } from '../learning/images.ts';
import { colour, grey, uneven } from '../learning/untrained.ts';
import { fitted, neighboursOf, OWN, RING, run, type Sample } from './reference.ts';

/** The largest difference between the kernel's predictions and those in f64, in levels. */
function deviation(architecture: Architecture, pixels: Pixels): number {
  const image = run(architecture, pixels);
  let worst = 0;
  for (let plane = 0; plane < architecture.planes; plane++) {
    const prior = priorWeights(architecture, plane);
    expect(prior.length).toBe(neighbourCount(architecture, plane));
    const before: Sample[] = [];
    let weights: Float64Array[] = [];
    for (let y = 0; y < pixels.height; y++) {
      for (let x = 0; x < pixels.width; x++) {
        const { values, mean } = neighboursOf(image, architecture, plane, x, y);
        if (x % architecture.bundle === 0) {
          weights = architecture.forgetting.map((lambda, k) =>
            fitted(before, x, y, lambda, architecture.ridge[k], prior, architecture.bundle),
          );
        }
        const sample = image.sample(plane, x, y);
        const errors = image.errors(plane, x, y);
        weights.forEach((of, k) => {
          const prediction = of.reduce((sum, weight, i) => sum + weight * values[i], mean);
          const clamped = Math.max(0, Math.min(255, prediction));
          worst = Math.max(worst, Math.abs(sample - clamped - errors[k]));
        });
        const scale = image.scale(plane, x, y);
        before.push({ values, target: sample - mean, weight: scale ** -1.5, x, y });
      }
    }
  }
  return worst;
}

/** All of the list of own neighbours. */
const everyNeighbour = { ...grey, neighbours: [{ own: OWN.length, coded: 0, later: 0 }] };

/** Every kind of image but those whose neighbours repeat one another: there a system's solution is any of many. */
const POSED = painterNames.filter(
  (name) => !['columns', 'rows', 'checkerboard', 'wide stripes'].includes(name),
);

describe('least squares', () => {
  it.each(POSED)('fits what f64 does: %s', (name) => {
    for (const [architecture, width, height] of [
      [grey, 70, 4],
      [colour, 25, 8],
      [uneven, 9, 5],
      [everyNeighbour, 40, 5],
      [grey, 1, 8],
      [colour, 2, 3],
    ] as const) {
      const pixels = paint(name, width, height, architecture.planes);
      expect(deviation(architecture, pixels)).toBeLessThan(0.5);
    }
  });

  it.each(painterNames)('stays finite and in range: %s', (name) => {
    for (const architecture of [grey, colour, uneven]) {
      const pixels = paint(name, 66, 40, architecture.planes);
      const image = run(architecture, pixels);
      const rows = Array.from({ length: RING }, (_, i) => pixels.height - RING + i);
      for (let plane = 0; plane < architecture.planes; plane++) {
        expect(image.weights(plane).every(Number.isFinite)).toBe(true);
        const predictions = rows.flatMap((y) =>
          Array.from({ length: pixels.width }, (_, x) =>
            image.errors(plane, x, y).map((error) => image.sample(plane, x, y) - error),
          ),
        );
        expect(predictions.every((four) => four.every((p) => p >= 0 && p <= 255))).toBe(true);
        const scales = rows.flatMap((y) =>
          Array.from({ length: pixels.width }, (_, x) => image.scale(plane, x, y)),
        );
        expect(scales.every((scale) => scale >= 0.2 && scale < 400)).toBe(true);
      }
    }
  });

  it('keeps to the prior weights where neighbours say nothing', () => {
    for (const architecture of [grey, colour, uneven]) {
      const pixels = paint('constant', 40, 20, architecture.planes);
      pixels.data.fill(128);
      const image = run(architecture, pixels);
      for (let plane = 0; plane < architecture.planes; plane++) {
        const prior = priorWeights(architecture, plane);
        image.weights(plane).forEach((weight, i) => {
          expect(weight).toBeCloseTo(prior[i >> 2], 5);
        });
      }
    }
  });

  it('learns a linear rule', () => {
    // Each sample is the mean of W and NE: after a while the predictors that forget least know it.
    const pixels = paint('noise', 60, 60, 1);
    for (let y = 1; y < 60; y++) {
      for (let x = 1; x < 59; x++) {
        const at = y * 60 + x;
        pixels.data[at] = Math.round((pixels.data[at - 1] + pixels.data[at - 59]) / 2);
      }
    }
    const image = run(grey, pixels);
    let sum = 0;
    for (let x = 8; x < 52; x++) sum += Math.abs(image.errors(0, x, 59)[3]);
    expect(sum / 44).toBeLessThan(2);
  });
});
