// Latents of a row of tiles: the posterior from the pooled hidden units, the modulation of the likelihood network from the
// latents, and their way onto and off the messages. Latents are bins of equal mass under N(0, 1).

import { push, peek, pop } from '../../ans/assembly/rans';
import { gaussianPop, gaussianPush } from '../../distributions/assembly/gaussian';
import { Job, LATENTS, MODULATION, POOL, POOLED } from './job';
import { addBias, addBiasLeaky, dense16 } from './layers';

@inline const POOL_INPUTS: i32 = 3 * POOLED;
@inline const POSTERIOR_HIDDEN: i32 = 48;
@inline const MODULATION_HIDDEN: i32 = 32;
@inline const MODULATION_OUTPUTS: i32 = 3 * MODULATION;
@inline const LOG2E: f64 = 1.4426950408889634;

/** out[0..outputs) = x * weights, outputs a multiple of 16. */
function dense(out: usize, x: usize, inputs: i32, weights: usize, outputs: i32): void {
  for (let o: i32 = 0; o < outputs; o += 16) {
    dense16(out + (<usize>o << 2), x, inputs, weights + (<usize>o << 2), outputs);
  }
}

/** q(z|x) of every tile of a row, from its pools. `scratch` holds 1 KiB. */
export function computePosteriors(job: Job, tileRow: i32, scratch: usize): void {
  const hidden = scratch + 512;
  const weights2 = job.posterior + (POOL_INPUTS + 1) * POSTERIOR_HIDDEN * 4;
  for (let t: i32 = 0; t < job.tilesAcross; t++) {
    for (let p: i32 = 0; p < 3; p++) {
      const pool = job.pools + <usize>((t * 3 + p) * POOL) * 4;
      const share = f32x4.splat(<f32>1 / load<f32>(pool, POOLED * 4));
      const means = scratch + <usize>(p * POOLED) * 4;
      for (let i: usize = 0; i < <usize>POOLED * 4; i += 16) {
        v128.store(means + i, f32x4.mul(v128.load(pool + i), share));
      }
    }
    dense(hidden, scratch, POOL_INPUTS, job.posterior, POSTERIOR_HIDDEN);
    addBiasLeaky(hidden, job.posterior + POOL_INPUTS * POSTERIOR_HIDDEN * 4, POSTERIOR_HIDDEN);
    const out = job.posteriors + <usize>((tileRow * job.tilesAcross + t) * 2 * LATENTS) * 4;
    dense(out, hidden, POSTERIOR_HIDDEN, weights2, 2 * LATENTS);
    addBias(out, weights2 + POSTERIOR_HIDDEN * 2 * LATENTS * 4, 2 * LATENTS);
  }
}

/** Modulation of one tile's likelihood networks by z, f32 [16]. `scratch` holds 128 bytes. */
export function computeModulation(job: Job, z: usize, out: usize, scratch: usize): void {
  const weights2 = job.modulation + (LATENTS + 1) * MODULATION_HIDDEN * 4;
  dense(scratch, z, LATENTS, job.modulation, MODULATION_HIDDEN);
  addBiasLeaky(scratch, job.modulation + LATENTS * MODULATION_HIDDEN * 4, MODULATION_HIDDEN);
  dense(out, scratch, MODULATION_HIDDEN, weights2, MODULATION_OUTPUTS);
  addBias(out, weights2 + MODULATION_HIDDEN * MODULATION_OUTPUTS * 4, MODULATION_OUTPUTS);
}

/** Modulation of every tile of the current row by the latents in job.latents. */
export function modulateTiles(job: Job, scratch: usize): void {
  const z = scratch + 256;
  for (let t: i32 = 0; t < job.tilesAcross; t++) {
    for (let j: i32 = 0; j < LATENTS; j++) {
      const bin = load<u32>(job.latents + <usize>((t * LATENTS + j) << 2));
      store<f32>(z + (<usize>j << 2), load<f32>(job.centres + (<usize>bin << 2)));
    }
    computeModulation(job, z, job.tileModulation + <usize>(t * MODULATION_OUTPUTS) * 4, scratch);
  }
}

@inline
function posteriorMean(job: Job, tileRow: i32, t: i32, j: i32): f64 {
  const mean = <f64>load<f32>(job.posteriors + <usize>(((tileRow * job.tilesAcross + t) * 2 * LATENTS + j) << 2));
  return min<f64>(16, max<f64>(-16, mean));
}

/** log of the posterior's standard deviation, clamped to [-6, 2]. */
@inline
function posteriorLogScale(job: Job, tileRow: i32, t: i32, j: i32): f64 {
  const at = ((tileRow * job.tilesAcross + t) * 2 + 1) * LATENTS + j;
  return min<f64>(2, max<f64>(-6, <f64>load<f32>(job.posteriors + <usize>(at << 2))));
}

/** Encoder: pops the latents of a row of tiles by their posterior; returns log2 q(z|x) - log2 p(z). */
export function popPosteriors(job: Job, tileRow: i32): f64 {
  let kl: f64 = 0;
  for (let t: i32 = 0; t < job.tilesAcross; t++) {
    for (let j: i32 = 0; j < LATENTS; j++) {
      const mean = posteriorMean(job, tileRow, t, j);
      const logScale = posteriorLogScale(job, tileRow, t, j);
      const scale = Math.exp(logScale);
      const bin = gaussianPop(job.message_2, mean, scale, job.latentBits);
      store<u32>(job.latents + <usize>((t * LATENTS + j) << 2), bin);
      const z = <f64>load<f32>(job.centres + (<usize>bin << 2));
      const deviation = (z - mean) / scale;
      kl += (0.5 * (z * z - deviation * deviation) - logScale) * LOG2E;
    }
  }
  return kl;
}

/** Decoder: the inverse of popPosteriors. */
export function pushPosteriors(job: Job, tileRow: i32): void {
  for (let t = job.tilesAcross - 1; t >= 0; t--) {
    for (let j = LATENTS - 1; j >= 0; j--) {
      const bin = load<u32>(job.latents + <usize>((t * LATENTS + j) << 2));
      const scale = Math.exp(posteriorLogScale(job, tileRow, t, j));
      gaussianPush(job.message_2, bin, posteriorMean(job, tileRow, t, j), scale, job.latentBits);
    }
  }
}

/** Encoder: pushes the latents of a row of tiles by their prior. */
export function pushPriors(job: Job): void {
  for (let i = job.tilesAcross * LATENTS - 1; i >= 0; i--) {
    push(job.message_0, load<u32>(job.latents + <usize>(i << 2)), 1, job.latentBits);
  }
}

/** Decoder: the inverse of pushPriors. */
export function popPriors(job: Job): void {
  const count = job.tilesAcross * LATENTS;
  for (let i: i32 = 0; i < count; i++) {
    const bin = peek(job.message_0, job.latentBits);
    pop(job.message_0, bin, 1, job.latentBits);
    store<u32>(job.latents + <usize>(i << 2), bin);
  }
}
