// Gaussian encoders of the linear model, q(z|x) = N(B x, S): all that a plane of rate and distortion shows, in closed
// form. For a weight beta of R the best encoder of this decoder is q(z|x) ~ p(z) p(x|z)^(1 / beta).
//   R = E KL(q(z|x) || p(z)),   D = E -log p(x|z),   q(z) = N(0, B C B^T + S),   I = log(|B C B^T + S| / |S|) / 2

import type { Random } from '../../train/run/random.ts';
import {
  addDiagonal,
  apply,
  cholesky,
  inverse,
  log2Determinant,
  type Matrix,
  multiply,
  scaled,
  sum,
  trace,
  transpose,
} from '../frame/linear-algebra.ts';
import type { Gaussians } from '../information/gaussians.ts';
import { COVARIANCE, DATA, LATENTS, LOG2_TWO_PI, SIGMA, sampleData, WEIGHTS } from './model.ts';

export interface Encoder {
  /** B, [latents][data]. */
  readonly map: Matrix;
  /** S. */
  readonly covariance: Matrix;
}

/** The best there is for D + beta R; p(z|x) itself for 1. */
export function encoderFor(beta: number): Encoder {
  const transposed = scaled(transpose(WEIGHTS), 1 / (beta * SIGMA * SIGMA));
  const covariance = inverse(addDiagonal(multiply(transposed, WEIGHTS), 1));
  return { map: multiply(covariance, transposed), covariance };
}

/** Bits of all dimensions together. */
export interface EncoderTerms {
  readonly rate: number;
  readonly distortion: number;
  /** I(x; z). */
  readonly information: number;
}

export function termsOf({ map, covariance }: Encoder): EncoderTerms {
  const aggregate = sum(multiply(multiply(map, COVARIANCE), transpose(map)), covariance);
  const volume = log2Determinant(covariance);
  // What is left of x when W B x is taken away, and what z's spread adds.
  const residual = addDiagonal(scaled(multiply(WEIGHTS, map), -1), 1);
  const left = multiply(multiply(residual, COVARIANCE), transpose(residual));
  const added = multiply(multiply(WEIGHTS, covariance), transpose(WEIGHTS));
  const squares = (trace(left) + trace(added)) / (SIGMA * SIGMA);
  return {
    rate: 0.5 * (Math.LOG2E * (trace(aggregate) - LATENTS) - volume),
    distortion: 0.5 * (DATA * (LOG2_TWO_PI + 2 * Math.log2(SIGMA)) + Math.LOG2E * squares),
    information: 0.5 * (log2Determinant(aggregate) - volume),
  };
}

/** q(z|x) of `count` vectors x of the model, in coordinates of z in which S is the identity. */
export function whitePosteriors({ map, covariance }: Encoder, count: number, random: Random): Gaussians {
  const whitening = inverse(covariance);
  const factor = transpose(cholesky(whitening));
  const means = Array.from({ length: count }, () => apply(factor, apply(map, sampleData(random)))).flat();
  return { means, scales: means.map(() => 1), size: LATENTS };
}
