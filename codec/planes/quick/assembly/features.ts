// What the quick family's networks see: fewer features than the other families', in fours that are written as they are
// computed. Differences are relative to the local scale, clamped to [-8, 8].

import { roughLog2_4, sum4 } from '../../../network/assembly/math';
import { clamp8, localMean } from '../../context/assembly/context';
import { Rows } from '../../context/assembly/rows';

/** Inputs of the network: 32 of the own plane, 12 for each plane already coded, 8 for each still to come. */
@inline export const OWN_FEATURES: i32 = 32;
@inline export const CODED_FEATURES: i32 = 12;
@inline export const LATER_FEATURES: i32 = 8;

/** log2 of (|x| + 0.2) / scale. */
@inline
function logMagnitude(x: v128, inverse: v128): v128 {
  return roughLog2_4(f32x4.mul(f32x4.add(f32x4.abs(x), f32x4.splat(0.2)), inverse));
}

/**
 * The features of the own plane at offset o of its rows: `left` its samples WWWW to W, `error` that at W, `inverse` of
 * the scale. Returns the address behind them.
 */
@inline
export function ownFeatures(
  out: usize,
  rows: Rows,
  o: usize,
  left: v128,
  error: f32,
  predictions: v128,
  recent: v128,
  centre: f32,
  scale: f32,
  inverse: f32,
  wide: f32,
): usize {
  const s1 = rows.samples1 + o;
  const is = f32x4.splat(inverse);
  const half = f32x4.splat(inverse * <f32>0.5);
  const c = f32x4.splat(centre);
  const aboveLeft = v128.load(s1 - 8);
  const above = v128.load(s1 - 4);
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(left, c), half)));
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(aboveLeft, c), half)), 16);
  v128.store(out, clamp8(f32x4.mul(f32x4.sub(v128.load(rows.samples2 + o - 4), c), half)), 32);
  const deviations = f32x4.sub(predictions, c);
  v128.store(out, clamp8(f32x4.mul(deviations, is)), 48);
  v128.store(out, logMagnitude(recent, is), 64);
  // NW, N, NE, W.
  const errors = f32x4.replace_lane(v128.load(rows.errors1 + o - 4), 3, error);
  v128.store(out, clamp8(f32x4.mul(errors, is)), 80);
  const w = f32x4.extract_lane(left, 3);
  const texture =
    sum4(f32x4.abs(f32x4.sub(above, aboveLeft))) +
    abs(w - f32x4.extract_lane(left, 2)) +
    abs(w - f32x4.extract_lane(above, 0));
  const logs = roughLog2_4(
    f32x4(scale, (wide + <f32>0.2) * inverse, (texture + <f32>0.5) * inverse * <f32>0.25, 1),
  );
  const fraction = centre - nearest<f32>(centre);
  v128.store(out, f32x4.replace_lane(f32x4.mul(logs, f32x4(0.5, 1, 1, 1)), 3, fraction), 96);
  // The centre, how near it is to either end, and how far the predictions are apart.
  const ends = f32x4.add(f32x4.mul(c, f32x4(1 / 64, -1 / 32, 1 / 32, 0)), f32x4(-2, 1, -223 / 32, 0));
  const spread = sum4(f32x4.abs(deviations)) * inverse * <f32>0.25;
  v128.store(out, f32x4.replace_lane(f32x4.pmax(ends, f32x4(-8, 0, 0, 0)), 3, spread), 112);
  return out + ((<usize>OWN_FEATURES) << 2);
}

/** The features that another plane gives, already coded or still to come; returns the address behind them. */
@inline
export function otherFeatures(
  isCoded: bool,
  out: usize,
  own: Rows,
  other: Rows,
  isFirstRow: bool,
  o: usize,
  centre: f32,
  inverse: f32,
): usize {
  const is = f32x4.splat(inverse);
  const half = f32x4.splat(inverse * <f32>0.5);
  const errors1 = v128.load(other.errors1 + o - 4);
  if (!isCoded) {
    v128.store(out, clamp8(f32x4.mul(errors1, is)));
    // A later plane may already be filling the rows above its first: zeros, whose slopes are as those of any constant.
    const above = (isFirstRow ? other.errors1 : other.samples1) + o;
    const slopes = clamp8(f32x4.mul(f32x4.sub(v128.load(above - 4), v128.load(above - 8)), half));
    const energy = sum4(f32x4.abs(errors1)) * <f32>0.25;
    const log = f32x4.extract_lane(logMagnitude(f32x4.splat(energy), is), 0);
    v128.store(out, f32x4.replace_lane(slopes, 0, log), 16);
    return out + ((<usize>LATER_FEATURES) << 2);
  }
  const s0 = own.samples0 + o;
  const s1 = own.samples1 + o;
  const q0 = other.samples0 + o;
  const q1 = other.samples1 + o;
  const q = load<f32>(q0);
  // At x - 2, x - 1, x, x + 1.
  const errors0 = v128.load(other.errors0 + o - 8);
  const north = f32x4.extract_lane(errors1, 1);
  v128.store(out, clamp8(f32x4.mul(f32x4.replace_lane(errors0, 0, north), is)));
  const energy = sum4(f32x4.add(f32x4.abs(errors0), f32x4.abs(errors1))) * <f32>0.125;
  const here = abs(f32x4.extract_lane(errors0, 2));
  const offset = f32x4(<f32>0.2, <f32>0.2, 0, 0);
  const logs = roughLog2_4(
    f32x4.mul(f32x4.add(f32x4(here, energy, load<f32>(other.scales + o), 1), offset), is),
  );
  const deviation = clamp8(f32x4.mul(f32x4.splat(q - localMean(q0, q1)), half));
  v128.store(out, v128.shuffle<i32>(logs, deviation, 0, 1, 2, 7), 16);
  const along = load<f32>(s0 - 4) + q - load<f32>(q0 - 4) - centre;
  const down = load<f32>(s1) + q - load<f32>(q1) - centre;
  const slopes = f32x4(along, down, load<f32>(q0 + 4) - q, f32x4.extract_lane(errors1, 2));
  v128.store(out, clamp8(f32x4.mul(slopes, half)), 32);
  return out + ((<usize>CODED_FEATURES) << 2);
}
