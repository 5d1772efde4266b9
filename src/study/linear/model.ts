// A linear-Gaussian VAE: z ~ N(0, I), x = W z + sigma * noise (Tipping and Bishop 1999, section 3.2).
//   p(x) = N(0, C),  C = W W^T + sigma^2 I;    p(z|x) = N(P^-1 W^T x / sigma^2, P^-1),  P = I + W^T W / sigma^2
//   KL(q(z|x) || p(z|x)) = (tr(P S) - d - log |P S|) / 2  for a diagonal q of variances S around p(z|x)'s mean
// Sums and products alone make what coding depends on, so that every engine has the same bits.

import type { Random } from '../../train/run/random.ts';
import {
  addDiagonal,
  apply,
  inverse,
  log2Determinant,
  type Matrix,
  multiply,
  scaled,
  transpose,
} from '../frame/linear-algebra.ts';

/** W, [data][latents]: columns that are far from orthogonal, so that latents depend on each other given x. */
export const WEIGHTS: Matrix = [
  [1, 0.8],
  [0.8, 1],
  [0.5, 0.7],
  [-0.3, 0.2],
];
export const SIGMA = 0.3;
export const DATA = WEIGHTS.length;
export const LATENTS = 2;

const VARIANCE = SIGMA * SIGMA;
const TRANSPOSED = transpose(WEIGHTS);
/** C, of x. */
export const COVARIANCE = addDiagonal(multiply(WEIGHTS, TRANSPOSED), VARIANCE);
const COVARIANCE_INVERSE = inverse(COVARIANCE);
const PRECISION = addDiagonal(scaled(multiply(TRANSPOSED, WEIGHTS), 1 / VARIANCE), 1);
const POSTERIOR_COVARIANCE = inverse(PRECISION);
/** Maps x to the posterior's mean. */
const REGRESSION = scaled(multiply(POSTERIOR_COVARIANCE, TRANSPOSED), 1 / VARIANCE);
export const LOG2_TWO_PI = Math.log2(2 * Math.PI);

/** The mean of -log2 p(x) over x: bits of all dimensions together. */
export const ENTROPY = 0.5 * (DATA * (LOG2_TWO_PI + Math.LOG2E) + log2Determinant(COVARIANCE));
/** A Gaussian of two latents: z1 ~ N(mean1, scale1), z2 given z1 ~ N(mean2 + slope (z1 - mean1), scale2). */
export interface Posterior {
  readonly scales: readonly [number, number];
  readonly slope: number;
}

/** The diagonal posterior with the least KL from p(z|x): variances 1 / P_ii, narrower than p(z|x) is. */
export const NARROW: Posterior = diagonal([1 / PRECISION[0][0], 1 / PRECISION[1][1]]);
/** The diagonal posterior with the variances of p(z|x). */
export const WIDE: Posterior = diagonal([POSTERIOR_COVARIANCE[0][0], POSTERIOR_COVARIANCE[1][1]]);
/** p(z|x) itself. */
export const EXACT: Posterior = conditionals(POSTERIOR_COVARIANCE);

function diagonal([first, second]: readonly [number, number]): Posterior {
  return { scales: [Math.sqrt(first), Math.sqrt(second)], slope: 0 };
}

function conditionals([[a, b], [, d]]: Matrix): Posterior {
  return { scales: [Math.sqrt(a), Math.sqrt(d - (b * b) / a)], slope: b / a };
}

/** KL(q(z|x) || p(z|x)) of a diagonal q, bits: the same for every x. */
export function gap({ scales }: Posterior): number {
  const variances = scales.map((scale) => scale * scale);
  const trace = variances.reduce((sum, variance, i) => sum + PRECISION[i][i] * variance, 0);
  const volumes =
    log2Determinant(PRECISION) + variances.reduce((sum, variance) => sum + Math.log2(variance), 0);
  return 0.5 * (Math.LOG2E * (trace - LATENTS) - volumes);
}

export function sampleData(random: Random): number[] {
  const z = Array.from({ length: LATENTS }, () => random.normal());
  return dataMean(z).map((mean) => mean + SIGMA * random.normal());
}

/** W z, the mean of x given z. */
export function dataMean(z: ArrayLike<number>): number[] {
  return apply(WEIGHTS, z);
}

/** The posterior's mean given x. */
export function latentMean(x: ArrayLike<number>): number[] {
  return apply(REGRESSION, x);
}

/** The mean of z2 given x and z1. */
export function secondMean(posterior: Posterior, mean: readonly number[], first: number): number {
  return mean[1] + posterior.slope * (first - mean[0]);
}

export function sampleLatents(posterior: Posterior, mean: readonly number[], random: Random): number[] {
  const [scale1, scale2] = posterior.scales;
  const first = mean[0] + scale1 * random.normal();
  return [first, secondMean(posterior, mean, first) + scale2 * random.normal()];
}

/** log2 p(x). */
export function log2Evidence(x: readonly number[]): number {
  const distance = apply(COVARIANCE_INVERSE, x).reduce((sum, value, i) => sum + value * x[i], 0);
  return -0.5 * (DATA * LOG2_TWO_PI + log2Determinant(COVARIANCE) + Math.LOG2E * distance);
}

/** log2 p(x|z). */
export function log2Likelihood(x: readonly number[], z: readonly number[]): number {
  return dataMean(z).reduce((sum, mean, i) => sum + log2Normal(x[i], mean, SIGMA), 0);
}

/** log2 q(z|x) - log2 p(z): what z costs and does not give back. */
export function log2Ratio(posterior: Posterior, mean: readonly number[], z: readonly number[]): number {
  const [scale1, scale2] = posterior.scales;
  const q = log2Normal(z[0], mean[0], scale1) + log2Normal(z[1], secondMean(posterior, mean, z[0]), scale2);
  return q - log2Normal(z[0], 0, 1) - log2Normal(z[1], 0, 1);
}

function log2Normal(value: number, mean: number, scale: number): number {
  const distance = (value - mean) / scale;
  return -0.5 * (LOG2_TWO_PI + Math.LOG2E * distance * distance) - Math.log2(scale);
}
