// Mixture of four discretized logistics over 0..255, one component a lane, with a uniform component of weight 2^-12.
// A mixture lies at an address: weights, means and inverse scales (4 f32 each), then the interval found last.
//
// cumulative(t) = floor(F(t - 1/2) * (2^22 - 1024)) + 4t, cumulative(0) = 0, cumulative(256) = 2^22, where F
// is the mixture's cdf. F is computed in f32 with an absolute error below 3.5e-7 and is nondecreasing but
// for that error; the product is exact in f64. A step of it is above -2.94, a step of the floor at least -3:
// the 4 reserved counts leave a frequency >= 1.

import { exp4, log2_4, max4, sigmoid4, sum4 } from '../../network/assembly/math';

/** The intervals divide 2^22. */
@inline export const MIXTURE_PRECISION: u32 = 22;
@inline const TOTAL: u32 = 1 << 22;
@inline export const LEVELS: u32 = 256;
/** Counts that each level has in any case. */
@inline export const RESERVED: u32 = 4;
@inline const SHARED: f32 = 4193280; // 2^22 - 4 * 256

@inline const WEIGHTS: usize = 0;
@inline const MEANS: usize = 16;
@inline const INVERSE_SCALES: usize = 32;
/** u32: start of the interval that mixtureInterval or mixtureFind left. */
@inline export const START: usize = 48;
/** u32: its frequency. */
@inline export const FREQUENCY: usize = 52;
/** A hair within e^4 and e^-4, the clamped scales' inverses relative to the local scale. */
@inline const NARROW: f32 = 54.5;
@inline const WIDE: f32 = 0.01833;
/** Bytes of a mixture. */
@inline export const MIXTURE_BYTES: usize = 64;

/**
 * Sets the mixture from a network's 12 outputs: means centre + scale * o[0..3], scales scale * e^o[4..7] (o clamped to
 * [-4, 4], the scale to at least 1/40), logits o[8..11].
 */
export function mixtureSet(mixture: usize, outputs: usize, centre: f32, scale: f32): void {
  const logits = v128.load(outputs, 32);
  const exponentials = exp4(f32x4.sub(logits, f32x4.splat(max4(logits))));
  v128.store(mixture, f32x4.mul(exponentials, f32x4.splat(<f32>1 / sum4(exponentials))), WEIGHTS);
  const means = f32x4.add(f32x4.splat(centre), f32x4.mul(f32x4.splat(scale), v128.load(outputs)));
  v128.store(mixture, f32x4.pmin(f32x4.pmax(means, f32x4.splat(-1e4)), f32x4.splat(1e4)), MEANS);
  const logScales = f32x4.pmin(f32x4.pmax(v128.load(outputs, 16), f32x4.splat(-4)), f32x4.splat(4));
  const inverse = f32x4.div(exp4(f32x4.neg(logScales)), f32x4.splat(scale));
  v128.store(mixture, f32x4.pmin(inverse, f32x4.splat(40)), INVERSE_SCALES);
}

/** Mean of the mixture. */
@inline
export function mixtureMean(mixture: usize): f32 {
  return sum4(f32x4.mul(v128.load(mixture, WEIGHTS), v128.load(mixture, MEANS)));
}

/** (threshold - mean) / scale of each component, clamped to [-40, 40]. */
@inline
function standardize(mixture: usize, threshold: f32): v128 {
  const x = f32x4.mul(
    f32x4.sub(f32x4.splat(threshold), v128.load(mixture, MEANS)),
    v128.load(mixture, INVERSE_SCALES),
  );
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(-40)), f32x4.splat(40));
}

/** The mixture's cdf at the lower end of level t, 0 <= t <= 256. */
@inline
function cdfBelow(mixture: usize, t: i32): f64 {
  return <f64>sum4(f32x4.mul(v128.load(mixture, WEIGHTS), sigmoid4(standardize(mixture, <f32>t - 0.5))));
}

@inline
function cumulativeOf(cdf: f64, t: i32): u32 {
  return <u32>(cdf * <f64>SHARED) + RESERVED * <u32>t;
}

/** Start of level t's interval, 0 <= t <= 256. */
export function mixtureCumulative(mixture: usize, t: i32): u32 {
  if (t <= 0) return 0;
  if (t >= 256) return TOTAL;
  return cumulativeOf(cdfBelow(mixture, t), t);
}

/**
 * Leaves the interval of level t, 0 <= t <= 255, at START and FREQUENCY. Returns the level's probability
 * by the real-valued model, with an absolute error below 7e-7: enough for a report, where
 * `mixtureProbability` loses nothing in the tails.
 */
export function mixtureInterval(mixture: usize, t: i32): f64 {
  const below = t <= 0 ? 0 : cdfBelow(mixture, t);
  const above = t >= 255 ? 1 : cdfBelow(mixture, t + 1);
  const start = t <= 0 ? 0 : cumulativeOf(below, t);
  const end = t >= 255 ? TOTAL : cumulativeOf(above, t + 1);
  store<u32>(mixture, start, START);
  store<u32>(mixture, end - start, FREQUENCY);
  return ((above - below) * <f64>SHARED + <f64>RESERVED) / <f64>TOTAL;
}

/**
 * Where one logistic of the mixture's mean and mean scale has the quantile of `position`: a
 * level that is seldom far off.
 */
@inline
function guessLevel(mixture: usize, position: u32): i32 {
  const share = (<f32>position + <f32>0.5) * <f32>(1.0 / 4194304.0);
  const logs = log2_4(f32x4(share, <f32>1 - share, 1, 1));
  const logit = (f32x4.extract_lane(logs, 0) - f32x4.extract_lane(logs, 1)) * <f32>0.6931472;
  const scales = f32x4.div(f32x4.splat(1), v128.load(mixture, INVERSE_SCALES));
  const scale = sum4(f32x4.mul(v128.load(mixture, WEIGHTS), scales));
  return max<i32>(0, min<i32>(255, <i32>nearest<f32>(mixtureMean(mixture) + scale * logit)));
}

/** The level whose interval holds `position`; leaves the interval at START and FREQUENCY. */
export function mixtureFind(mixture: usize, position: u32): i32 {
  // The level lies in low..high.
  let low: i32 = 0;
  let high: i32 = 255;
  let t = guessLevel(mixture, position);
  let stride: i32 = 1;
  while (true) {
    // Both ends of the interval, which take hardly more time than one.
    const below = cdfBelow(mixture, t);
    const above = cdfBelow(mixture, t + 1);
    const start: u32 = t <= 0 ? 0 : cumulativeOf(below, t);
    const end: u32 = t >= 255 ? TOTAL : cumulativeOf(above, t + 1);
    if (low >= high || (start <= position && position < end)) {
      store<u32>(mixture, start, START);
      store<u32>(mixture, end - start, FREQUENCY);
      return t;
    }
    if (position < start) {
      high = t - 1;
      t -= stride;
    } else {
      low = t + 1;
      t += stride;
    }
    // Steps double until both ends have been seen, then halve what is left between them.
    if (t < low || t > high || (low > 0 && high < 255)) t = (low + high) >> 1;
    else stride <<= 1;
  }
}

/**
 * Probability of level t, 0 <= t <= 255, by the real-valued model: the components' open-tailed
 * bins and the uniform one.
 */
export function mixtureProbability(mixture: usize, t: i32): f64 {
  const a = t <= 0 ? f32x4.splat(-40) : standardize(mixture, <f32>t - 0.5);
  const b = t >= 255 ? f32x4.splat(40) : standardize(mixture, <f32>t + 0.5);
  // The difference of sigmoids is taken on the side where both are small, so that it loses nothing in the tails.
  const flip = f32x4.gt(a, f32x4.splat(0));
  const from = v128.bitselect(f32x4.neg(b), a, flip);
  const to = v128.bitselect(f32x4.neg(a), b, flip);
  const mass = sum4(f32x4.mul(v128.load(mixture, WEIGHTS), f32x4.sub(sigmoid4(to), sigmoid4(from))));
  return (<f64>mass * <f64>SHARED + <f64>RESERVED) / <f64>TOTAL;
}

/**
 * The same, and the gradient of -ln p (in nats) times `share` with respect to the 12 outputs that mixtureSet took with
 * this scale. Where it clamped a log scale, a gradient that asks for more is 0: else the output would drift without
 * end. Clamped means are so far off that nothing draws on them.
 */
export function mixtureGradient(mixture: usize, t: i32, scale: f32, share: f32, gradients: usize): f64 {
  const a = t <= 0 ? f32x4.splat(-40) : standardize(mixture, <f32>t - 0.5);
  const b = t >= 255 ? f32x4.splat(40) : standardize(mixture, <f32>t + 0.5);
  const flip = f32x4.gt(a, f32x4.splat(0));
  const from = sigmoid4(v128.bitselect(f32x4.neg(b), a, flip));
  const to = sigmoid4(v128.bitselect(f32x4.neg(a), b, flip));
  const weights = v128.load(mixture, WEIGHTS);
  const masses = f32x4.sub(to, from);
  const mass = sum4(f32x4.mul(weights, masses));
  const counts = mass * SHARED + <f32>RESERVED;
  const d = f32x4.mul(weights, f32x4.splat((share * SHARED) / counts));
  // Density of the standard logistic at both ends: s (1 - s), even in its argument.
  const one = f32x4.splat(1);
  const low = f32x4.mul(from, f32x4.sub(one, from));
  const high = f32x4.mul(to, f32x4.sub(one, to));
  const atA = v128.bitselect(high, low, flip);
  const atB = v128.bitselect(low, high, flip);
  const inverse = v128.load(mixture, INVERSE_SCALES);
  const steepness = f32x4.mul(inverse, f32x4.splat(scale));
  v128.store(gradients, f32x4.mul(d, f32x4.mul(f32x4.sub(atB, atA), steepness)));
  const logSlope = f32x4.mul(d, f32x4.sub(f32x4.mul(b, atB), f32x4.mul(a, atA)));
  const narrowest = v128.or(f32x4.ge(steepness, f32x4.splat(NARROW)), f32x4.ge(inverse, f32x4.splat(40)));
  const widest = f32x4.le(steepness, f32x4.splat(WIDE));
  const notNarrower = v128.bitselect(f32x4.pmin(logSlope, f32x4.splat(0)), logSlope, narrowest);
  v128.store(gradients, v128.bitselect(f32x4.pmax(notNarrower, f32x4.splat(0)), notNarrower, widest), 16);
  v128.store(gradients, f32x4.mul(d, f32x4.sub(f32x4.splat(mass), masses)), 32);
  return <f64>counts / <f64>TOTAL;
}
