// Causal context of one sub-pixel: simple predictors blended by their recent errors, a local error scale, and the
// features that the likelihood network sees. All of it depends on a bounded neighbourhood, five rows up at most, so
// that any row can be reached by starting a few rows above it.
//
// Rows are addresses of sample (x = 0); row 0 is the current one, row 1 the one above. A plane may be seen up to x + 1
// in the current row by planes coded after it, and in the rows above by all (the LAG order).

import { log2_4, max4, sum4 } from '../../../network/assembly/math';
import { Rows } from './rows';

/** Inputs of the network: 48 of the own plane, 24 for each plane already coded, 8 for each still to come, and 4 of the
 * predictor from similar contexts where there is one. */
@inline export const OWN_FEATURES: i32 = 48;
@inline export const CODED_FEATURES: i32 = 24;
@inline export const LATER_FEATURES: i32 = 8;
@inline export const SIMILAR_FEATURES: i32 = 4;

/** Number of features of a plane (0, 1, 2 in coding order). */
@inline
export function featureCount(plane: i32): i32 {
  return OWN_FEATURES + plane * CODED_FEATURES + (2 - plane) * LATER_FEATURES;
}

@inline
function median(w: f32, n: f32, nw: f32): f32 {
  // The median edge detector of LOCO-I is the median of W, N and W + N - NW.
  return max(min(w, n), min(max(w, n), w + n - nw));
}

/** Local mean of row 0 and row 1 to the left and above. */
@inline
export function localMean(row0: usize, row1: usize): f32 {
  return (
    (load<f32>(row0 - 4) + load<f32>(row1)) * <f32>0.375 +
    (load<f32>(row1 - 4) + load<f32>(row1 + 4)) * <f32>0.125
  );
}

/** Four predictions for a sample of the first plane, from its neighbours. */
@inline
export function predictFirst(row0: usize, row1: usize): v128 {
  const w = load<f32>(row0 - 4);
  const n = load<f32>(row1);
  const nw = load<f32>(row1 - 4);
  const ne = load<f32>(row1 + 4);
  return clampSamples(
    f32x4(
      median(w, n, nw),
      (w + n) * <f32>0.5 + (ne - nw) * <f32>0.25,
      n + (w - nw) * <f32>0.6 + (ne - n) * <f32>0.15,
      w + (ne - n) * <f32>0.4 + (n - nw) * <f32>0.3,
    ),
  );
}

/**
 * Four predictions from neighbours and the plane coded just before (q), the last one from q or from the first plane.
 */
@inline
export function predictLater(
  row0: usize,
  row1: usize,
  q0: usize,
  q1: usize,
  first0: usize,
  first1: usize,
): v128 {
  const w = load<f32>(row0 - 4);
  const n = load<f32>(row1);
  const nw = load<f32>(row1 - 4);
  const ne = load<f32>(row1 + 4);
  const q = load<f32>(q0);
  const dw = w - load<f32>(q0 - 4);
  const dn = n - load<f32>(q1);
  const dnw = nw - load<f32>(q1 - 4);
  const dne = ne - load<f32>(q1 + 4);
  const last =
    q0 == first0
      ? localMean(row0, row1) + <f32>0.7 * (q - localMean(q0, q1))
      : load<f32>(first0) +
        (w - load<f32>(first0 - 4) + n - load<f32>(first1)) * <f32>0.375 +
        (nw - load<f32>(first1 - 4) + ne - load<f32>(first1 + 4)) * <f32>0.125;
  return clampSamples(
    f32x4(
      q + median(dw, dn, dnw),
      q + (dw + dn) * <f32>0.375 + (dnw + dne) * <f32>0.125,
      median(w, n, nw),
      last,
    ),
  );
}

/** Four predictions within 0..255; what is not a number becomes 0. */
@inline
export function clampToLevels(x: v128): v128 {
  return f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), x));
}

@inline
function clampSamples(x: v128): v128 {
  return f32x4.min(f32x4.max(x, f32x4.splat(0)), f32x4.splat(255));
}

/** Weighted mean of the absolute predictors' errors at W, N (twice), NW, NE, WW, NN; rows hold 4 f32 a sample. */
@inline
export function recentErrors(row0: usize, row1: usize, row2: usize): v128 {
  const near = f32x4.add(f32x4.abs(v128.load(row0 - 16)), f32x4.abs(v128.load(row1)));
  const diagonal = f32x4.add(f32x4.abs(v128.load(row1 - 16)), f32x4.abs(v128.load(row1 + 16)));
  const far = f32x4.add(f32x4.abs(v128.load(row0 - 32)), f32x4.abs(v128.load(row2)));
  const sum = f32x4.add(f32x4.add(f32x4.add(near, near), diagonal), far);
  return f32x4.mul(sum, f32x4.splat(0.125));
}

@inline
function weightOf(recent: v128): v128 {
  const t = f32x4.add(recent, f32x4.splat(0.1));
  return f32x4.div(f32x4.splat(1), f32x4.mul(f32x4.mul(t, t), t));
}

/** The predictions and a fifth one, weighted by 1 / (recent error + 0.1)^3. */
@inline
export function blendFive(predictions: v128, recent: v128, fifth: f32, fifthRecent: f32): f32 {
  const weights = weightOf(recent);
  const weight = f32x4.extract_lane(weightOf(f32x4.splat(fifthRecent)), 0);
  return (sum4(f32x4.mul(weights, predictions)) + weight * fifth) / (sum4(weights) + weight);
}

/** The predictions weighted by 1 / (recent error + 0.1)^3. */
@inline
export function blend(predictions: v128, recent: v128): f32 {
  const weights = weightOf(recent);
  return sum4(f32x4.mul(weights, predictions)) / sum4(weights);
}

/** The same weighted mean of absolute errors as recentErrors, for one f32 a sample. */
@inline
export function recentError(row0: usize, row1: usize, row2: usize): f32 {
  return (
    ((abs(load<f32>(row0 - 4)) + abs(load<f32>(row1))) * <f32>2 +
      abs(load<f32>(row1 - 4)) +
      abs(load<f32>(row1 + 4)) +
      abs(load<f32>(row0 - 8)) +
      abs(load<f32>(row2))) *
    <f32>0.125
  );
}

/** Sum of absolute errors over 12 samples around x. */
@inline
function windowEnergy(row: usize): f32 {
  return sum4(
    f32x4.add(
      f32x4.add(f32x4.abs(v128.load(row - 24)), f32x4.abs(v128.load(row - 8))),
      f32x4.abs(v128.load(row + 8)),
    ),
  );
}

/** Mean absolute error over a wider window; `decayed` is the sum of |error| decayed by 0.85 a sample along the row. */
@inline
export function wideError(row1: usize, row2: usize, decayed: f32): f32 {
  return (windowEnergy(row1) + <f32>0.7 * windowEnergy(row2) + decayed) * <f32>(1.0 / 27.0);
}

/** Local scale of the error, by which the features are divided. At least 0.2. */
@inline
export function localScale(row0: usize, row1: usize, row2: usize, wide: f32): f32 {
  return <f32>0.2 + <f32>0.75 * recentError(row0, row1, row2) + <f32>0.25 * wide;
}

/** x clamped to [-8, 8]. */
@inline
export function clamp8(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(-8)), f32x4.splat(8));
}

/** log2((|e| + 0.2) / scale). */
@inline
function logError(e: v128, inverse: v128): v128 {
  return log2_4(f32x4.mul(f32x4.add(f32x4.abs(e), f32x4.splat(0.2)), inverse));
}

/** The 48 features of the own plane at offset o of its rows. */
@inline
export function ownFeatures(
  out: usize,
  rows: Rows,
  o: usize,
  predictions: v128,
  recent: v128,
  centre: f32,
  scale: f32,
  wide: f32,
): void {
  const s0 = rows.samples0 + o;
  const s1 = rows.samples1 + o;
  const s2 = rows.samples2 + o;
  const e0 = rows.errors0 + o;
  const e1 = rows.errors1 + o;
  const inverse = <f32>1 / scale;
  const is = f32x4.splat(inverse);
  const half = f32x4.splat(inverse * <f32>0.5);
  const c = f32x4.splat(centre);
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(v128.load(s0 - 16), c), half)));
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(v128.load(s1 - 12), c), half)), 16);
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(v128.load(s1 + 4), c), half)), 32);
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(v128.load(s2 - 4), c), half)), 48);
  const deviations = f32x4.sub(predictions, c);
  v128.store(out, clamp8(f32x4.mul(deviations, is)), 64);
  v128.store(out, log2_4(f32x4.mul(f32x4.add(recent, f32x4.splat(0.2)), is)), 80);
  const errors0 = v128.load(e0 - 16);
  const errors1 = v128.load(e1 - 4);
  v128.store(out, clamp8(f32x4.mul(errors0, is)), 96);
  v128.store(out, clamp8(f32x4.mul(errors1, is)), 112);
  v128.store(out, logError(errors0, is), 128);
  v128.store(out, logError(errors1, is), 144);
  const w = load<f32>(s0 - 4);
  const n = load<f32>(s1);
  const nw = load<f32>(s1 - 4);
  const texture = abs(w - nw) + abs(n - nw) + abs(n - load<f32>(s1 + 4)) + abs(w - load<f32>(s0 - 8));
  const spread = max4(f32x4.abs(deviations));
  const logs = log2_4(
    f32x4(
      scale,
      (wide + <f32>0.2) * inverse,
      (texture + <f32>0.5) * inverse * <f32>0.5,
      (spread + <f32>0.1) * inverse,
    ),
  );
  v128.store(out, f32x4.mul(logs, f32x4(0.5, 1, 1, 1)), 160);
  v128.store(
    out,
    f32x4(
      (centre - 128) * <f32>(1.0 / 64.0),
      max(<f32>0, <f32>1 - centre * <f32>(1.0 / 32.0)),
      max(<f32>0, (centre - 223) * <f32>(1.0 / 32.0)),
      centre - nearest<f32>(centre),
    ),
    176,
  );
}

/**
 * The 24 features that a plane already coded gives: q0, q1 its samples' rows, e0, e1 its errors' rows, its scale at x.
 */
@inline
export function codedFeatures(
  out: usize,
  s0: usize,
  s1: usize,
  q0: usize,
  q1: usize,
  e0: usize,
  e1: usize,
  centre: f32,
  scale: f32,
  otherScale: f32,
): void {
  const inverse = <f32>1 / scale;
  const is = f32x4.splat(inverse);
  const half = f32x4.splat(inverse * <f32>0.5);
  const q = load<f32>(q0);
  const shift = f32x4.splat(q - centre);
  const errors0 = v128.load(e0 - 8);
  const errors1 = v128.load(e1 - 4);
  v128.store(out, clamp8(f32x4.mul(errors0, is)));
  v128.store(out, clamp8(f32x4.mul(errors1, is)), 16);
  v128.store(out, logError(errors0, is), 32);
  const along = f32x4.sub(v128.load(s0 - 16), v128.load(q0 - 16));
  const above = f32x4.sub(v128.load(s1 - 8), v128.load(q1 - 8));
  v128.store(out, clamp8(f32x4.mul(f32x4.add(along, shift), half)), 48);
  v128.store(out, clamp8(f32x4.mul(f32x4.add(above, shift), half)), 64);
  const energy = sum4(f32x4.add(f32x4.abs(errors0), f32x4.abs(errors1))) * <f32>0.125;
  const logs = log2_4(f32x4(otherScale * inverse, (energy + <f32>0.2) * inverse, 1, 1));
  const slopes = clamp8(f32x4.mul(f32x4(0, 0, q - localMean(q0, q1), load<f32>(q0 + 4) - q), half));
  v128.store(out, f32x4.add(logs, slopes), 80);
}

/** The 8 features that a plane still to come gives: its errors in the row above. */
@inline
export function laterFeatures(out: usize, e1: usize, scale: f32): void {
  const is = f32x4.splat(<f32>1 / scale);
  const errors = v128.load(e1 - 8);
  v128.store(out, clamp8(f32x4.mul(errors, is)));
  v128.store(out, logError(errors, is), 16);
}

/**
 * The 4 features that the predictor from similar contexts gives: its prediction, its recent error, and the mean errors
 * of the samples that it was fitted to (lanes 1 and 2 of `errors`: signed and absolute).
 */
@inline
export function similarFeatures(
  out: usize,
  prediction: f32,
  recent: f32,
  errors: v128,
  centre: f32,
  scale: f32,
): void {
  const is = f32x4.splat(<f32>1 / scale);
  const absolute = f32x4.extract_lane(errors, 2);
  const logs = log2_4(f32x4.mul(f32x4(recent + <f32>0.2, absolute + <f32>0.2, scale, scale), is));
  const signed = clamp8(
    f32x4.mul(f32x4(0, 0, prediction - centre, f32x4.extract_lane(errors, 1) * <f32>2), is),
  );
  v128.store(out, v128.shuffle<i32>(logs, signed, 0, 1, 6, 7));
}
