// A VAE that tends to a flow (Yu 2020, section 3.3). An invertible f with a known Jacobian J bends the plane:
//   f(z) = (a z1, b z2 + c (z1^2 - 1)),   x = f(z), z ~ N(0, I):   -log p(x) = |z|^2 / 2 + log(2 pi) + log(a b)
// Its Sigma-VAE has p(x|z) = N(f(z), e^2 I) and q(z|x) = N(f^-1(x), e^2 S) with S = (J^T J)^-1, or, restricted to a
// diagonal, the best one for small e: 1 / (J^T J)_ii. Everything has a closed form, to every order of e. In nats.
// Only + - * / and sqrt: encoder and decoder of a stream agree on every engine.

import type { Random } from '../../train/run/random.ts';

const [A, B, C] = [1, 0.5, 0.5];

export type Covariance = 'full' | 'diagonal';
export type Pair = readonly [number, number];

export function forward([z1, z2]: Pair): Pair {
  return [A * z1, B * z2 + C * (z1 * z1 - 1)];
}

export function backward([x1, x2]: Pair): Pair {
  const z1 = x1 / A;
  return [z1, (x2 - C * (z1 * z1 - 1)) / B];
}

/** -log p(x) at x = f(z). */
export function negativeLog([z1, z2]: Pair): number {
  return 0.5 * (z1 * z1 + z2 * z2) + Math.log(2 * Math.PI * A * B);
}

/** Its mean over x: the entropy. */
export const ENTROPY = Math.log(2 * Math.PI * A * B) + 1;

/** S = L L^T with L lower triangular: the deviation of z1, what z2 follows of z1's noise, and z2's own deviation. */
export function spread(
  [z1]: Pair,
  covariance: Covariance,
): readonly [first: number, along: number, second: number] {
  const bend = 2 * C * z1;
  if (covariance === 'diagonal') return [1 / Math.sqrt(A * A + bend * bend), 0, 1 / B];
  return [1 / A, -bend / (A * B), 1 / B];
}

/** -ELBO(x) + log p(x) at x = f(z), exactly; e^2 times a constant where the covariance is full. */
export function gap(z: Pair, covariance: Covariance, epsilon: number): number {
  const [first, along, second] = spread(z, covariance);
  const trace = first ** 2 + along ** 2 + second ** 2;
  // |f(z + e v) - f(z)|^2 = e^2 |J v|^2 + e^4 c^2 v1^4, less the odd powers of v; E |J v|^2 is 2 for both.
  const bent = 3 * C * C * first ** 4;
  const volume = -Math.log(A * B * first * second);
  return volume + 0.5 * epsilon ** 2 * (bent + trace);
}

/** The mean gap over x, by the rectangle rule over z1: it does not depend on z2. */
export function meanGap(covariance: Covariance, epsilon: number): number {
  const step = 1 / 64;
  let sum = 0;
  for (let z1 = -10; z1 <= 10; z1 += step)
    sum += gap([z1, 0], covariance, epsilon) * Math.exp(-0.5 * z1 * z1) * step;
  return sum / Math.sqrt(2 * Math.PI);
}

/**
 * -ELBO(x) + log p(x) at x = f(z), from one sample of q and the KL in closed form. Of the squared noise, whose mean is
 * 2, what it differs from it is taken off: else it would hide small gaps.
 */
export function sampledGap(z: Pair, covariance: Covariance, epsilon: number, random: Random): number {
  const [first, along, second] = spread(z, covariance);
  const [u1, u2] = [random.normal(), random.normal()];
  const v1 = first * u1;
  const v2 = along * u1 + second * u2;
  const [x1, x2] = forward(z);
  const [y1, y2] = forward([z[0] + epsilon * v1, z[1] + epsilon * v2]);
  const distance = ((y1 - x1) ** 2 + (y2 - x2) ** 2) / (2 * epsilon ** 2);
  const linear = ((A * v1) ** 2 + (2 * C * z[0] * v1 + B * v2) ** 2) / 2;
  const distortion = Math.log(2 * Math.PI * epsilon ** 2) + distance - linear + 1;
  const square = z[0] ** 2 + z[1] ** 2;
  const trace = first ** 2 + along ** 2 + second ** 2;
  const rate = 0.5 * (square + epsilon ** 2 * trace - 2) - Math.log(epsilon ** 2 * first * second);
  return distortion + rate - negativeLog(z);
}
