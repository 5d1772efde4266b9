// The predictor from similar contexts, against the same in plain f64: all samples of the window, their weights from the
// definition at the head of codec/planes/context/assembly/similar.ts, and Gaussian elimination.

import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { LearningJob, learningPlan } from '../../../../codec/planes/learning/job.ts';
import { type Architecture, priorWeights } from '../../../../codec/planes/learning/weights.ts';
import { field } from '../../kernel/records.ts';
import { paint, painterNames } from '../learning/images.ts';
import { largeSimilar, similar, similarGrey, untrainedWeights } from '../learning/untrained.ts';
import { fitted, neighboursOf, RING, type Run, run, type Sample, solve } from './reference.ts';

const NEIGHBOURS = 16;
/** The least-squares predictor whose weights the ridge draws to. */
const THIRD = 2;
/** Rows above, columns to the left and to the right there, and columns to the left in the current row. */
const WINDOW = { above: 14, left: 14, right: 13, current: 16 };
const LEAST_SHARE = 0.08;
/** What decides whether a sample is left out must differ by so much, or f32 may decide otherwise. */
const UNDECIDED = 1e-4;

/** What an image's runs leave, for all rows: each band of 8 comes from a run of the rows down to its end. */
function runAll(architecture: Architecture, pixels: Pixels): Run {
  const bands = Array.from({ length: Math.ceil(pixels.height / RING) }, (_, band) => {
    const height = Math.min(pixels.height, RING * (band + 1));
    const data = pixels.data.subarray(0, pixels.width * height * pixels.channels);
    return run(architecture, { ...pixels, data, height });
  });
  const at = (y: number) => bands[Math.floor(y / RING)];
  return {
    ...bands[bands.length - 1],
    pixels,
    scale: (plane, x, y) => at(y).scale(plane, x, y),
    error: (plane, x, y) => at(y).error(plane, x, y),
    similarError: (plane, x, y) => at(y).similarError(plane, x, y),
  };
}

interface Coded {
  /** The 16 neighbours. */
  readonly values: readonly number[];
  readonly target: number;
  readonly error: number;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Which of the least squares' neighbours the predictor takes: the first of the own plane and of each one coded. */
function picked({ neighbours, similar = [] }: Architecture, plane: number): number[] {
  const indices = Array.from({ length: similar[plane].own }, (_, i) => i);
  for (let other = 0; other < plane; other++)
    for (let i = 0; i < similar[plane].coded; i++)
      indices.push(neighbours[plane].own + other * neighbours[plane].coded + i);
  expect(indices.length).toBe(NEIGHBOURS);
  return indices;
}

/** Samples of the window that are there, and their weights, those that count for too little left out. */
function window(
  before: readonly (Coded | undefined)[][],
  x: number,
  y: number,
  values: readonly number[],
  scale: number,
) {
  const all: { sample: Coded; weight: number }[] = [];
  for (let dy = -WINDOW.above; dy <= 0; dy++) {
    const [from, to] = dy < 0 ? [-WINDOW.left, WINDOW.right] : [-WINDOW.current, -1];
    for (let dx = from; dx <= to; dx++) {
      const sample = before[y + dy]?.[x + dx];
      if (!sample) continue;
      const distance = sample.values.reduce((sum, value, i) => sum + (value - values[i]) ** 2, 0);
      const nearness = 1 / (1 + (dx * dx + dy * dy) / 100);
      const similarity = 1 / (distance / (NEIGHBOURS * scale * scale) + 0.5);
      all.push({ sample, weight: sample.scale ** -1.5 * nearness * similarity });
    }
  }
  const least = LEAST_SHARE * Math.max(...all.map(({ weight }) => weight));
  return {
    kept: all.filter(({ weight }) => weight > least),
    decided: all.every(({ weight }) => Math.abs(weight / least - 1) > UNDECIDED),
  };
}

/** The prediction less the local mean, from the samples kept and the weights that the ridge draws to. */
function predicted(
  kept: readonly { sample: Coded; weight: number }[],
  values: readonly number[],
  scale: number,
  prior: readonly number[],
): number {
  const matrix = Array.from({ length: NEIGHBOURS }, () => new Float64Array(NEIGHBOURS));
  const right = new Float64Array(NEIGHBOURS);
  for (const { sample, weight } of kept) {
    for (let i = 0; i < NEIGHBOURS; i++) {
      right[i] += weight * sample.values[i] * sample.target;
      for (let j = 0; j < NEIGHBOURS; j++) matrix[i][j] += weight * sample.values[i] * sample.values[j];
    }
  }
  const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const ridge = 4 / scale ** 1.5 + (1e-5 * trace) / NEIGHBOURS;
  for (let i = 0; i < NEIGHBOURS; i++) {
    matrix[i][i] += ridge;
    right[i] += ridge * prior[i];
  }
  return solve(matrix, right).reduce((sum, weight, i) => sum + weight * values[i], 0);
}

const weightedMean = (kept: readonly { sample: Coded; weight: number }[], of: (sample: Coded) => number) =>
  kept.reduce((sum, { sample, weight }) => sum + weight * of(sample), 0) /
  Math.max(
    1e-300,
    kept.reduce((sum, { weight }) => sum + weight, 0),
  );

interface Deviation {
  /** Largest differences: of predictions, in levels; of the last samples' mean errors. */
  prediction: number;
  meanErrors: number;
  /** Mean difference of predictions. */
  mean: number;
  compared: number;
  undecided: number;
}

/** How far the kernel is from f64. */
function deviation(architecture: Architecture, pixels: Pixels): Deviation {
  const image = runAll(architecture, pixels);
  const worst: Deviation = { prediction: 0, meanErrors: 0, mean: 0, compared: 0, undecided: 0 };
  for (let plane = 0; plane < architecture.planes; plane++) {
    const indices = picked(architecture, plane);
    const lambda = architecture.forgetting[THIRD];
    const drawnTo = priorWeights(architecture, plane);
    const before: Sample[] = [];
    const coded: Coded[][] = Array.from({ length: pixels.height }, () => []);
    let thirdWeights: Float64Array = new Float64Array();
    for (let y = 0; y < pixels.height; y++) {
      for (let x = 0; x < pixels.width; x++) {
        const { values: all, mean } = neighboursOf(image, architecture, plane, x, y);
        if (x % architecture.bundle === 0)
          thirdWeights = fitted(
            before,
            x,
            y,
            lambda,
            architecture.ridge[THIRD],
            drawnTo,
            architecture.bundle,
          );
        const values = indices.map((index) => all[index]);
        const scale = image.scale(plane, x, y);
        const sample = image.sample(plane, x, y);
        const { kept, decided } = window(coded, x, y, values, scale);
        if (decided) {
          const prior = indices.map((index) => thirdWeights[index]);
          const prediction = Math.max(0, Math.min(255, mean + predicted(kept, values, scale, prior)));
          const found = sample - image.similarError(plane, x, y);
          const difference = Math.abs(found - prediction);
          worst.prediction = Math.max(worst.prediction, difference);
          worst.compared++;
          worst.mean += (difference - worst.mean) / worst.compared;
          if (x === pixels.width - 1 && y === pixels.height - 1) {
            const result = image.similarResult(plane);
            const errors = [
              weightedMean(kept, ({ error }) => error),
              weightedMean(kept, ({ error }) => Math.abs(error)),
            ];
            const differences = errors.map((error, i) => Math.abs(error - result[i + 1]));
            worst.meanErrors = Math.max(worst.meanErrors, ...differences);
          }
        } else worst.undecided++;
        const target = sample - mean;
        before.push({ values: all, target, weight: scale ** -1.5, x, y });
        coded[y][x] = { values, target, error: image.error(plane, x, y), scale, x, y };
      }
    }
  }
  return worst;
}

/** What f32 may cost, in levels: on the mean and at most. Few noisy samples determine 16 weights badly. */
const TOLERANCES: Record<string, [mean: number, most: number]> = {
  noise: [0.6, 8],
  'saturated noise': [3, 40],
  'steep gradient': [0.1, 6],
  'rare flips': [0.05, 1],
  blocks: [0.05, 3],
  'clipped photo': [0.003, 0.2],
};
/** Any row or column less in the window, and any constant a fifth larger, is beyond it in 'photo-like'. */
const TOLERANCE = [0.003, 0.12];

/** Every kind of image but those whose neighbours repeat one another: there a system's solution is any of many. */
const POSED = painterNames.filter(
  (name) => !['columns', 'rows', 'checkerboard', 'wide stripes'].includes(name),
);

/** Runs an image in a job that may have run others; returns all that it learned and its length. */
function runAgain(job: LearningJob, pixels: Pixels) {
  job.pixels.set(pixels.data);
  job.start();
  job.runHere();
  const learned = Array.from({ length: job.planes }, (_, plane) => job.parameters(plane).slice());
  return { learned, likelihood: job.likelihood };
}

/** The record of a plane's predictor. */
function recordOf(job: LearningJob, plane: number): (name: string) => number {
  const { memory } = job.kernel;
  const record = field(
    memory,
    'LearningPlane',
    field(memory, 'LearningJob', job.address, `plane${plane}`),
    'similar',
  );
  return (name) => field(memory, 'Similar', record, name);
}

describe('the predictor from similar contexts', () => {
  it.each(POSED)('fits what f64 does: %s', (name) => {
    const [mean, most] = TOLERANCES[name] ?? TOLERANCE;
    for (const [architecture, width, height] of [
      [similar, 1, 1],
      [similar, 1, 20],
      [similar, 40, 1],
      [similar, 3, 18],
      [similar, 20, 9],
      [similarGrey, 45, 6],
      [similarGrey, 17, 34],
      [largeSimilar, 13, 5],
    ] as const) {
      const pixels = paint(name, width, height, architecture.planes);
      const worst = deviation(architecture, pixels);
      expect(worst.mean).toBeLessThan(mean);
      expect(worst.prediction).toBeLessThan(most);
      expect(worst.meanErrors).toBeLessThan(1e-4);
      expect(worst.undecided / (worst.undecided + worst.compared)).toBeLessThan(0.03);
    }
  });

  it.each(painterNames)('stays finite and in range: %s', (name) => {
    for (const architecture of [similar, similarGrey]) {
      const pixels = paint(name, 50, 20, architecture.planes);
      const image = run(architecture, pixels);
      for (let plane = 0; plane < architecture.planes; plane++) {
        expect(image.similarResult(plane).every(Number.isFinite)).toBe(true);
        for (let y = pixels.height - RING; y < pixels.height; y++) {
          for (let x = 0; x < pixels.width; x++) {
            const prediction = image.sample(plane, x, y) - image.similarError(plane, x, y);
            expect(prediction >= 0 && prediction <= 255).toBe(true);
          }
        }
      }
    }
  });

  it('forgets one image before the next', () => {
    for (const architecture of [similar, similarGrey]) {
      const [one, other] = ['photo-like', 'noise'].map((name) => paint(name, 37, 21, architecture.planes));
      const job = new LearningJob(
        untrainedWeights(architecture),
        learningPlan({ architecture }, 37, 21, 'learn'),
      );
      const first = runAgain(job, one);
      expect(runAgain(job, other)).not.toEqual(first);
      expect(runAgain(job, one)).toEqual(first);
    }
  });

  it('leaves the margins of its rows empty, and writes to nothing but its own', () => {
    for (const [width, height] of [
      [1, 40],
      [7, 33],
      [66, 18],
    ]) {
      const job = new LearningJob(
        untrainedWeights(similar),
        learningPlan({ architecture: similar }, width, height, 'encode'),
      );
      runAgain(job, paint('noise', width, height));
      const { buffer } = job.kernel.memory;
      for (let plane = 0; plane < 3; plane++) {
        const of = recordOf(job, plane);
        const stride = width + 32;
        expect(of('stride')).toBe(stride);
        const trust = new Float32Array(buffer, of('trust'), 15 * stride);
        const records = new Float32Array(buffer, of('records'), 15 * stride * 20);
        for (let i = 0; i < trust.length; i++) {
          const x = (i % stride) - 16;
          const inside = x >= 0 && x < width;
          expect(trust[i] > 0).toBe(inside);
          if (!inside)
            expect(records.subarray(20 * i, 20 * (i + 1)).every((value) => value === 0)).toBe(true);
        }
        const candidates = 16 + 14 * 28;
        const sizes = {
          ...{ records: 15 * stride * 80, trust: 15 * stride * 4, nearness: 4 * candidates },
          ...{ weights: 4 * candidates, kept: 8 * (candidates + 1), system: 16 * 80, result: 16 },
        };
        for (const [name, size] of Object.entries(sizes)) {
          const behind = new Uint8Array(buffer, of(name) + size, -size & 63);
          expect(behind.every((byte) => byte === 0)).toBe(true);
        }
      }
    }
  });
});
