// What the quick family predicts a sample from. The predictors are those of ../../context/assembly/context.ts, their
// blend and the local scale of errors nearly so, with fewer steps from one sample to the next: nothing that depends on
// the sample before takes a square root, a minimum as engines have it, or two divisions in a row.

import { sum4 } from '../../../network/assembly/math';
import { clampToLevels } from '../../context/assembly/context';

/** Median of a, b and a + b - c, the median edge detector of LOCO-I, in each lane. */
@inline
function median(a: v128, b: v128, c: v128): v128 {
  const gradient = f32x4.add(a, f32x4.sub(b, c));
  return f32x4.pmax(f32x4.pmin(a, b), f32x4.pmin(f32x4.pmax(a, b), gradient));
}

/** Four predictions for a sample of the first plane, from its neighbours. */
@inline
export function predictFirst(row0: usize, row1: usize): v128 {
  const w = v128.load32_splat(row0 - 4);
  const n = v128.load32_splat(row1);
  const nw = v128.load32_splat(row1 - 4);
  const ne = v128.load32_splat(row1 + 4);
  const above = f32x4.add(
    f32x4.add(f32x4.mul(n, f32x4(0, 0.5, 0.85, -0.1)), f32x4.mul(nw, f32x4(0, -0.25, -0.6, -0.3))),
    f32x4.mul(ne, f32x4(0, 0.25, 0.15, 0.4)),
  );
  const linear = f32x4.add(above, f32x4.mul(w, f32x4(0, 0.5, 0.6, 1)));
  return clampToLevels(v128.shuffle<i32>(median(w, n, nw), linear, 0, 5, 6, 7));
}

/**
 * What each of the four predictors sees of other planes at a sample: of the plane coded just before (at `q`), nothing,
 * and in the last lane of the first plane (at `first`) for the third one, else a share of the plane before.
 */
@inline
function reference(isThird: bool, q: usize, first: usize): v128 {
  const near = v128.load32_splat(q);
  if (!isThird) return f32x4.mul(near, f32x4(1, 1, 0, 0.7));
  return f32x4.mul(v128.shuffle<i32>(near, v128.load32_splat(first), 0, 1, 2, 4), f32x4(1, 1, 0, 1));
}

/** Four predictions from neighbours and the planes coded before: medians in lanes 0 and 2, means in 1 and 3. */
@inline
export function predictLater(
  isThird: bool,
  row0: usize,
  row1: usize,
  q0: usize,
  q1: usize,
  first0: usize,
  first1: usize,
): v128 {
  const n = f32x4.sub(v128.load32_splat(row1), reference(isThird, q1, first1));
  const nw = f32x4.sub(v128.load32_splat(row1 - 4), reference(isThird, q1 - 4, first1 - 4));
  const ne = f32x4.sub(v128.load32_splat(row1 + 4), reference(isThird, q1 + 4, first1 + 4));
  const w = f32x4.sub(v128.load32_splat(row0 - 4), reference(isThird, q0 - 4, first0 - 4));
  const diagonal = f32x4.mul(f32x4.add(nw, ne), f32x4.splat(0.125));
  const mean = f32x4.add(f32x4.mul(f32x4.add(n, w), f32x4.splat(0.375)), diagonal);
  const change = v128.shuffle<i32>(median(w, n, nw), mean, 0, 5, 2, 7);
  return clampToLevels(f32x4.add(change, reference(isThird, q0, first0)));
}

/** Of four values, in the lanes, each weighs about (its recent error + 0.1)^-3. */
@inline
export function blend(predictions: v128, recent: v128): f32 {
  const t = f32x4.add(recent, f32x4.splat(0.1));
  // As an integer, a float is its logarithm, linear between powers of two: 4 log 1 - 3 log t.
  const weights = i32x4.sub(i32x4.splat(0xfe000000), i32x4.add(t, i32x4.shl(t, 1)));
  return sum4(f32x4.mul(weights, predictions)) * (<f32>1 / sum4(weights));
}

/** Sums of |error| over NW, N (twice), NE and NN in the lanes: the rows above's share of the recent error. */
@inline
export function nearErrors(errors1: usize, errors2: usize): v128 {
  return f32x4.add(
    f32x4.mul(f32x4.abs(v128.load(errors1 - 4)), f32x4(1, 2, 1, 0)),
    f32x4.mul(f32x4.abs(v128.load(errors2 - 4)), f32x4(0, 1, 0, 0)),
  );
}

/** Sum of |error| over 12 samples around x, in the lanes. */
@inline
export function windowErrors(row: usize): v128 {
  return f32x4.add(
    f32x4.add(f32x4.abs(v128.load(row - 20)), f32x4.abs(v128.load(row - 4))),
    f32x4.abs(v128.load(row + 12)),
  );
}
