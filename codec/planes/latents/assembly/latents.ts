// Latents of a row of tiles: the posterior from the pooled hidden units, the prior from the tiles to the left and above, the
// modulation of the likelihood network, and the latents' way onto and off the messages. A latent is one of 2^n bins of equal
// mass under its prior N(m, t): its posterior N(mu, sigma) counts as N((mu - m) / t, sigma / t) over the bins of N(0, 1).

import { push, peek, pop } from '../../../ans/assembly/rans';
import { exp64, log2of } from '../../../distributions/assembly/elementary';
import { gaussianPop, gaussianPush } from '../../../distributions/assembly/gaussian';
import { StaticJob, LATENTS, MODULATION, POOL, POOLED } from '../../static/assembly/job';
import { addBias, addBiasLeaky, dense16 } from '../../../network/assembly/vector-product';

@inline const POOL_INPUTS: i32 = 3 * POOLED;
@inline const POSTERIOR_HIDDEN: i32 = 48;
/** Latents to the left, posterior means above, and 1 where there is no tile to the left, none above. */
@inline const PRIOR_INPUTS: i32 = 2 * LATENTS + 2;
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
export function computePosteriors(job: StaticJob, tileRow: i32, scratch: usize): void {
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
export function computeModulation(job: StaticJob, z: usize, out: usize, scratch: usize): void {
  const weights2 = job.modulation + (LATENTS + 1) * MODULATION_HIDDEN * 4;
  dense(scratch, z, LATENTS, job.modulation, MODULATION_HIDDEN);
  addBiasLeaky(scratch, job.modulation + LATENTS * MODULATION_HIDDEN * 4, MODULATION_HIDDEN);
  dense(out, scratch, MODULATION_HIDDEN, weights2, MODULATION_OUTPUTS);
  addBias(out, weights2 + MODULATION_HIDDEN * MODULATION_OUTPUTS * 4, MODULATION_OUTPUTS);
}

/** Modulation of every tile of the current row by its latents. */
export function modulateTiles(job: StaticJob, scratch: usize): void {
  for (let t: i32 = 0; t < job.tilesAcross; t++) {
    computeModulation(job, valuesOf(job, t), job.tileModulation + <usize>(t * MODULATION_OUTPUTS) * 4, scratch);
  }
}

/** f32 [16]: values of the latents of a tile of the current row; 0 for the one left of the first. */
@inline
function valuesOf(job: StaticJob, t: i32): usize {
  return job.values + <usize>((job.stage * (job.tilesAcross + 1) + t + 1) * LATENTS) * 4;
}

@inline
function posteriorOf(job: StaticJob, tileRow: i32, t: i32): usize {
  return job.posteriors + <usize>((tileRow * job.tilesAcross + t) * 2 * LATENTS) * 4;
}

@inline
function clamp(x: f32, low: f32, high: f32): f32 {
  return min<f32>(high, max<f32>(low, x));
}

/** p(z) of a tile, from the latents to its left and the means of the posterior above it. `scratch` holds 256 bytes. */
function computePrior(job: StaticJob, tileRow: i32, t: i32, scratch: usize): void {
  memory.copy(scratch, valuesOf(job, t - 1), LATENTS * 4);
  const above = posteriorOf(job, tileRow - 1, t);
  for (let j: usize = 0; j < <usize>LATENTS * 4; j += 4) {
    store<f32>(scratch + LATENTS * 4 + j, tileRow > 0 ? clamp(load<f32>(above + j), -16, 16) : 0);
  }
  store<f32>(scratch, t == 0 ? 1 : 0, 2 * LATENTS * 4);
  store<f32>(scratch, tileRow == 0 ? 1 : 0, (2 * LATENTS + 1) * 4);
  const out = job.priors + <usize>(t * 2 * LATENTS) * 4;
  dense(out, scratch, PRIOR_INPUTS, job.prior, 2 * LATENTS);
  addBias(out, job.prior + PRIOR_INPUTS * 2 * LATENTS * 4, 2 * LATENTS);
}

/** Scale of a tile's prior, e^-3 to e. */
@inline
function priorScale(job: StaticJob, t: i32, j: i32): f64 {
  return exp64(<f64>clamp(load<f32>(job.priors + <usize>((2 * t + 1) * LATENTS + j) * 4), -3, 1));
}

@inline
function priorMean(job: StaticJob, t: i32, j: i32): f64 {
  return <f64>clamp(load<f32>(job.priors + <usize>(2 * t * LATENTS + j) * 4), -16, 16);
}

/** Mean of the posterior, as a multiple of the prior's scale from the prior's mean. */
@inline
function relativeMean(job: StaticJob, tileRow: i32, t: i32, j: i32, scale: f64): f64 {
  const mean = <f64>clamp(load<f32>(posteriorOf(job, tileRow, t) + (<usize>j << 2)), -16, 16);
  return (mean - priorMean(job, t, j)) / scale;
}

/** Standard deviation of the posterior, e^-6 to e^2, as a multiple of the prior's. */
@inline
function relativeScale(job: StaticJob, tileRow: i32, t: i32, j: i32, scale: f64): f64 {
  const logScale = load<f32>(posteriorOf(job, tileRow, t) + (<usize>(LATENTS + j) << 2));
  return exp64(<f64>clamp(logScale, -6, 2)) / scale;
}

/** Keeps a latent: its bin, and its value. */
@inline
function keepLatent(job: StaticJob, t: i32, j: i32, bin: u32, scale: f64): void {
  const centre = <f64>load<f32>(job.centres + (<usize>bin << 2));
  store<u32>(job.latents + <usize>((t * LATENTS + j) << 2), bin);
  store<f32>(valuesOf(job, t) + (<usize>j << 2), <f32>(priorMean(job, t, j) + scale * centre));
}

/** Encoder: pops the latents of a row of tiles by their posterior; returns log2 q(z|x) - log2 p(z). */
export function popPosteriors(job: StaticJob, tileRow: i32, scratch: usize): f64 {
  let kl: f64 = 0;
  for (let t: i32 = 0; t < job.tilesAcross; t++) {
    computePrior(job, tileRow, t, scratch);
    for (let j: i32 = 0; j < LATENTS; j++) {
      const unit = priorScale(job, t, j);
      const mean = relativeMean(job, tileRow, t, j, unit);
      const scale = relativeScale(job, tileRow, t, j, unit);
      const bin = gaussianPop(job.message_2, mean, scale, job.latentBits);
      keepLatent(job, t, j, bin, unit);
      const z = <f64>load<f32>(job.centres + (<usize>bin << 2));
      const deviation = (z - mean) / scale;
      kl += 0.5 * (z * z - deviation * deviation) * LOG2E - log2of(scale);
    }
  }
  return kl;
}

/** Decoder: the inverse of popPosteriors. */
export function pushPosteriors(job: StaticJob, tileRow: i32): void {
  for (let t = job.tilesAcross - 1; t >= 0; t--) {
    for (let j = LATENTS - 1; j >= 0; j--) {
      const bin = load<u32>(job.latents + <usize>((t * LATENTS + j) << 2));
      const unit = priorScale(job, t, j);
      const mean = relativeMean(job, tileRow, t, j, unit);
      gaussianPush(job.message_2, bin, mean, relativeScale(job, tileRow, t, j, unit), job.latentBits);
    }
  }
}

/** Encoder: pushes the latents of a row of tiles by their priors, under which all bins are equally likely. */
export function pushPriors(job: StaticJob): void {
  for (let i = job.tilesAcross * LATENTS - 1; i >= 0; i--) {
    push(job.message_2, load<u32>(job.latents + <usize>(i << 2)), 1, job.latentBits);
  }
}

/** Decoder: the inverse of pushPriors. */
export function popPriors(job: StaticJob, tileRow: i32, scratch: usize): void {
  for (let t: i32 = 0; t < job.tilesAcross; t++) {
    computePrior(job, tileRow, t, scratch);
    for (let j: i32 = 0; j < LATENTS; j++) {
      const bin = peek(job.message_2, job.latentBits);
      pop(job.message_2, bin, 1, job.latentBits);
      keepLatent(job, t, j, bin, priorScale(job, t, j));
    }
  }
}
