// A Gaussian N(mu, sigma) over the 2^binsLog2 equal-mass bins of N(0, 1): posterior of a latent whose prior is N(0, 1),
// and, after (mu - mean) / scale, sigma / scale, of one whose prior is N(mean, scale). Bin i is [edge(i), edge(i + 1)),
// edge(i) = Phi^-1(i / 2^binsLog2). Townsend et al. 2019, section 2.5.1. binsLog2 is 1..16.
//
// cumulative(i) = floor(Phi((edge(i) - mu) / sigma) * (2^28 - 2 * bins)) + 2 i, 0 at the first edge, 2^28 at the last.
// Phi's error (4e-16) can lower the floor by 1 at most from one edge to the next; the 2 counts reserved for each bin
// keep every frequency >= 1. A bin gets more than (1 - bins / 2^27) of its mass: excess <= -log2(1 - bins / 2^27) bits.

import { peek, pop, push } from '../../ans/assembly/rans';
import { log2of } from './elementary';
import { normalCdf, normalQuantile } from './normal';
import { PRECISION } from './precision';

@inline const RESERVE: u32 = 2;
@inline const LOG2_SQRT_2PI: f64 = 1.3257480647361593;
@inline const HALF_LOG2_E: f64 = 0.7213475204444817;

/** Means beyond +-1e9 and NaN make no difference to the bins: keeps every later step finite. */
@inline
function boundedMean(mu: f64): f64 {
  return mu == mu ? max<f64>(-1e9, min<f64>(1e9, mu)) : 0;
}

/** Scales in [1e-9, 1e9]; NaN and values below count as 1e-9. */
@inline
function boundedScale(sigma: f64): f64 {
  return sigma > 1e-9 ? min<f64>(sigma, 1e9) : 1e-9;
}

/** The first position of bin `index` of 0..2^binsLog2 under N(mu, sigma); mu and sigma bounded. */
function cumulativeBounded(index: u32, mu: f64, sigma: f64, binsLog2: u32): u32 {
  const bins: u32 = 1 << binsLog2;
  if (index == 0) return 0;
  if (index >= bins) return 1 << PRECISION;
  const edge = normalQuantile(<f64>index / <f64>bins);
  const mass = normalCdf((edge - mu) / sigma) * <f64>((1 << PRECISION) - RESERVE * bins);
  return <u32>mass + RESERVE * index;
}

/** The first of the 2^28 positions that belong to bin `index` of 0..2^binsLog2. */
export function gaussianCumulative(index: u32, mu: f64, sigma: f64, binsLog2: u32): u32 {
  return cumulativeBounded(index, boundedMean(mu), boundedScale(sigma), binsLog2);
}

/** Pushes bin `index` under N(mu, sigma): the exact inverse of `gaussianPop`. */
export function gaussianPush(message: usize, index: u32, mu: f64, sigma: f64, binsLog2: u32): void {
  mu = boundedMean(mu);
  sigma = boundedScale(sigma);
  const start = cumulativeBounded(index, mu, sigma, binsLog2);
  push(message, start, cumulativeBounded(index + 1, mu, sigma, binsLog2) - start, PRECISION);
}

/** Pops a bin index under N(mu, sigma). */
export function gaussianPop(message: usize, mu: f64, sigma: f64, binsLog2: u32): u32 {
  mu = boundedMean(mu);
  sigma = boundedScale(sigma);
  const bins: u32 = 1 << binsLog2;
  const position = peek(message, PRECISION);
  // The guess is nearly always right; the search from it ends at the one bin that holds the position.
  const z = mu + sigma * normalQuantile((<f64>position + 0.5) * (1.0 / <f64>(1 << PRECISION)));
  const guess = min<u32>(<u32>(normalCdf(z) * <f64>bins), bins - 1);
  let low: u32 = guess;
  let high: u32 = guess;
  let step: u32 = 1;
  let lowCumulative = cumulativeBounded(guess, mu, sigma, binsLog2);
  let highCumulative = lowCumulative;
  if (lowCumulative <= position) {
    while (true) {
      high = min<u32>(low + step, bins);
      highCumulative = cumulativeBounded(high, mu, sigma, binsLog2);
      if (highCumulative > position) break;
      low = high;
      lowCumulative = highCumulative;
      step <<= 1;
    }
  } else {
    while (true) {
      low = high > step ? high - step : 0;
      lowCumulative = cumulativeBounded(low, mu, sigma, binsLog2);
      if (lowCumulative <= position) break;
      high = low;
      highCumulative = lowCumulative;
      step <<= 1;
    }
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const cumulative = cumulativeBounded(middle, mu, sigma, binsLog2);
    if (cumulative <= position) {
      low = middle;
      lowCumulative = cumulative;
    } else {
      high = middle;
      highCumulative = cumulative;
    }
  }
  pop(message, lowCumulative, highCumulative - lowCumulative, PRECISION);
  return low;
}

/** The latent value that bin `index` stands for: its median under N(0, 1). */
export function gaussianCentre(index: u32, binsLog2: u32): f64 {
  return normalQuantile((<f64>index + 0.5) / <f64>(1 << binsLog2));
}

/** log2 of the density of N(mu, sigma) at z, for reports. */
export function gaussianLog2Density(z: f64, mu: f64, sigma: f64): f64 {
  sigma = boundedScale(sigma);
  const distance = (z - boundedMean(mu)) / sigma;
  return -HALF_LOG2_E * distance * distance - log2of(sigma) - LOG2_SQRT_2PI;
}
