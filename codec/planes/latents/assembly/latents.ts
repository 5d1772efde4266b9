// Latents of a row of tiles: the posterior from the pooled hidden units, the prior from the tiles to the left and
// above, the modulation of the likelihood network, and the latents' way onto and off the messages. A latent is one of
// 2^n bins of equal mass under its prior N(m, t): its posterior N(mu, sigma) counts as N((mu - m) / t, sigma / t) over
// the bins of N(0, 1). The message that the bits come from is an argument.

import { peek, pop, push } from '../../../ans/assembly/rans';
import { exp64, log2of } from '../../../distributions/assembly/elementary';
import { gaussianCumulative, gaussianPop, gaussianPush } from '../../../distributions/assembly/gaussian';
import { PRECISION } from '../../../distributions/assembly/precision';
import { addBias, addBiasLeaky, dense16 } from '../../../network/assembly/vector-product';

@inline export const TILE: i32 = 16;
@inline export const LATENTS: i32 = 16;
/** Units of the network whose outputs are pooled over a tile. */
@inline export const POOLED: i32 = 24;
/** f32 a plane in a tile's pool: sums, count, padding. */
@inline export const POOL: i32 = 28;
/**
 * f32 a plane in a tile's modulation: scale and bias of two hidden layers of 32 and 16, bias of the outputs, padding.
 */
@inline export const MODULATION: i32 = 112;
@inline const PLANES: i32 = 3;
@inline export const SCRATCH_BYTES: usize = 1024;

@unmanaged
export class Latents {
  /** Tiles across, and rows of tiles that have latents; below them lies a strip without. */
  tilesAcross: i32;
  tileRows: i32;
  /** The current row of tiles. */
  tileRow: i32;
  /** Posterior from the pools: [72][48], [48], [48][32], [32]. */
  posterior: usize;
  /** Prior of a tile's latents from its neighbours': [34][32], [32]. */
  prior: usize;
  /** Modulation from the latents: [16][32], [32], [32][336], [336]. */
  modulation: usize;
  /** f32 [tilesAcross][3][112]: the current tile row's modulation. */
  tileModulation: usize;
  /** f32 [3][112]: the modulation where there are no latents (z = 0). */
  neutralModulation: usize;
  /** f32 [tilesAcross][3][28]: sums of 24 hidden units and their count, of the current tile row. */
  pools: usize;
  /** f32 [tileRows][tilesAcross][32]: mean and log of the standard deviation of q(z|x). */
  posteriors: usize;
  /** f32 [tilesAcross][32]: mean and log of the standard deviation of p(z), of the current tile row. */
  priors: usize;
  /** u32 [tilesAcross][16]: the current tile row's latents, as bins of equal mass under their priors. */
  bins: usize;
  /** f32 [max(1, tileRows)][1 + tilesAcross][16]: the latents' values, each row of tiles after 16 zeros. */
  values: usize;
  /** f32 [2^binsLog2]: representative value of each bin, under N(0, 1). */
  centres: usize;
  binsLog2: i32;
  /** SCRATCH_BYTES, used by whoever opens or closes a row of tiles. */
  scratch: usize;
  /** log2 q(z|x) - log2 p(z) of all latents drawn, in bits. */
  kl: f64;
  /** f32 [tileRows][tilesAcross]: bits that each tile's latents took of the message; null unless that is to be told. */
  costs: usize;
}

@inline const POOL_INPUTS: i32 = PLANES * POOLED;
@inline export const POSTERIOR_HIDDEN: i32 = 48;
/** Latents to the left, posterior means above, and 1 where there is no tile to the left, none above. */
@inline export const PRIOR_INPUTS: i32 = 2 * LATENTS + 2;
@inline export const MODULATION_HIDDEN: i32 = 32;
@inline const MODULATION_OUTPUTS: i32 = PLANES * MODULATION;
@inline const LOG2E: f64 = 1.4426950408889634;

/** out[0..outputs) = x * weights, outputs a multiple of 16. */
function dense(out: usize, x: usize, inputs: i32, weights: usize, outputs: i32): void {
  for (let o: i32 = 0; o < outputs; o += 16) {
    dense16(out + ((<usize>o) << 2), x, inputs, weights + ((<usize>o) << 2), outputs);
  }
}

/** q(z|x) of every tile of the current row, from its pools. */
export function computePosteriors(latents: Latents): void {
  const tileRow = latents.tileRow;
  const scratch = latents.scratch;
  const hidden = scratch + 512;
  const weights2 = latents.posterior + (POOL_INPUTS + 1) * POSTERIOR_HIDDEN * 4;
  for (let t: i32 = 0; t < latents.tilesAcross; t++) {
    for (let p: i32 = 0; p < 3; p++) {
      const pool = latents.pools + <usize>((t * 3 + p) * POOL) * 4;
      const share = f32x4.splat(<f32>1 / load<f32>(pool, POOLED * 4));
      const means = scratch + <usize>(p * POOLED) * 4;
      for (let i: usize = 0; i < <usize>POOLED * 4; i += 16) {
        v128.store(means + i, f32x4.mul(v128.load(pool + i), share));
      }
    }
    dense(hidden, scratch, POOL_INPUTS, latents.posterior, POSTERIOR_HIDDEN);
    addBiasLeaky(hidden, latents.posterior + POOL_INPUTS * POSTERIOR_HIDDEN * 4, POSTERIOR_HIDDEN);
    const out = latents.posteriors + <usize>((tileRow * latents.tilesAcross + t) * 2 * LATENTS) * 4;
    dense(out, hidden, POSTERIOR_HIDDEN, weights2, 2 * LATENTS);
    addBias(out, weights2 + POSTERIOR_HIDDEN * 2 * LATENTS * 4, 2 * LATENTS);
  }
}

/** Modulation of one tile's likelihood networks by z, f32 [16]. */
function computeModulation(latents: Latents, z: usize, out: usize): void {
  const scratch = latents.scratch;
  const weights2 = latents.modulation + (LATENTS + 1) * MODULATION_HIDDEN * 4;
  dense(scratch, z, LATENTS, latents.modulation, MODULATION_HIDDEN);
  addBiasLeaky(scratch, latents.modulation + LATENTS * MODULATION_HIDDEN * 4, MODULATION_HIDDEN);
  dense(out, scratch, MODULATION_HIDDEN, weights2, MODULATION_OUTPUTS);
  addBias(out, weights2 + MODULATION_HIDDEN * MODULATION_OUTPUTS * 4, MODULATION_OUTPUTS);
}

/** Modulation of every tile of the current row by its latents. */
export function modulateTiles(latents: Latents): void {
  for (let t: i32 = 0; t < latents.tilesAcross; t++) {
    computeModulation(
      latents,
      valuesOf(latents, t),
      latents.tileModulation + <usize>(t * MODULATION_OUTPUTS) * 4,
    );
  }
}

/** f32 [16]: values of the latents of a tile of the current row; 0 for the one left of the first. */
@inline
function valuesOf(latents: Latents, t: i32): usize {
  return latents.values + <usize>((latents.tileRow * (latents.tilesAcross + 1) + t + 1) * LATENTS) * 4;
}

@inline
function posteriorOf(latents: Latents, tileRow: i32, t: i32): usize {
  return latents.posteriors + <usize>((tileRow * latents.tilesAcross + t) * 2 * LATENTS) * 4;
}

@inline
function clamp(x: f32, low: f32, high: f32): f32 {
  return min<f32>(high, max<f32>(low, x));
}

/** p(z) of a tile, from the latents to its left and the means of the posterior above it. */
function computePrior(latents: Latents, t: i32): void {
  const tileRow = latents.tileRow;
  const scratch = latents.scratch;
  memory.copy(scratch, valuesOf(latents, t - 1), LATENTS * 4);
  const above = posteriorOf(latents, tileRow - 1, t);
  for (let j: usize = 0; j < <usize>LATENTS * 4; j += 4) {
    store<f32>(scratch + LATENTS * 4 + j, tileRow > 0 ? clamp(load<f32>(above + j), -16, 16) : 0);
  }
  store<f32>(scratch, t == 0 ? 1 : 0, 2 * LATENTS * 4);
  store<f32>(scratch, tileRow == 0 ? 1 : 0, (2 * LATENTS + 1) * 4);
  const out = latents.priors + <usize>(t * 2 * LATENTS) * 4;
  dense(out, scratch, PRIOR_INPUTS, latents.prior, 2 * LATENTS);
  addBias(out, latents.prior + PRIOR_INPUTS * 2 * LATENTS * 4, 2 * LATENTS);
}

/** Scale of a tile's prior, e^-3 to e. */
@inline
function priorScale(latents: Latents, t: i32, j: i32): f64 {
  return exp64(<f64>clamp(load<f32>(latents.priors + <usize>((2 * t + 1) * LATENTS + j) * 4), -3, 1));
}

@inline
function priorMean(latents: Latents, t: i32, j: i32): f64 {
  return <f64>clamp(load<f32>(latents.priors + <usize>(2 * t * LATENTS + j) * 4), -16, 16);
}

/** Mean of the posterior, as a multiple of the prior's scale from the prior's mean. */
@inline
function relativeMean(latents: Latents, t: i32, j: i32, scale: f64): f64 {
  const mean = <f64>clamp(load<f32>(posteriorOf(latents, latents.tileRow, t) + ((<usize>j) << 2)), -16, 16);
  return (mean - priorMean(latents, t, j)) / scale;
}

/** Standard deviation of the posterior, e^-6 to e^2, as a multiple of the prior's. */
@inline
function relativeScale(latents: Latents, t: i32, j: i32, scale: f64): f64 {
  const logScale = load<f32>(posteriorOf(latents, latents.tileRow, t) + ((<usize>(LATENTS + j)) << 2));
  return exp64(<f64>clamp(logScale, -6, 2)) / scale;
}

/** Keeps a latent: its bin, and its value. */
@inline
function keepLatent(latents: Latents, t: i32, j: i32, bin: u32, scale: f64): void {
  const centre = <f64>load<f32>(latents.centres + ((<usize>bin) << 2));
  store<u32>(latents.bins + <usize>((t * LATENTS + j) << 2), bin);
  store<f32>(valuesOf(latents, t) + ((<usize>j) << 2), <f32>(priorMean(latents, t, j) + scale * centre));
}

/** Encoder: pops the latents of the current row of tiles by their posterior. */
export function popPosteriors(latents: Latents, message: usize): void {
  let kl: f64 = 0;
  for (let t: i32 = 0; t < latents.tilesAcross; t++) {
    computePrior(latents, t);
    for (let j: i32 = 0; j < LATENTS; j++) {
      const unit = priorScale(latents, t, j);
      const mean = relativeMean(latents, t, j, unit);
      const scale = relativeScale(latents, t, j, unit);
      const bin = gaussianPop(message, mean, scale, latents.binsLog2);
      keepLatent(latents, t, j, bin, unit);
      const z = <f64>load<f32>(latents.centres + ((<usize>bin) << 2));
      const deviation = (z - mean) / scale;
      kl += 0.5 * (z * z - deviation * deviation) * LOG2E - log2of(scale);
      if (latents.costs != 0) addCost(latents, t, bin, mean, scale);
    }
  }
  latents.kl += kl;
}

/**
 * Adds what a latent of a tile of the current row takes: what its bin costs by the prior, less what popping it has
 * given back. By the integers that are coded with, so that it is what the message grows by.
 */
function addCost(latents: Latents, t: i32, bin: u32, mean: f64, scale: f64): void {
  const at = latents.costs + ((<usize>(latents.tileRow * latents.tilesAcross + t)) << 2);
  const start = gaussianCumulative(bin, mean, scale, latents.binsLog2);
  const frequency = gaussianCumulative(bin + 1, mean, scale, latents.binsLog2) - start;
  const bits = <f64>latents.binsLog2 - <f64>PRECISION + log2of(<f64>frequency);
  store<f32>(at, load<f32>(at) + <f32>bits);
}

/** Decoder: the inverse of popPosteriors. */
export function pushPosteriors(latents: Latents, message: usize): void {
  for (let t = latents.tilesAcross - 1; t >= 0; t--) {
    for (let j = LATENTS - 1; j >= 0; j--) {
      const bin = load<u32>(latents.bins + <usize>((t * LATENTS + j) << 2));
      const unit = priorScale(latents, t, j);
      const mean = relativeMean(latents, t, j, unit);
      gaussianPush(message, bin, mean, relativeScale(latents, t, j, unit), latents.binsLog2);
    }
  }
}

/** Encoder: pushes the latents of the row of tiles by their priors, under which all bins are equally likely. */
export function pushPriors(latents: Latents, message: usize): void {
  for (let i = latents.tilesAcross * LATENTS - 1; i >= 0; i--) {
    push(message, load<u32>(latents.bins + <usize>(i << 2)), 1, latents.binsLog2);
  }
}

/** Decoder: the inverse of pushPriors. */
export function popPriors(latents: Latents, message: usize): void {
  for (let t: i32 = 0; t < latents.tilesAcross; t++) {
    computePrior(latents, t);
    for (let j: i32 = 0; j < LATENTS; j++) {
      const bin = peek(message, latents.binsLog2);
      pop(message, bin, 1, latents.binsLog2);
      keepLatent(latents, t, j, bin, priorScale(latents, t, j));
    }
  }
}

/** Sets everything to what it is before the first row of tiles, and the modulation where there are no latents. */
export function clearLatents(latents: Latents): void {
  latents.kl = 0;
  memory.fill(
    latents.values,
    0,
    (<usize>(max(1, latents.tileRows) * (latents.tilesAcross + 1) * LATENTS)) << 2,
  );
  // The 16 zeros before the values.
  computeModulation(latents, latents.values, latents.neutralModulation);
}

/** Forgets what has been pooled. */
export function clearPools(latents: Latents): void {
  memory.fill(latents.pools, 0, (<usize>(latents.tilesAcross * PLANES * POOL)) << 2);
}

/** Modulation of a plane's network at column x: f32 [MODULATION]. */
@inline
export function modulationOf(latents: Latents, hasLatents: bool, plane: i32, x: i32): usize {
  const tile = hasLatents
    ? latents.tileModulation + <usize>(tileOf(latents, x) * PLANES * MODULATION) * 4
    : latents.neutralModulation;
  return tile + <usize>(plane * MODULATION) * 4;
}

/** Index of the tile across that holds column x; the last one takes the rest of the row. */
@inline
export function tileOf(latents: Latents, x: i32): i32 {
  return min(x / TILE, latents.tilesAcross - 1);
}
