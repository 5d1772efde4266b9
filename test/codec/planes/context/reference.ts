// The context that an image's run computes in the kernel, once more in plain f64: neighbours, and the least-squares predictors
// from sums over all samples coded before, no recursion, and Gaussian elimination. And what a run leaves in memory.

import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { LearningJob, learningPlan } from '../../../../codec/planes/learning/job.ts';
import { type Architecture, neighbourCount } from '../../../../codec/planes/learning/weights.ts';
import { field } from '../../kernel/records.ts';
import { untrainedWeights } from '../learning/untrained.ts';

/** Rows that a run leaves in memory. */
export const RING = 8;
const PAD = 8;
const PREDICTORS = 4;

/** Columns and rows of distance, nearest first. */
// biome-ignore format: a table
export const OWN = [
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

export interface Run {
  readonly pixels: Pixels;
  /** Sample of a plane (in coding order) inside the image. */
  sample(plane: number, x: number, y: number): number;
  /** Local error scale, and the errors of the four predictors. */
  scale(plane: number, x: number, y: number): number;
  errors(plane: number, x: number, y: number): Float32Array;
  /** Error of the blended prediction, and of the predictor from similar contexts. */
  error(plane: number, x: number, y: number): number;
  similarError(plane: number, x: number, y: number): number;
  /** Of a plane's last sample: the prediction from similar contexts less the local mean, mean error, mean |error|. */
  similarResult(plane: number): Float32Array;
  /** Weights of a plane's neighbours, four predictors each, as fitted last. */
  weights(plane: number): Float32Array;
}

/** Runs an image; the last 8 rows are in memory afterwards, at their numbers modulo 8. */
export function run(architecture: Architecture, pixels: Pixels): Run {
  const weights = untrainedWeights(architecture);
  const job = new LearningJob(weights, learningPlan(weights, pixels.width, pixels.height, 'learn'));
  job.pixels.set(pixels.data);
  job.start();
  job.runHere();
  const { buffer } = job.kernel.memory;
  const ofJob = (name: string) => field(job.kernel.memory, 'LearningJob', job.address, name);
  const planes = ofJob('planes');
  const ofRings = (name: string) => field(job.kernel.memory, 'Rings', ofJob('rings'), name);
  const [stride, predictorErrors] = ['stride', 'predictorErrors'].map(ofRings);
  const ofPlane = (plane: number, name: string) =>
    field(job.kernel.memory, 'LearningPlane', ofJob(`plane${plane}`), name);
  const at = (plane: number, x: number, y: number) => (plane * RING + (y % RING)) * stride + PAD + x;
  const [scales, errors, similarErrors] = ['scales', 'errors', 'fifthErrors'].map(
    (name) => new Float32Array(buffer, ofRings(name), planes * RING * stride),
  );
  const channel = planes === 1 ? [0] : [1, 0, 2];
  return {
    pixels,
    sample: (plane, x, y) => pixels.data[(y * pixels.width + x) * planes + channel[plane]],
    scale: (plane, x, y) => scales[at(plane, x, y)],
    error: (plane, x, y) => errors[at(plane, x, y)],
    similarError: (plane, x, y) => similarErrors[at(plane, x, y)],
    similarResult: (plane) =>
      new Float32Array(buffer, field(job.kernel.memory, 'Similar', ofPlane(plane, 'similar'), 'result'), 3),
    errors: (plane, x, y) => new Float32Array(buffer, predictorErrors + 16 * at(plane, x, y), PREDICTORS),
    weights: (plane) => {
      const weights = field(job.kernel.memory, 'LeastSquares', ofPlane(plane, 'leastSquares'), 'weights');
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
export function neighboursOf(
  image: Run,
  { planes, neighbours }: Architecture,
  plane: number,
  x: number,
  y: number,
) {
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
export function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
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

/** A sample that predictors are fitted to: its neighbours and itself less their local means, and its trust. */
export interface Sample {
  readonly values: readonly number[];
  readonly target: number;
  readonly weight: number;
  readonly x: number;
  readonly y: number;
}

/**
 * The fitted weights for sample (x, y) from all samples before it. Columns count by bundles of b: a sample d bundles to the
 * right in an earlier row weighs lambda^(b d + |dy| - 1), one d bundles to the left lambda^(b d - b + |dy|).
 */
export function fitted(
  before: readonly Sample[],
  x: number,
  y: number,
  lambda: number,
  ridge: number,
  prior: Float32Array,
  bundle: number,
) {
  const n = prior.length;
  const matrix = Array.from({ length: n }, () => new Float64Array(n));
  const right = new Float64Array(n);
  for (const sample of before) {
    const bundles = Math.floor(sample.x / bundle) - Math.floor(x / bundle);
    const columns = bundle * (bundles < 0 ? -bundles - 1 : bundles) - (bundles < 0 ? 0 : 1);
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
