// A mixture of logistics (logistic-mixture.ts) over more than 256 levels. Level t stands for a value within 0..255, in
// equal steps or in steps of a square root, and its bin reaches half a step to either side of it.
//
// A level may be likelier than the mixture says by so many counts `extra`: the one before, where samples repeat.
//
// cumulative(t) = nearest(F(edge of t) * (2^28 - extra - levels * reserved)) + reserved * t + (extra if t > level),
// cumulative(0) = 0, cumulative(levels) = 2^28, where F is the mixture's cdf without a uniform component, and reserved
// is 2^17 / levels, rounded down. F is computed in f64 with an absolute error below 1e-12: a step of it is above -1e-3
// counts, one of the integers at least -1, and two reserved counts leave a frequency >= 1.

import { countOf, log2_4, sum4 } from '../../network/assembly/math';
import {
  gradientBetween,
  INVERSE_SCALES,
  MEANS,
  mixtureMean,
  setWithin,
  storeInterval,
  WEIGHTS,
} from './logistic-mixture';

/** The intervals divide 2^28. */
@inline export const DEEP_PRECISION: u32 = 28;
@inline const TOTAL: u32 = 1 << 28;
/** Counts that levels have in any case, all together, at most. */
@inline const RESERVED: i32 = 1 << 17;
/** Steps of a search by the slope, before it halves what is left. */
@inline const SLOPES: i32 = 12;
/** Inverse scales at most: a scale is a thirtieth of the finest step at least. */
@inline const DEEP_NARROWEST: f32 = 8192;

/** What levels stand for. */
@unmanaged
export class DeepLevels {
  /** 257..65536. */
  levels: i32;
  /** Whether steps are of a square root: values are step * sqrt(t). */
  rooted: i32;
  /** Counts that each level has in any case. */
  reserved: i32;
  /** The level that has more counts for the sample, and how many. */
  level: i32;
  extra: u32;
  /** From one level to the next, or from one root to the next. */
  step: f64;
}

/** Sets what follows from the rest. */
export function openDeepLevels(deep: DeepLevels): void {
  deep.reserved = RESERVED / deep.levels;
  const last = <f64>(deep.levels - 1);
  deep.step = <f64>255 / (deep.rooted != 0 ? sqrt<f64>(last) : last);
}

/** The value of a level, or between levels, 0..255; t >= 0. */
@inline
function valueAt(deep: DeepLevels, t: f64): f64 {
  return deep.step * (deep.rooted != 0 ? sqrt<f64>(t) : t);
}

/** As mixtureSet, with scales that are narrow enough. */
export function deepMixtureSet(mixture: usize, outputs: usize, centre: f32, scale: f32): void {
  setWithin(mixture, outputs, centre, scale, DEEP_NARROWEST);
}

/** The value that a level stands for. */
@inline
export function deepValue(deep: DeepLevels, t: i32): f32 {
  return <f32>valueAt(deep, <f64>t);
}

/** e^x of two f64 of at most 40 in magnitude. Relative error below 1e-12: its series, between powers of two. */
@inline
function exponential(x: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  // ln 2 in two parts, so that n times the first is exact.
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.69314718036912381649)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.90821492927058770002e-10)));
  let p = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 3628800)), f64x2.splat(1.0 / 362880));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  // The sum's last bits hold n.
  const bits = f64x2.add(n, f64x2.splat(6755399441055744));
  return f64x2.mul(p, i64x2.shl(i64x2.add(bits, i64x2.splat(1023)), 52));
}

/** Sum of two components' weights times their cdfs at `value`. */
@inline
function weighted(value: f64, means: v128, inverses: v128, weights: v128): v128 {
  const x = f64x2.mul(
    f64x2.sub(f64x2.promote_low_f32x4(means), f64x2.splat(value)),
    f64x2.promote_low_f32x4(inverses),
  );
  const power = exponential(f64x2.pmin(f64x2.pmax(x, f64x2.splat(-40)), f64x2.splat(40)));
  return f64x2.div(f64x2.promote_low_f32x4(weights), f64x2.add(f64x2.splat(1), power));
}

@inline
function upper(x: v128): v128 {
  return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
}

/** The mixture's cdf at `value`: its weights are made to sum to 1. */
function cdfAt(mixture: usize, value: f64): f64 {
  const weights = v128.load(mixture, WEIGHTS);
  const means = v128.load(mixture, MEANS);
  const inverses = v128.load(mixture, INVERSE_SCALES);
  const low = weighted(value, means, inverses, weights);
  const high = weighted(value, upper(means), upper(inverses), upper(weights));
  const sums = f64x2.add(low, high);
  const total = f64x2.add(f64x2.promote_low_f32x4(weights), f64x2.promote_low_f32x4(upper(weights)));
  return (
    (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)) /
    (f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1))
  );
}

/** Counts that the mixture shares out. */
@inline
function shared(deep: DeepLevels): u32 {
  return TOTAL - deep.extra - <u32>(deep.reserved * deep.levels);
}

/** Counts of a level beside its share. */
@inline
function countsOf(deep: DeepLevels, t: i32): u32 {
  return <u32>deep.reserved + (t == deep.level ? deep.extra : 0);
}

/** The mixture's cdf at the lower end of level t, 0 <= t <= levels; both tails count. */
@inline
function cdfBelow(mixture: usize, deep: DeepLevels, t: i32): f64 {
  if (t <= 0) return 0;
  if (t >= deep.levels) return 1;
  return cdfAt(mixture, valueAt(deep, <f64>t - 0.5));
}

@inline
function cumulativeOf(deep: DeepLevels, cdf: f64, t: i32): u32 {
  const behind = t > deep.level ? deep.extra : 0;
  return countOf(cdf * <f64>shared(deep)) + <u32>(deep.reserved * t) + behind;
}

/** Start of level t's interval, 0 <= t <= levels. */
export function deepCumulative(mixture: usize, deep: DeepLevels, t: i32): u32 {
  return cumulativeOf(deep, cdfBelow(mixture, deep, t), t);
}

/** Leaves level t's interval at START and FREQUENCY; returns the level's probability by the real-valued model. */
export function deepInterval(mixture: usize, deep: DeepLevels, t: i32): f64 {
  const below = cdfBelow(mixture, deep, t);
  const above = cdfBelow(mixture, deep, t + 1);
  const start = cumulativeOf(deep, below, t);
  storeInterval(mixture, start, cumulativeOf(deep, above, t + 1) - start);
  return ((above - below) * <f64>shared(deep) + <f64>countsOf(deep, t)) / <f64>TOTAL;
}

/** The level nearest to a value. */
@inline
function levelNear(deep: DeepLevels, value: f32): i32 {
  const steps = <f64>min<f32>(max<f32>(value, 0), 255) / deep.step;
  return <i32>nearest<f64>(deep.rooted != 0 ? steps * steps : steps);
}

/** Where one logistic of the mixture's mean and mean scale has the quantile of `position`. */
@inline
function guessLevel(mixture: usize, deep: DeepLevels, position: u32): i32 {
  const share = (<f32>position + <f32>0.5) * <f32>(1.0 / 268435456.0);
  const logs = log2_4(f32x4(max<f32>(share, 1e-9), max<f32>(<f32>1 - share, 1e-9), 1, 1));
  const logit = (f32x4.extract_lane(logs, 0) - f32x4.extract_lane(logs, 1)) * <f32>0.6931472;
  const scales = f32x4.div(f32x4.splat(1), v128.load(mixture, INVERSE_SCALES));
  const scale = sum4(f32x4.mul(v128.load(mixture, WEIGHTS), scales));
  return levelNear(deep, mixtureMean(mixture) + scale * logit);
}

/** The level whose interval holds `position`; leaves the interval at START and FREQUENCY. */
export function deepFind(mixture: usize, deep: DeepLevels, position: u32): i32 {
  // The level lies in low..high.
  let low: i32 = 0;
  let high: i32 = deep.levels - 1;
  let t = deep.extra > TOTAL >> 1 ? deep.level : guessLevel(mixture, deep, position);
  t = min(max(t, low), high);
  let tries: i32 = 0;
  while (true) {
    const start = deepCumulative(mixture, deep, t);
    const frequency = deepCumulative(mixture, deep, t + 1) - start;
    if (low >= high || (start <= position && position - start < frequency)) {
      storeInterval(mixture, start, frequency);
      return t;
    }
    // As many levels of this frequency lead to the position.
    let next: i32;
    if (position < start) {
      high = t - 1;
      next = t - 1 - <i32>min<u32>((start - position) / frequency, 65536);
    } else {
      low = t + 1;
      next = t + <i32>min<u32>((position - start) / frequency, 65536);
    }
    t = tries++ < SLOPES && next >= low && next <= high ? next : (low + high) >> 1;
  }
}

/** As mixtureGradient, of level t: the gradient times `share` with respect to the 12 outputs. */
export function deepGradient(
  mixture: usize,
  deep: DeepLevels,
  t: i32,
  scale: f32,
  share: f32,
  gradients: usize,
): void {
  const a = <f32>valueAt(deep, max<f64>(<f64>t - 0.5, 0));
  const b = <f32>valueAt(deep, <f64>t + 0.5);
  gradientBetween(
    mixture,
    t <= 0,
    a,
    t >= deep.levels - 1,
    b,
    scale,
    share,
    gradients,
    <f32>shared(deep),
    <f32>countsOf(deep, t),
    DEEP_NARROWEST,
  );
}
