// What the threads that code one photo share, as it lies in memory. codec/planes/static/job.ts fills it in: same order, all 32-bit.
// Planes are numbered in the order in which they are coded: 0 green, 1 red, 2 blue (the LAG order).

@unmanaged
export class StaticJob {
  width: i32;
  height: i32;
  /** Samples from one ring row to the next. */
  stride: i32;
  /** Tiles across, and rows of tiles that have latents; below them lies a strip without. */
  tilesAcross: i32;
  tileRows: i32;
  /** Segments a row. */
  segments: i32;
  /** u8 [height][width][3] in the order red, green, blue. */
  pixels: usize;
  /** Ring buffers of 8 rows a plane: samples f32, errors f32, predictors' errors 4 f32, local scales f32. */
  samples: usize;
  errors: usize;
  predictorErrors: usize;
  scales: usize;
  /** Weights of plane p's likelihood network: [inputs][32], [32][16], [16][12]. */
  layer1_0: usize;
  layer1_1: usize;
  layer1_2: usize;
  layer2_0: usize;
  layer2_1: usize;
  layer2_2: usize;
  layer3_0: usize;
  layer3_1: usize;
  layer3_2: usize;
  /** Per plane: [48][24] and [24] of the network whose outputs are pooled over a tile. */
  pooled_0: usize;
  pooled_1: usize;
  pooled_2: usize;
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
  latents: usize;
  /** f32 [tileRows][1 + tilesAcross][16]: the latents' values, each row of tiles after 16 zeros. */
  values: usize;
  /** f32 [2^latentBits]: representative value of each bin, under N(0, 1). */
  centres: usize;
  latentBits: i32;
  /** Messages of the planes. */
  message_0: usize;
  message_1: usize;
  message_2: usize;
  /** Per plane u64 [rows][width]: start and frequency of each symbol of the current stage. */
  intervals_0: usize;
  intervals_1: usize;
  intervals_2: usize;
  /** Per plane 2048 bytes of scratch, used by whoever computes the plane. */
  scratch: usize;
  /** 384 bytes of counters, a cache line apart where threads write them. */
  counters: usize;
  /** One of the modes below. */
  mode: i32;
  /** The current stage: rows of samples [firstRow, endRow) of which those from codedRow on are coded. */
  stage: i32;
  firstRow: i32;
  codedRow: i32;
  endRow: i32;
  /** Training only: f32 features, [3] centre, scale, target, and [48] inputs of the pooled network. */
  features_0: usize;
  features_1: usize;
  features_2: usize;
  targets_0: usize;
  targets_1: usize;
  targets_2: usize;
  pooledInputs_0: usize;
  pooledInputs_1: usize;
  pooledInputs_2: usize;
}

/** Computes q(z|x) of all tiles. */
@inline export const PREPARE: i32 = 0;
@inline export const ENCODE: i32 = 1;
@inline export const DECODE: i32 = 2;
/** Writes features for training. */
@inline export const EXPORT: i32 = 3;

@inline export const PLANES: i32 = 3;
@inline export const TILE: i32 = 16;
@inline export const SEGMENT: i32 = 64;
@inline export const LATENTS: i32 = 16;
@inline export const HIDDEN1: i32 = 32;
@inline export const HIDDEN2: i32 = 16;
@inline export const POOLED_INPUTS: i32 = 48;
@inline export const POOLED: i32 = 24;
/** f32 a plane in a tile's modulation: scale and bias of both hidden layers, bias of the outputs, padding. */
@inline export const MODULATION: i32 = 112;
/** f32 a plane in a tile's pool: sums, count, padding. */
@inline export const POOL: i32 = 28;

/** Offset of a plane in a pixel: planes are coded green, red, blue. */
@inline
export function channelOf(plane: i32): i32 {
  return plane == 0 ? 1 : plane == 1 ? 0 : 2;
}

/** The p-th of three consecutive fields. */
@inline
export function ofPlane(first: usize, plane: i32): usize {
  return load<usize>(first + (<usize>plane << 2));
}
