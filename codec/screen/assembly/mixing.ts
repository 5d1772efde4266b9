// Logistic mixing (Mahoney 2005): log-odds of a decision, weighed and added; each set of weights learns from its own
// output, by a step down the gradient of the code length.

import { sum4 } from '../../network/assembly/math';

/** Log-odds are kept within this, so that 1 / (1 + e^-z) is neither 0 nor 1. */
@inline const LONGEST_ODDS: f32 = 11.5;

/** Sum of products of `bytes` / 4 weights and inputs, within +-11.5. */
@inline
export function mixed(weights: usize, inputs: usize, bytes: usize): f32 {
  let sum = f32x4.mul(v128.load(weights), v128.load(inputs));
  for (let at: usize = 16; at < bytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(weights + at), v128.load(inputs + at)));
  }
  return clampOdds(sum4(sum));
}

@inline
export function clampOdds(z: f32): f32 {
  return min(max(z, -LONGEST_ODDS), LONGEST_ODDS);
}

/** Moves the weights by `step` times the inputs. */
@inline
export function moveWeights(weights: usize, inputs: usize, bytes: usize, step: f32): void {
  const factor = f32x4.splat(step);
  for (let at: usize = 0; at < bytes; at += 16) {
    const moved = f32x4.add(v128.load(weights + at), f32x4.mul(factor, v128.load(inputs + at)));
    v128.store(weights + at, moved);
  }
}

/** Sets `count` weights. */
export function fillWeights(weights: usize, count: i32, value: f32): void {
  for (let i: i32 = 0; i < count; i++) store<f32>(weights + ((<usize>i) << 2), value);
}
