// Mixture of four discretized logistics over 0..255, one component a lane, with a uniform component of weight 2^-12.
// A mixture lies at an address: weights, means and inverse scales (4 f32 each), then the interval found last and the
// components' cdfs at its ends.
//
// Where time counts more, a mixture is rough: its logistic has an e^x that is a cubic between powers of two, and
// weights and scales are by an e^x that is linear there. The functions for it say so in their names.
//
// cumulative(t) = nearest(F(t - 1/2) * (2^22 - 1024)) + 4t, cumulative(0) = 0, cumulative(256) = 2^22, where F
// is the mixture's cdf. F is computed in f32 with an absolute error below 3.5e-7 and is nondecreasing but
// for that error; the product is exact in f64. A step of it is above -2.94, a step of the integers at least -3:
// the 4 reserved counts leave a frequency >= 1.

import {
  countOf,
  cubicExp2_4,
  exp4,
  integerOf,
  log2_4,
  max4,
  roughExp2_4,
  sigmoid4,
  sum4,
} from '../../network/assembly/math';

/** The intervals divide 2^22. */
@inline export const MIXTURE_PRECISION: u32 = 22;
@inline export const MIXTURE_TOTAL: u32 = 1 << 22;
@inline export const LEVELS: u32 = 256;
/** Counts that each level has in any case. */
@inline export const RESERVED: u32 = 4;
@inline export const SHARED: f32 = 4193280; // 2^22 - 4 * 256

@inline export const WEIGHTS: usize = 0;
@inline export const MEANS: usize = 16;
@inline export const INVERSE_SCALES: usize = 32;
/** u32: start of the interval that mixtureInterval or mixtureFind left. */
@inline export const START: usize = 48;
/** u32: its frequency. */
@inline export const FREQUENCY: usize = 52;
/** v128 each: the components' cdfs at the lower and upper end of the interval found last. */
@inline const BELOW: usize = 64;
@inline const ABOVE: usize = 80;
/** A hair within e^4 and e^-4, the clamped scales' inverses relative to the local scale. */
@inline const NARROW: f32 = 54.5;
@inline const WIDE: f32 = 0.01833;
/** Those of rough mixtures, within 56 and 5 / 256. */
@inline const ROUGH_NARROW: f32 = 55.9;
@inline const ROUGH_WIDE: f32 = 0.01955;
/** v128: inverse scales over ln 2; of mixtures with a rough logistic alone. */
@inline export const INVERSE_LOG2: usize = 96;
/** Bytes of a mixture. */
@inline export const MIXTURE_BYTES: usize = 112;
@inline export const LOG2_E: f32 = 1.442695;

/** Inverse scales at most. */
@inline export const NARROWEST: f32 = 40;

/**
 * Sets the mixture from a network's 12 outputs: means centre + scale * o[0..3], scales scale * e^o[4..7] (o clamped to
 * [-4, 4], the scale to at least 1/40), logits o[8..11].
 */
export function mixtureSet(mixture: usize, outputs: usize, centre: f32, scale: f32): void {
  setWithin(mixture, outputs, centre, scale, NARROWEST);
}

/** The same with inverse scales of at most `narrowest`. */
@inline
export function setWithin(mixture: usize, outputs: usize, centre: f32, scale: f32, narrowest: f32): void {
  const logits = v128.load(outputs, 32);
  const exponentials = exp4(f32x4.sub(logits, f32x4.splat(max4(logits))));
  v128.store(mixture, f32x4.mul(exponentials, f32x4.splat(<f32>1 / sum4(exponentials))), WEIGHTS);
  const means = f32x4.add(f32x4.splat(centre), f32x4.mul(f32x4.splat(scale), v128.load(outputs)));
  v128.store(mixture, f32x4.pmin(f32x4.pmax(means, f32x4.splat(-1e4)), f32x4.splat(1e4)), MEANS);
  const logScales = f32x4.pmin(f32x4.pmax(v128.load(outputs, 16), f32x4.splat(-4)), f32x4.splat(4));
  const inverse = f32x4.div(exp4(f32x4.neg(logScales)), f32x4.splat(scale));
  v128.store(mixture, f32x4.pmin(inverse, f32x4.splat(narrowest)), INVERSE_SCALES);
}

/**
 * The same for a rough mixture, with the inverse of the scale. Logits are clamped to [-20, 20] and logarithms of scales
 * to [-5.75, 5.75], both to base 2.
 */
@inline
export function roughMixtureSet(mixture: usize, outputs: usize, centre: f32, scale: f32, inverse: f32): void {
  const log2e = f32x4.splat(LOG2_E);
  const logits = f32x4.mul(v128.load(outputs, 32), log2e);
  const weights = roughExp2_4(f32x4.pmin(f32x4.pmax(logits, f32x4.splat(-20)), f32x4.splat(20)));
  v128.store(mixture, f32x4.mul(weights, f32x4.splat(<f32>1 / sum4(weights))), WEIGHTS);
  const means = f32x4.add(f32x4.splat(centre), f32x4.mul(f32x4.splat(scale), v128.load(outputs)));
  v128.store(mixture, f32x4.pmin(f32x4.pmax(means, f32x4.splat(-1e4)), f32x4.splat(1e4)), MEANS);
  const log2Scales = f32x4.mul(v128.load(outputs, 16), log2e);
  const clamped = f32x4.pmin(f32x4.pmax(log2Scales, f32x4.splat(-5.75)), f32x4.splat(5.75));
  const inverses = f32x4.mul(roughExp2_4(f32x4.neg(clamped)), f32x4.splat(inverse));
  const bounded = f32x4.pmin(inverses, f32x4.splat(NARROWEST));
  v128.store(mixture, bounded, INVERSE_SCALES);
  v128.store(mixture, f32x4.mul(bounded, log2e), INVERSE_LOG2);
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

/** The components' cdfs at the lower end of level t, 0 <= t <= 256. */
@inline
function cdfsBelow(mixture: usize, t: i32, rough: bool): v128 {
  if (!rough) return sigmoid4(standardize(mixture, <f32>t - 0.5));
  const distances = f32x4.sub(v128.load(mixture, MEANS), f32x4.splat(<f32>t - 0.5));
  const x = f32x4.mul(distances, v128.load(mixture, INVERSE_LOG2));
  const power = cubicExp2_4(f32x4.pmin(f32x4.pmax(x, f32x4.splat(-57)), f32x4.splat(57)));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), power));
}

/** The mixture's cdf where its components have these. */
@inline
function cdfOf(mixture: usize, cdfs: v128): f64 {
  return <f64>sum4(f32x4.mul(v128.load(mixture, WEIGHTS), cdfs));
}

/** The mixture's cdf at the lower end of level t, 0 < t < 256, without the uniform component. */
@inline
export function mixtureCdf(mixture: usize, t: i32): f32 {
  return sum4(f32x4.mul(v128.load(mixture, WEIGHTS), cdfsBelow(mixture, t, false)));
}

@inline
function cumulativeOf(cdf: f64, t: i32): u32 {
  return countOf(cdf * <f64>SHARED) + RESERVED * <u32>t;
}

/** Start of level t's interval, 0 <= t <= 256. */
export function mixtureCumulative(mixture: usize, t: i32): u32 {
  if (t <= 0) return 0;
  if (t >= 256) return MIXTURE_TOTAL;
  return cumulativeOf(cdfOf(mixture, cdfsBelow(mixture, t, false)), t);
}

/**
 * About the same, for 1 <= t <= 255, of a mixture that may be rough: where no mean is within 14 scales, cdfs are 0
 * and 1, and nothing more is computed. It rises as the other does.
 */
@inline
export function quickCumulative(mixture: usize, t: i32, rough: bool): u32 {
  const distances = f32x4.sub(f32x4.splat(<f32>t - 0.5), v128.load(mixture, MEANS));
  const x = f32x4.mul(distances, v128.load(mixture, INVERSE_SCALES));
  if (i32x4.all_true(f32x4.lt(x, f32x4.splat(-14)))) return RESERVED * <u32>t;
  if (i32x4.all_true(f32x4.gt(x, f32x4.splat(14)))) return <u32>SHARED + RESERVED * <u32>t;
  return cumulativeOf(cdfOf(mixture, cdfsBelow(mixture, t, rough)), t);
}

/**
 * Leaves the interval of level t, 0 <= t <= 255, at START and FREQUENCY. Returns the level's probability
 * by the real-valued model, with an absolute error below 7e-7: enough for a report, where
 * `mixtureProbability` loses nothing in the tails.
 */
export function mixtureInterval(mixture: usize, t: i32): f64 {
  return findInterval(mixture, t, false);
}

/** The same of a rough mixture. */
@inline
export function roughMixtureInterval(mixture: usize, t: i32): void {
  findInterval(mixture, t, true);
}

/** Leaves an interval at START and FREQUENCY, in one piece, as it may be read. */
@inline
export function storeInterval(mixture: usize, start: u32, frequency: u32): void {
  store<u64>(mixture, ((<u64>frequency) << 32) | <u64>start, START);
}

@inline
function findInterval(mixture: usize, t: i32, rough: bool): f64 {
  const cdfs = cdfsBelow(mixture, t, rough);
  const cdfsAbove = cdfsBelow(mixture, t + 1, rough);
  v128.store(mixture, cdfs, BELOW);
  v128.store(mixture, cdfsAbove, ABOVE);
  const below = t <= 0 ? 0 : cdfOf(mixture, cdfs);
  const above = t >= 255 ? 1 : cdfOf(mixture, cdfsAbove);
  const start = t <= 0 ? 0 : cumulativeOf(below, t);
  const end = t >= 255 ? MIXTURE_TOTAL : cumulativeOf(above, t + 1);
  storeInterval(mixture, start, end - start);
  return ((above - below) * <f64>SHARED + <f64>RESERVED) / <f64>MIXTURE_TOTAL;
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
  const level = mixtureMean(mixture) + scale * logit;
  return !(level > 0) ? 0 : level >= 255 ? 255 : integerOf(level);
}

/** The level whose interval holds `position`; leaves the interval at START and FREQUENCY. */
export function mixtureFind(mixture: usize, position: u32): i32 {
  return findLevel(mixture, position, false);
}

/** The same of a rough mixture. */
@inline
export function roughMixtureFind(mixture: usize, position: u32): i32 {
  return findLevel(mixture, position, true);
}

@inline
function findLevel(mixture: usize, position: u32, rough: bool): i32 {
  // The level lies in low..high.
  let low: i32 = 0;
  let high: i32 = 255;
  let t = guessLevel(mixture, position);
  let stride: i32 = 1;
  while (true) {
    // Both ends of the interval, which take hardly more time than one.
    const below = cdfsBelow(mixture, t, rough);
    const above = cdfsBelow(mixture, t + 1, rough);
    const start: u32 = t <= 0 ? 0 : cumulativeOf(cdfOf(mixture, below), t);
    const end: u32 = t >= 255 ? MIXTURE_TOTAL : cumulativeOf(cdfOf(mixture, above), t + 1);
    if (low >= high || (start <= position && position < end)) {
      v128.store(mixture, below, BELOW);
      v128.store(mixture, above, ABOVE);
      storeInterval(mixture, start, end - start);
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
  return (<f64>mass * <f64>SHARED + <f64>RESERVED) / <f64>MIXTURE_TOTAL;
}

/**
 * The same, and the gradient of -ln p (in nats) times `share` with respect to the 12 outputs that mixtureSet took with
 * this scale. Where it clamped a log scale, a gradient that asks for more is 0: else the output would drift without
 * end. Clamped means are so far off that nothing draws on them.
 */
export function mixtureGradient(mixture: usize, t: i32, scale: f32, share: f32, gradients: usize): f64 {
  const below = <f32>t - 0.5;
  const above = <f32>t + 0.5;
  const counts = gradientBetween(
    mixture,
    t <= 0,
    below,
    t >= 255,
    above,
    scale,
    share,
    gradients,
    SHARED,
    <f32>RESERVED,
    NARROWEST,
  );
  return <f64>counts / <f64>MIXTURE_TOTAL;
}

/**
 * The same of a level whose bin has these ends, or is open there, where all levels share so many counts out and each
 * has `reserved` besides, and inverse scales are at most `narrowest`. Returns the level's counts.
 */
@inline
export function gradientBetween(
  mixture: usize,
  isFirst: bool,
  below: f32,
  isLast: bool,
  above: f32,
  scale: f32,
  share: f32,
  gradients: usize,
  shared: f32,
  reserved: f32,
  narrowest: f32,
): f32 {
  const a = isFirst ? f32x4.splat(-40) : standardize(mixture, below);
  const b = isLast ? f32x4.splat(40) : standardize(mixture, above);
  const flip = f32x4.gt(a, f32x4.splat(0));
  const from = sigmoid4(v128.bitselect(f32x4.neg(b), a, flip));
  const to = sigmoid4(v128.bitselect(f32x4.neg(a), b, flip));
  // Density of the standard logistic at both ends: s (1 - s), even in its argument.
  const low = densityOf(from);
  const high = densityOf(to);
  const atA = v128.bitselect(high, low, flip);
  const atB = v128.bitselect(low, high, flip);
  const masses = f32x4.sub(to, from);
  return storeGradient(
    mixture,
    a,
    b,
    atA,
    atB,
    masses,
    scale,
    share,
    gradients,
    false,
    shared,
    reserved,
    narrowest,
  );
}

/**
 * The same of a rough mixture, for the level whose interval was found last, from the cdfs at its ends as they are:
 * masses far out in a tail are differences of cdfs near 1, with an absolute error below 2e-7, which is less than what
 * each level has in any case. Slopes are those of the exact e^x: an output's gradient is off by a positive factor.
 */
@inline
export function roughMixtureGradient(mixture: usize, t: i32, scale: f32, share: f32, gradients: usize): f64 {
  const none = f32x4.splat(0);
  const from = t <= 0 ? none : v128.load(mixture, BELOW);
  const to = t >= 255 ? f32x4.splat(1) : v128.load(mixture, ABOVE);
  const a = standardize(mixture, <f32>t - 0.5);
  const b = standardize(mixture, <f32>t + 0.5);
  const masses = f32x4.pmax(f32x4.sub(to, from), none);
  const counts = storeGradient(
    mixture,
    a,
    b,
    densityOf(from),
    densityOf(to),
    masses,
    scale,
    share,
    gradients,
    true,
    SHARED,
    <f32>RESERVED,
    NARROWEST,
  );
  return <f64>counts / <f64>MIXTURE_TOTAL;
}

/** Density of the standard logistic where its cdf is this. */
@inline
function densityOf(cdf: v128): v128 {
  return f32x4.mul(cdf, f32x4.sub(f32x4.splat(1), cdf));
}

/** The gradient and the counts, from the thresholds a and b, the densities there and the masses between. */
@inline
function storeGradient(
  mixture: usize,
  a: v128,
  b: v128,
  atA: v128,
  atB: v128,
  masses: v128,
  scale: f32,
  share: f32,
  gradients: usize,
  rough: bool,
  shared: f32,
  reserved: f32,
  narrowest: f32,
): f32 {
  const weights = v128.load(mixture, WEIGHTS);
  const mass = sum4(f32x4.mul(weights, masses));
  const counts = mass * shared + reserved;
  const d = f32x4.mul(weights, f32x4.splat((share * shared) / counts));
  const inverse = v128.load(mixture, INVERSE_SCALES);
  const steepness = f32x4.mul(inverse, f32x4.splat(scale));
  v128.store(gradients, f32x4.mul(d, f32x4.mul(f32x4.sub(atB, atA), steepness)));
  const logSlope = f32x4.mul(d, f32x4.sub(f32x4.mul(b, atB), f32x4.mul(a, atA)));
  const isNarrowest = v128.or(
    f32x4.ge(steepness, f32x4.splat(rough ? ROUGH_NARROW : NARROW)),
    f32x4.ge(inverse, f32x4.splat(narrowest)),
  );
  const widest = f32x4.le(steepness, f32x4.splat(rough ? ROUGH_WIDE : WIDE));
  const notNarrower = v128.bitselect(f32x4.pmin(logSlope, f32x4.splat(0)), logSlope, isNarrowest);
  v128.store(gradients, v128.bitselect(f32x4.pmax(notNarrower, f32x4.splat(0)), notNarrower, widest), 16);
  v128.store(gradients, f32x4.mul(d, f32x4.sub(f32x4.splat(mass), masses)), 32);
  return counts;
}
