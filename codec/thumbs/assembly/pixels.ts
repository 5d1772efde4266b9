// The thumbs model's pixels, in raster order, green, red and blue of each: causal context and what the latents say of a
// pixel go through small networks whose outputs are mixtures of discretized logistics. Encoder and decoder share
// `openRow`, `openPixel` and `channelMixture`.

import { peek, pop } from '../../ans/assembly/rans';
import { log2of } from '../../distributions/assembly/elementary';
import {
  FREQUENCY,
  MIXTURE_BYTES,
  MIXTURE_PRECISION,
  mixtureFind,
  mixtureInterval,
  mixtureProbability,
  mixtureSet,
  START,
} from '../../distributions/assembly/logistic-mixture';
import { elu4 } from '../../network/assembly/layers';
import { log2_4 } from '../../network/assembly/math';
import { addProduct } from '../../network/assembly/product';

/** The networks of one channel. */
@unmanaged
export class ThumbsChannel {
  /** f32 [FEATURES + earlier channels][HIDDEN]. */
  hiddenWeight: usize;
  hiddenBias: usize;
  /** f32 [CONTEXT + earlier channels][OUTPUTS]. */
  directWeight: usize;
  /** f32 [HIDDEN][OUTPUTS]. */
  outputWeight: usize;
  outputBias: usize;
}

@unmanaged
export class ThumbsJob {
  /** u8 [1 + height][stride], pixel (x, y) at row 1 + y and byte 3 * (1 + x); what lies around is set here. */
  image: usize;
  width: i32;
  height: i32;
  /** Bytes of a row of `image`: 3 * (width + 2). */
  stride: usize;
  /** Cells of a row of the grid of 2x2 pixels. */
  cells: i32;
  /** f32 [cells of the grid][2x2][FEATURES]. */
  fromLatents: usize;
  contextWeight: usize;
  /** ThumbsChannel each. */
  green: usize;
  red: usize;
  blue: usize;
  /** SCRATCH_BYTES bytes. */
  scratch: usize;
}

@inline export const CONTEXT: i32 = 20;
@inline export const FEATURES: i32 = 32;
@inline export const HIDDEN: i32 = 32;
@inline export const OUTPUTS: i32 = 12;
@inline export const UNIT: f32 = 16;
/** Levels of one unit of the context's differences. */
@inline export const DIFFERENCE: f32 = 32;
/** Middle of the levels, and levels of one unit of colours. */
@inline export const MIDDLE: f32 = 128;
@inline export const COLOUR: f32 = 64;
/** What lies above the image. */
@inline const ABOVE: u8 = 128;

// Scratch: the mixture; the context, and behind it how far the pixel's earlier channels are from their centres; the
// channels' centres; two hidden layers; the outputs.
@inline export const CONTEXT_AT: usize = MIXTURE_BYTES;
@inline const EARLIER_AT: usize = CONTEXT_AT + 4 * 20;
@inline export const CENTRES_AT: usize = EARLIER_AT + 4 * 4;
@inline const FIRST_AT: usize = CENTRES_AT + 4 * 4;
@inline const SECOND_AT: usize = FIRST_AT + 4 * 32;
@inline const OUTPUTS_AT: usize = SECOND_AT + 4 * 32;
@inline export const SCRATCH_BYTES: usize = OUTPUTS_AT + 4 * 12;

/** Sets what surrounds the image above it. */
@inline
export function openImage(job: ThumbsJob): void {
  memory.fill(job.image, ABOVE, job.stride);
}

/** Sets what lies to the left of row y, the pixel above its first one, and to the right of the row above, its last. */
@inline
export function openRow(job: ThumbsJob, y: i32): void {
  const row = job.image + (<usize>y + 1) * job.stride;
  const above = row - job.stride;
  const last = job.stride - 3;
  for (let channel: usize = 0; channel < 3; channel++) {
    store<u8>(row + channel, load<u8>(above + 3 + channel));
    if (y > 0) store<u8>(above + last + channel, load<u8>(above + last - 3 + channel));
  }
}

/** Leaves the pixel's context and its centres. */
@inline
export function openContext(job: ThumbsJob, y: i32, x: i32): void {
  const scratch = job.scratch;
  const context = scratch + CONTEXT_AT;
  const pixel = pixelAddress(job, y, x);
  const stride = job.stride;
  for (let channel: usize = 0; channel < 3; channel++) {
    const west = <f32>load<u8>(pixel + channel - 3);
    const north = <f32>load<u8>(pixel + channel - stride);
    const northWest = <f32>load<u8>(pixel + channel - stride - 3);
    const northEast = <f32>load<u8>(pixel + channel - stride + 3);
    // Exact: all are multiples of 1/8 below 256.
    const centre: f32 = 0.375 * (west + north) + 0.125 * (northWest + northEast);
    store<f32>(scratch + CENTRES_AT + (channel << 2), centre);
    const neighbours = f32x4(west, north, northWest, northEast);
    const differences = f32x4.div(f32x4.sub(neighbours, f32x4.splat(centre)), f32x4.splat(DIFFERENCE));
    v128.store(context + (channel << 4), differences);
    store<f32>(context + 48 + (channel << 2), (centre - MIDDLE) / COLOUR);
    const change = abs(west - northWest) + abs(north - northWest) + abs(north - northEast);
    store<f32>(context + 60 + (channel << 2), change + 1);
  }
  store<f32>(context, 1, 72);
  v128.store(context, f32x4.mul(log2_4(v128.load(context, 60)), f32x4.splat(0.25)), 60);
  store<f32>(context, x == 0 ? 1 : 0, 72);
  store<f32>(context, y == 0 ? 1 : 0, 76);
}

/** Bytes of what the latents say that come before what they say of a pixel. */
@inline
export function placeOf(job: ThumbsJob, y: i32, x: i32): usize {
  const cell = (y >> 1) * job.cells + (x >> 1);
  return <usize>((4 * cell + 2 * (y & 1) + (x & 1)) * FEATURES * 4);
}

/** Leaves the pixel's context, its centres and the first hidden layer. */
@inline
function openPixel(job: ThumbsJob, y: i32, x: i32): void {
  openContext(job, y, x);
  const scratch = job.scratch;
  const first = scratch + FIRST_AT;
  memory.copy(first, job.fromLatents + placeOf(job, y, x), FEATURES * 4);
  addProduct(first, 0, scratch + CONTEXT_AT, 0, 1, CONTEXT, job.contextWeight, FEATURES);
  activate(first, FEATURES);
}

/** Leaves the mixture of the open pixel's channel `channel`, of which `earlier` are known, at the scratch address. */
@inline
function channelMixture(job: ThumbsJob, address: usize, channel: usize, earlier: i32): void {
  const networks = changetype<ThumbsChannel>(address);
  const scratch = job.scratch;
  const second = scratch + SECOND_AT;
  const outputs = scratch + OUTPUTS_AT;
  memory.copy(second, networks.hiddenBias, HIDDEN * 4);
  addProduct(second, 0, scratch + FIRST_AT, 0, 1, FEATURES, networks.hiddenWeight, HIDDEN);
  const ofEarlier = networks.hiddenWeight + <usize>(FEATURES * HIDDEN * 4);
  addProduct(second, 0, scratch + EARLIER_AT, 0, 1, earlier, ofEarlier, HIDDEN);
  activate(second, HIDDEN);
  memory.copy(outputs, networks.outputBias, OUTPUTS * 4);
  addProduct(outputs, 0, scratch + CONTEXT_AT, 0, 1, CONTEXT + earlier, networks.directWeight, OUTPUTS);
  addProduct(outputs, 0, second, 0, 1, HIDDEN, networks.outputWeight, OUTPUTS);
  mixtureSet(scratch, outputs, load<f32>(scratch + CENTRES_AT + (channel << 2)), UNIT);
}

/** Tells the open pixel's later channels of one that is known now. */
@inline
function setEarlier(job: ThumbsJob, level: i32, channel: usize, earlier: i32): void {
  const scratch = job.scratch;
  const distance = <f32>level - load<f32>(scratch + CENTRES_AT + (channel << 2));
  store<f32>(scratch + EARLIER_AT + ((<usize>earlier) << 2), distance / DIFFERENCE);
}

@inline
export function pixelAddress(job: ThumbsJob, y: i32, x: i32): usize {
  return job.image + (<usize>y + 1) * job.stride + 3 * (<usize>x + 1);
}

@inline
function activate(x: usize, length: i32): void {
  for (const end = x + ((<usize>length) << 2); x < end; x += 16) v128.store(x, elu4(v128.load(x)));
}

/** Leaves the interval of a channel's level and returns -log2 of its probability by the real-valued model. */
@inline
function channelInterval(
  job: ThumbsJob,
  y: i32,
  x: i32,
  networks: usize,
  channel: usize,
  earlier: i32,
  intervals: usize,
): f64 {
  channelMixture(job, networks, channel, earlier);
  const level = <i32>load<u8>(pixelAddress(job, y, x) + channel);
  mixtureInterval(job.scratch, level);
  store<u64>(intervals + ((<usize>earlier) << 3), load<u64>(job.scratch, START));
  setEarlier(job, level, channel, earlier);
  return -log2of(mixtureProbability(job.scratch, level));
}

/**
 * Leaves the intervals of the image's levels (u32 start, u32 frequency each, of 2^MIXTURE_PRECISION) in the order in
 * which they are coded, and returns -log2 of their probability by the real-valued model.
 */
export function thumbsIntervals(address: usize, intervals: usize): f64 {
  const job = changetype<ThumbsJob>(address);
  let bits: f64 = 0;
  openImage(job);
  for (let y: i32 = 0; y < job.height; y++) {
    openRow(job, y);
    for (let x: i32 = 0; x < job.width; x++) {
      openPixel(job, y, x);
      bits += channelInterval(job, y, x, job.green, 1, 0, intervals);
      bits += channelInterval(job, y, x, job.red, 0, 1, intervals);
      bits += channelInterval(job, y, x, job.blue, 2, 2, intervals);
      intervals += 24;
    }
  }
  return bits;
}

@inline
function popChannel(
  job: ThumbsJob,
  message: usize,
  y: i32,
  x: i32,
  networks: usize,
  channel: usize,
  earlier: i32,
): void {
  channelMixture(job, networks, channel, earlier);
  const scratch = job.scratch;
  const level = mixtureFind(scratch, peek(message, MIXTURE_PRECISION));
  pop(message, load<u32>(scratch, START), load<u32>(scratch, FREQUENCY), MIXTURE_PRECISION);
  store<u8>(pixelAddress(job, y, x) + channel, <u8>level);
  setEarlier(job, level, channel, earlier);
}

/** Pops the image's levels, first to last. */
export function thumbsPop(address: usize, message: usize): void {
  const job = changetype<ThumbsJob>(address);
  openImage(job);
  for (let y: i32 = 0; y < job.height; y++) {
    openRow(job, y);
    for (let x: i32 = 0; x < job.width; x++) {
      openPixel(job, y, x);
      popChannel(job, message, y, x, job.green, 1, 0);
      popChannel(job, message, y, x, job.red, 0, 1);
      popChannel(job, message, y, x, job.blue, 2, 2);
    }
  }
}
