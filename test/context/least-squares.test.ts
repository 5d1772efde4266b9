// The least-squares predictors that an image's run leaves in memory, against the same in plain f64: sums over all samples
// coded before, no recursion, and Gaussian elimination.

import { describe, expect, it } from 'vitest';
import { AdaptiveJob } from '../../codec/adaptive/job.ts';
import { type Architecture, neighbourCount, priorWeights } from '../../codec/adaptive/weights.ts';
import type { Pixels } from '../../codec/image-codec.ts';
import { paint, painterNames } from '../adaptive/images.ts';
import { field } from '../adaptive/records.ts';
import { colour, grey, uneven, untrainedWeights } from '../adaptive/untrained.ts';

const RING = 8;
const PAD = 8;
const PREDICTORS = 4;

/** Columns and rows of distance, nearest first. */
// biome-ignore format: a table
const OWN = [
  [-1, 0], [0, -1], [-1, -1], [1, -1], [-2, 0], [0, -2], [-1, -2], [1, -2], [-2, -1], [2, -1],
  [-2, -2], [2, -2], [-3, 0], [0, -3], [-3, -1], [3, -1], [-1, -3], [1, -3], [-4, 0], [3, -2],
  [-3, -2], [-2, -3], [2, -3], [3, -3],
];
const CODED = [
  [0, 0],
  [-1, 0],
  [0, -1],
  [-1, -1],
  [1, 0],
  [1, -1],
  [2, -1],
  [-2, 0],
  [0, -2],
  [-2, -1],
];
const LATER = [
  [0, -1],
  [1, -1],
  [-1, -1],
  [0, -2],
  [2, -1],
  [-2, -1],
];

interface Run {
  readonly pixels: Pixels;
  /** Sample of a plane (in coding order) inside the image. */
  sample(plane: number, x: number, y: number): number;
  /** Local error scale, and the errors of the four predictors. */
  scale(plane: number, x: number, y: number): number;
  errors(plane: number, x: number, y: number): Float32Array;
  /** Weights of a plane's neighbours, four predictors each, as fitted last. */
  weights(plane: number): Float32Array;
}

/** Runs an image; the last 8 rows are in memory afterwards, at their numbers modulo 8. */
function run(architecture: Architecture, pixels: Pixels): Run {
  const weights = untrainedWeights(architecture);
  const job = new AdaptiveJob(weights, pixels.width, pixels.height, 'learn');
  job.pixels.set(pixels.data);
  job.start();
  job.kernel.exports.adaptiveRun(job.address);
  const { buffer } = job.kernel.memory;
  const ofJob = (name: string) => field(job.kernel.memory, 'Job', job.address, name);
  const [planes, stride, predictorErrors, scales] = ['planes', 'stride', 'predictorErrors', 'scales'].map(
    ofJob,
  );
  const leastSquares = Array.from({ length: planes }, (_, plane) =>
    field(job.kernel.memory, 'Plane', ofJob(`plane${plane}`), 'leastSquares'),
  );
  const at = (plane: number, x: number, y: number) => (plane * RING + y) * stride + PAD + x;
  const samplesOf = new Float32Array(buffer, scales, planes * RING * stride);
  const channel = planes === 1 ? [0] : [1, 0, 2];
  return {
    pixels,
    sample: (plane, x, y) => pixels.data[(y * pixels.width + x) * planes + channel[plane]],
    scale: (plane, x, y) => samplesOf[at(plane, x, y)],
    errors: (plane, x, y) => new Float32Array(buffer, predictorErrors + 16 * at(plane, x, y), PREDICTORS),
    weights: (plane) => {
      const weights = field(job.kernel.memory, 'LeastSquares', leastSquares[plane], 'weights');
      return new Float32Array(buffer, weights, PREDICTORS * neighbourCount(architecture, plane));
    },
  };
}

/** A sample as the context of row `row` sees it, also beside and above the image. */
function contextSample(
  { sample, pixels: { width } }: Run,
  plane: number,
  x: number,
  y: number,
  now: number,
  own: boolean,
) {
  if (y < 0) {
    // Above the image lies each sample of the first row once more, a column to the right; in the own first row, where
    // nothing is known beyond, the last one.
    const column = Math.min(x, own ? now : Infinity, width - 1) - 1;
    return column < 0 ? 128 : sample(plane, column, 0);
  }
  if (x < 0) return y === 0 ? 128 : sample(plane, 0, y - 1);
  return sample(plane, Math.min(x, width - 1), y);
}

/** Neighbours of a sample less their planes' local means; and the mean of its own plane. */
function neighboursOf(image: Run, { planes, neighbours }: Architecture, plane: number, x: number, y: number) {
  const { own, coded, later } = neighbours[plane];
  const from = (other: number, blank: boolean) => (dx: number, dy: number) =>
    blank && y + dy < 0
      ? 128
      : contextSample(image, other, x + dx, y + dy, y === 0 ? x : Infinity, other === plane);
  const around = (at: (dx: number, dy: number) => number) =>
    0.375 * (at(-1, 0) + at(0, -1)) + 0.125 * (at(-1, -1) + at(1, -1));
  const above = (at: (dx: number, dy: number) => number) => 0.5 * at(0, -1) + 0.25 * (at(-1, -1) + at(1, -1));
  const at = from(plane, false);
  const mean = around(at);
  const values = OWN.slice(0, own).map(([dx, dy]) => at(dx, dy) - mean);
  // The plane coded just before comes first.
  const others = planes === 1 ? [] : plane === 0 ? [1, 2] : plane === 1 ? [0, 2] : [1, 0];
  for (const other of others) {
    const isLater = other > plane;
    const there = from(other, isLater);
    const centre = isLater ? above(there) : around(there);
    const list = isLater ? LATER.slice(0, later) : CODED.slice(0, coded);
    values.push(...list.map(([dx, dy]) => there(dx, dy) - centre));
  }
  return { values, mean };
}

/** Solves a symmetric positive definite system by Gaussian elimination; destroys its arguments. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i][k] / matrix[k][k];
      for (let j = k; j < n; j++) matrix[i][j] -= factor * matrix[k][j];
      right[i] -= factor * right[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) right[k] -= matrix[k][j] * right[j];
    right[k] /= matrix[k][k];
  }
  return right;
}

interface Sample {
  readonly values: readonly number[];
  readonly target: number;
  readonly weight: number;
  readonly x: number;
  readonly y: number;
}

/**
 * The fitted weights for sample (x, y) from all samples before it. Columns count by twos: a sample d pairs to the right in
 * an earlier row weighs lambda^(2d + |dy| - 1), one d pairs to the left lambda^(2d - 2 + |dy|).
 */
function fitted(
  before: readonly Sample[],
  x: number,
  y: number,
  lambda: number,
  ridge: number,
  prior: Float32Array,
) {
  const n = prior.length;
  const matrix = Array.from({ length: n }, () => new Float64Array(n));
  const right = new Float64Array(n);
  for (const sample of before) {
    const pairs = (sample.x >> 1) - (x >> 1);
    const columns = pairs < 0 ? -2 * pairs - 2 : 2 * pairs - 1;
    const weight = sample.weight * lambda ** (columns + y - sample.y);
    for (let i = 0; i < n; i++) {
      const factor = weight * sample.values[i];
      right[i] += factor * sample.target;
      for (let j = 0; j < n; j++) matrix[i][j] += factor * sample.values[j];
    }
  }
  const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const pull = ridge + (1e-5 * trace) / n;
  for (let i = 0; i < n; i++) {
    matrix[i][i] += pull;
    right[i] += pull * prior[i];
  }
  return solve(matrix, right);
}

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
        if (x % 2 === 0) {
          weights = architecture.forgetting.map((lambda, k) =>
            fitted(before, x, y, lambda, architecture.ridge[k], prior),
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
            image.errors(plane, x, y % RING).map((error) => image.sample(plane, x, y) - error),
          ),
        );
        expect(predictions.every((four) => four.every((p) => p >= 0 && p <= 255))).toBe(true);
        const scales = rows.flatMap((y) =>
          Array.from({ length: pixels.width }, (_, x) => image.scale(plane, x, y % RING)),
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
    for (let x = 8; x < 52; x++) sum += Math.abs(image.errors(0, x, 59 % RING)[3]);
    expect(sum / 44).toBeLessThan(2);
  });
});
