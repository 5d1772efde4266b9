// Gaussians over bins of equal width, in f64: samples 0..2^depth - 1, depth 1..16; value v stands for
// [v - 1/2, v + 1/2) in sample units, the first and the last value for the tails. Means and scales are f32.
//
// cumulative(v) = floor(Phi((v - 1/2 - mu) / sigma) * (2^28 - 2^(depth + 1))) + 2 v, 0 at v = 0, 2^28 at v = 2^depth.
// Phi's error (4e-16) can lower the floor by 1 at most from one value to the next; the 2 counts reserved for each
// keep every frequency >= 1. A value gets more than (1 - 2^(depth - 27)) of its mass: excess <= -log2 of that.

import { peek, pop, push } from '../../ans/assembly/rans';
import { log2of } from './elementary';
import { gaussianLog2Density } from './gaussian';
import { normalCdf, normalQuantile } from './normal';
import { PRECISION } from './precision';

@inline const RESERVE: u32 = 2;
@inline const POSITIONS: f64 = 268435456;
/** Below it, a bin's mass is that of its density. */
@inline const LEAST_MASS: f64 = 1e-290;

/** Means in [-1e9, 1e9]; NaN counts as 0. */
@inline
function meanAt(at: usize): f64 {
  const value = load<f32>(at);
  return value == value ? max<f64>(-1e9, min<f64>(1e9, <f64>value)) : 0;
}

/** Scales in [1e-6, 1e9]; NaN and values below count as 1e-6. */
@inline
function scaleAt(at: usize): f64 {
  const value = load<f32>(at);
  return value > 1e-6 ? min<f64>(<f64>value, 1e9) : 1e-6;
}

/** First position of `value`, 0..2^depth; mu and sigma bounded. */
function startOf(value: u32, mu: f64, sigma: f64, depth: u32): u32 {
  if (value == 0) return 0;
  if (value >> depth != 0) return 1 << PRECISION;
  const below = normalCdf((<f64>value - 0.5 - mu) / sigma);
  return <u32>(below * (POSITIONS - <f64>(RESERVE << depth))) + RESERVE * value;
}

/** First of the 2^28 positions of `value`, 0..2^depth, under the Gaussian whose mean and scale lie at mu and sigma. */
export function discretizedGaussianCumulative(value: u32, mu: usize, sigma: usize, depth: u32): u32 {
  return startOf(value, meanAt(mu), scaleAt(sigma), depth);
}

/** Pops a value; mu and sigma bounded. */
function popValue(message: usize, mu: f64, sigma: f64, depth: u32): u32 {
  const position = peek(message, PRECISION);
  const values: u32 = 1 << depth;
  // From a guess that is nearly always right, outward in growing steps, then bisection: any search finds the one value
  // that holds the position.
  const guess = mu + sigma * normalQuantile((<f64>position + 0.5) / POSITIONS);
  let low: u32 = 0;
  let high = values;
  let lowStart: u32 = 0;
  let highStart: u32 = 1 << PRECISION;
  let step: u32 = 1;
  let next = <u32>max<f64>(1, min<f64>(<f64>(values - 1), guess + 0.5));
  while (high - low > 1) {
    const start = startOf(next, mu, sigma, depth);
    if (start <= position) {
      low = next;
      lowStart = start;
      next = high == values && low + step < high ? low + step : (low + high) >> 1;
    } else {
      high = next;
      highStart = start;
      next = low == 0 && high > step ? high - step : (low + high) >> 1;
    }
    step <<= 1;
  }
  pop(message, lowStart, highStart - lowStart, PRECISION);
  return low;
}

/** Pushes `count` u16 values, last first; value i follows N(mu[i], sigma[i]). */
export function discretizedGaussianVectorPush(
  message: usize,
  values: usize,
  mu: usize,
  sigma: usize,
  count: u32,
  depth: u32,
): void {
  for (let i: usize = count; i-- > 0; ) {
    const mean = meanAt(mu + (i << 2));
    const scale = scaleAt(sigma + (i << 2));
    const value = <u32>load<u16>(values + (i << 1));
    const start = startOf(value, mean, scale, depth);
    push(message, start, startOf(value + 1, mean, scale, depth) - start, PRECISION);
  }
}

/** Pops what `discretizedGaussianVectorPush` pushed, first value first. */
export function discretizedGaussianVectorPop(
  message: usize,
  values: usize,
  mu: usize,
  sigma: usize,
  count: u32,
  depth: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = popValue(message, meanAt(mu + (i << 2)), scaleAt(sigma + (i << 2)), depth);
    store<u16>(values + (i << 1), <u16>value);
  }
}

/** log2 of the real-valued mass of `value`, finite for all parameters: without cancellation in either tail. */
function log2Mass(value: u32, mu: f64, sigma: f64, depth: u32): f64 {
  const last = ((<u32>1) << depth) - 1;
  const below = (<f64>value - 0.5 - mu) / sigma;
  const above = (<f64>value + 0.5 - mu) / sigma;
  let mass: f64;
  if (below > 0) mass = (value > 0 ? normalCdf(-below) : 1) - (value < last ? normalCdf(-above) : 0);
  else mass = (value < last ? normalCdf(above) : 1) - (value > 0 ? normalCdf(below) : 0);
  if (mass > LEAST_MASS) return log2of(mass);
  // The mass lies at the edge that is nearer to the mean.
  return gaussianLog2Density(<f64>value + (below > 0 ? -0.5 : 0.5), mu, sigma);
}

/** Sum of log2 of the real-valued masses of `count` u16 values, for reports. */
export function discretizedGaussianVectorLog2Probability(
  values: usize,
  mu: usize,
  sigma: usize,
  count: u32,
  depth: u32,
): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = <u32>load<u16>(values + (i << 1));
    sum += log2Mass(value, meanAt(mu + (i << 2)), scaleAt(sigma + (i << 2)), depth);
  }
  return sum;
}
