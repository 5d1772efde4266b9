// What the posterior of a tile's latents sees: a small network's hidden units, averaged over the tile's samples.

import { log2_4 } from '../../../network/assembly/math';
import { addBiasLeaky, dense24 } from '../../../network/assembly/vector-product';
import { Latents, POOL, POOLED, tileOf } from './latents';

@inline export const POOLED_INPUTS: i32 = 48;
@inline const PLANES: i32 = 3;

/**
 * Inputs of the pooled network: what this sample's error says about the tile. `features` are the sample's,
 * `other` those of the plane coded just before.
 */
@inline
export function pooledInputs(
  plane: i32,
  inputs: usize,
  features: usize,
  error: f32,
  scale: f32,
  other: usize,
): void {
  const d = min<f32>(8, max<f32>(-8, error / scale));
  const logs = log2_4(f32x4(abs(d) + <f32>0.1, scale, 1, 1));
  v128.store(inputs, f32x4(d, abs(d), f32x4.extract_lane(logs, 0), f32x4.extract_lane(logs, 1) * <f32>0.5));
  const eighth = f32x4.splat(d * <f32>0.125);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 96)), 16);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 112)), 32);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 64)), 48);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features)), 64);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 16)), 80);
  v128.store(inputs, f32x4.mul(eighth, v128.load(other)), 96);
  // Neighbours: further own ones, or differences to the plane coded just before.
  const further = plane == 0 ? features + 32 : other + 48;
  v128.store(inputs, f32x4.mul(eighth, v128.load(further)), 160);
  v128.store(inputs, f32x4.mul(eighth, v128.load(further, 16)), 176);
  v128.store(inputs, v128.load(features, 80), 112);
  v128.store(inputs, v128.load(features, 160), 128);
  v128.store(inputs, v128.load(features, 176), 144);
}

/** Adds the hidden units of sample x's inputs to its tile's pool. `weights`: [48][24], [24]; `hidden` holds 24 f32. */
@inline
export function addToPool(
  latents: Latents,
  plane: i32,
  x: i32,
  inputs: usize,
  hidden: usize,
  weights: usize,
): void {
  const pool = latents.pools + <usize>((tileOf(latents, x) * PLANES + plane) * POOL) * 4;
  dense24(hidden, inputs, POOLED_INPUTS, weights);
  addBiasLeaky(hidden, weights + POOLED_INPUTS * POOLED * 4, POOLED);
  for (let i: usize = 0; i < <usize>POOLED * 4; i += 16) {
    v128.store(pool + i, f32x4.add(v128.load(pool + i), v128.load(hidden + i)));
  }
  store<f32>(pool, load<f32>(pool, POOLED * 4) + 1, POOLED * 4);
}
