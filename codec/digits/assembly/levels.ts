// Mixtures of four logistics (distributions/logistic-mixture.ts) over levels that are not all as wide: level t has the
// bin from edge t to edge t + 1. Levels that are commoner than those beside them get the wider bins, whatever the
// mixture. Widths are e^w of learnt numbers w; the bins of 0 and 255 are open.
//
// cumulative(t) is that of rough mixtures (logistic-mixture.ts) with the cdf at edge t in place of t - 1/2: the e^x of
// the logistic is a cubic between powers of two. Weights and scales are exact.

import {
  INVERSE_LOG2,
  INVERSE_SCALES,
  LOG2_E,
  MEANS,
  MIXTURE_TOTAL,
  NARROWEST,
  RESERVED,
  SHARED,
  setWithin,
  storeInterval,
  WEIGHTS,
} from '../../distributions/assembly/logistic-mixture';
import { countOf, cubicExp2_4, exp4, sum4 } from '../../network/assembly/math';
import { FULL } from './sizes';

/** Logarithms of widths count as at most this in magnitude: edges rise strictly, and stay below 2^16. */
@inline const WIDEST: f32 = 5;
@inline const LEVELS: i32 = 256;
/** A level in the middle of the greys. */
@inline const MIDDLE: i32 = 112;
/** Turns of a search that follow the line before it halves what is left. */
@inline const LINES: i32 = 4;
/** Where bin 1 begins. */
@inline const FIRST_EDGE: f32 = 0.5;
/** Bytes of the edges: f32, of which those of levels 1 to 255 count. */
@inline export const EDGES_BYTES: usize = 1024;

/** The edges from the logarithms of the widths, f32 [256] each. */
export function levelEdges(edges: usize, widths: usize): void {
  for (let at: usize = 0; at < EDGES_BYTES; at += 16) {
    const bounded = f32x4.pmin(f32x4.pmax(v128.load(widths + at), f32x4.splat(-WIDEST)), f32x4.splat(WIDEST));
    v128.store(edges + at, exp4(bounded));
  }
  let edge = FIRST_EDGE;
  for (let level: i32 = 1; level < LEVELS; level++) {
    const width = load<f32>(edges + ((<usize>level) << 2));
    store<f32>(edges + ((<usize>level) << 2), edge);
    edge += width;
  }
}

/** Sets a mixture from a network's 12 outputs, as `mixtureSet`. */
@inline
export function levelMixtureSet(mixture: usize, outputs: usize, centre: f32, scale: f32): void {
  setWithin(mixture, outputs, centre, scale, NARROWEST);
  v128.store(mixture, f32x4.mul(v128.load(mixture, INVERSE_SCALES), f32x4.splat(LOG2_E)), INVERSE_LOG2);
}

/** The mixture's cdf at the lower edge of level t, 0 < t < 256, without the uniform component. */
@inline
function cdfAt(mixture: usize, edges: usize, t: i32): f64 {
  const edge = v128.load32_splat(edges + ((<usize>t) << 2));
  const x = f32x4.mul(f32x4.sub(v128.load(mixture, MEANS), edge), v128.load(mixture, INVERSE_LOG2));
  const power = cubicExp2_4(f32x4.pmin(f32x4.pmax(x, f32x4.splat(-57)), f32x4.splat(57)));
  const cdfs = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), power));
  return <f64>sum4(f32x4.mul(v128.load(mixture, WEIGHTS), cdfs));
}

@inline
function cumulativeOf(cdf: f64, t: i32): u32 {
  return countOf(cdf * <f64>SHARED) + RESERVED * <u32>t;
}

/** Start of level t's interval, 0 <= t <= 256. */
export function levelCumulative(mixture: usize, edges: usize, t: i32): u32 {
  if (t <= 0) return 0;
  if (t >= LEVELS) return MIXTURE_TOTAL;
  return cumulativeOf(cdfAt(mixture, edges, t), t);
}

/**
 * Leaves the interval of level t, 0 <= t <= 255, at START and FREQUENCY. Returns the level's probability by the
 * real-valued model, with an absolute error below 7e-7: enough for a report.
 */
@inline
export function levelInterval(mixture: usize, edges: usize, t: i32): f64 {
  const below = t <= 0 ? 0 : cdfAt(mixture, edges, t);
  const above = t >= 255 ? 1 : cdfAt(mixture, edges, t + 1);
  const start = t <= 0 ? 0 : cumulativeOf(below, t);
  const end = t >= 255 ? MIXTURE_TOTAL : cumulativeOf(above, t + 1);
  storeInterval(mixture, start, end - start);
  return ((above - below) * <f64>SHARED + <f64>RESERVED) / <f64>MIXTURE_TOTAL;
}

/**
 * The level whose interval holds `position`; leaves the interval at START and FREQUENCY. The search goes on between the
 * two levels that are known to have it between them, where the line from one cumulative to the other has it; where that
 * is slow, in the middle.
 */
@inline
export function levelFind(mixture: usize, edges: usize, position: u32): i32 {
  // Level 0 is by far the commonest; then those of full ink.
  const first = cumulativeOf(cdfAt(mixture, edges, 1), 1);
  if (position < first) {
    storeInterval(mixture, 0, first);
    return 0;
  }
  const middle = cumulativeOf(cdfAt(mixture, edges, MIDDLE), MIDDLE);
  const full = cumulativeOf(cdfAt(mixture, edges, FULL), FULL);
  // The level lies in low..high - 1: intervals from `start` to `end`.
  let low: i32 = 1;
  let start = first;
  let high: i32 = MIDDLE;
  let end = middle;
  if (position >= full) {
    low = FULL;
    start = full;
    high = LEVELS;
    end = MIXTURE_TOTAL;
  } else if (position >= middle) {
    low = MIDDLE;
    start = middle;
    high = FULL;
    end = full;
  }
  for (let turn: i32 = 0; high - low > 1; turn++) {
    let t = (low + high) >> 1;
    if (turn < LINES) {
      const from = load<f32>(edges + ((<usize>low) << 2));
      const to = high < LEVELS ? load<f32>(edges + ((<usize>high) << 2)) : from;
      const at = from + ((to - from) * <f32>(position - start)) / <f32>(end - start);
      if (high < LEVELS) t = levelAt(edges, at, low, high);
    }
    // Both ends of level t's interval, which take hardly more time than one.
    const below = t <= low ? start : cumulativeOf(cdfAt(mixture, edges, t), t);
    const above = t + 1 >= high ? end : cumulativeOf(cdfAt(mixture, edges, t + 1), t + 1);
    if (position < below) {
      high = t;
      end = below;
    } else if (position >= above) {
      low = t + 1;
      start = above;
    } else {
      storeInterval(mixture, below, above - below);
      return t;
    }
  }
  storeInterval(mixture, start, end - start);
  return low;
}

/** The level in low..high - 1 whose bin holds `value`, which lies in one of theirs but for rounding. */
@inline
function levelAt(edges: usize, value: f32, low: i32, high: i32): i32 {
  while (high - low > 1) {
    const t = (low + high) >> 1;
    const isBelow = load<f32>(edges + ((<usize>t) << 2)) <= value;
    low = select<i32>(t, low, isBelow);
    high = select<i32>(high, t, isBelow);
  }
  return low;
}
