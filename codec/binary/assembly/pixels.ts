// The binary model's pixels, in raster order: what the latents say of a pixel and the white ones among its causal
// neighbours go through a small network whose output is the logit of white. Encoder and decoder share `probability`.

import { peek, pop } from '../../ans/assembly/rans';
import { exp64, log2of } from '../../distributions/assembly/elementary';
import { elu4 } from '../../network/assembly/layers';
import { sum4 } from '../../network/assembly/math';
import { addProduct } from '../../network/assembly/product';

@unmanaged
export class BinaryJob {
  /** u8 [PADDED_ROWS][STRIDE], 1 for white; the image at row TOP and column LEFT, zeros around. */
  image: usize;
  /** f32 [784][features], pixels patch by patch. */
  fromLatents: usize;
  /** A multiple of 4. */
  features: i32;
  neighbours: i32;
  /** i32 [neighbours]: their bytes' distances from the pixel's. */
  offsets: usize;
  /** f32 [neighbours][features]. */
  contextWeight: usize;
  hiddenWeight: usize;
  hiddenBias: usize;
  /** f32 [features], then one bias. */
  outputWeight: usize;
  outputBias: usize;
  /** Two layers: 8 * features bytes. */
  scratch: usize;
}

@inline export const SIDE: i32 = 28;
@inline export const STRIDE: usize = 36;
@inline export const TOP: usize = 4;
@inline export const LEFT: usize = 4;
@inline export const PADDED_ROWS: usize = TOP + 28;
@inline export const PATCH: i32 = 4;
@inline export const GRID: i32 = 7;
/** Frequencies sum to 2^24. */
@inline export const BINARY_PRECISION: u32 = 24;
/** The model's probabilities are at least this: no pixel costs more than 16 bits, none less than 2.2e-5. */
@inline export const LEAST_PROBABILITY: f64 = 0.0000152587890625;

@inline
function pixelAddress(job: BinaryJob, y: i32, x: i32): usize {
  return job.image + (<usize>y + TOP) * STRIDE + <usize>x + LEFT;
}

/** The logit of white at pixel (x, y), by the pixels before it. */
function logit(job: BinaryJob, y: i32, x: i32): f32 {
  const bytes = (<usize>job.features) << 2;
  const first = job.scratch;
  const second = first + bytes;
  const cell = (y / PATCH) * GRID + x / PATCH;
  const row = cell * PATCH * PATCH + (y % PATCH) * PATCH + (x % PATCH);
  memory.copy(first, job.fromLatents + <usize>row * bytes, bytes);
  addNeighbours(job, first, pixelAddress(job, y, x));
  activate(first, bytes);
  memory.copy(second, job.hiddenBias, bytes);
  addProduct(second, 0, first, 0, 1, job.features, job.hiddenWeight, job.features);
  activate(second, bytes);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(second + at), v128.load(job.outputWeight + at)));
  }
  return sum4(sum) + load<f32>(job.outputBias);
}

/** Adds the weights of the neighbours that are white. */
@inline
function addNeighbours(job: BinaryJob, out: usize, pixel: usize): void {
  const bytes = (<usize>job.features) << 2;
  for (let i: usize = 0; i < <usize>job.neighbours; i++) {
    if (load<u8>(pixel + <isize>load<i32>(job.offsets + (i << 2))) == 0) continue;
    const weights = job.contextWeight + i * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(weights + at)));
    }
  }
}

@inline
function activate(x: usize, bytes: usize): void {
  for (const end = x + bytes; x < end; x += 16) v128.store(x, elu4(v128.load(x)));
}

/** The model's probability that pixel (x, y) is white, from LEAST_PROBABILITY to 1 - LEAST_PROBABILITY. */
@inline
function probability(job: BinaryJob, y: i32, x: i32): f64 {
  const white = 1 / (1 + exp64(-(<f64>logit(job, y, x))));
  return LEAST_PROBABILITY + (1 - 2 * LEAST_PROBABILITY) * white;
}

/** Of 2^BINARY_PRECISION, where white comes first: 256 at least, and so is black's. */
@inline
function frequencyOf(probability: f64): u32 {
  return <u32>(probability * <f64>(1 << BINARY_PRECISION));
}

/**
 * Leaves the intervals of the image's 784 pixels (u32 start, u32 frequency each, of 2^BINARY_PRECISION) and returns
 * -log2 of their probability by the real-valued model.
 */
export function binaryIntervals(address: usize, intervals: usize): f64 {
  const job = changetype<BinaryJob>(address);
  let bits: f64 = 0;
  for (let y: i32 = 0; y < SIDE; y++) {
    for (let x: i32 = 0; x < SIDE; x++) {
      const white = probability(job, y, x);
      const frequency = frequencyOf(white);
      const isWhite = load<u8>(pixelAddress(job, y, x)) != 0;
      store<u32>(intervals, isWhite ? 0 : frequency);
      store<u32>(intervals, isWhite ? frequency : (1 << BINARY_PRECISION) - frequency, 4);
      intervals += 8;
      bits -= log2of(isWhite ? white : 1 - white);
    }
  }
  return bits;
}

/** Pops the image's 784 pixels, first to last. */
export function binaryPop(address: usize, message: usize): void {
  const job = changetype<BinaryJob>(address);
  for (let y: i32 = 0; y < SIDE; y++) {
    for (let x: i32 = 0; x < SIDE; x++) {
      const frequency = frequencyOf(probability(job, y, x));
      const isWhite = peek(message, BINARY_PRECISION) < frequency;
      if (isWhite) pop(message, 0, frequency, BINARY_PRECISION);
      else pop(message, frequency, (1 << BINARY_PRECISION) - frequency, BINARY_PRECISION);
      store<u8>(pixelAddress(job, y, x), isWhite ? 1 : 0);
    }
  }
}

/** Leaves the probabilities of white (f32) of the image's 784 pixels, each by the image's pixels before it. */
export function binaryProbabilities(address: usize, probabilities: usize): void {
  const job = changetype<BinaryJob>(address);
  for (let y: i32 = 0; y < SIDE; y++) {
    for (let x: i32 = 0; x < SIDE; x++) {
      store<f32>(probabilities, <f32>probability(job, y, x));
      probabilities += 4;
    }
  }
}

/** Draws the pixels from number `first` on, by `uniforms` (f32 [784], in [0, 1)): white where one is below p. */
export function binarySample(address: usize, uniforms: usize, first: i32): void {
  const job = changetype<BinaryJob>(address);
  for (let i = first; i < SIDE * SIDE; i++) {
    const y = i / SIDE;
    const x = i % SIDE;
    const isWhite = <f64>load<f32>(uniforms + ((<usize>i) << 2)) < probability(job, y, x);
    store<u8>(pixelAddress(job, y, x), isWhite ? 1 : 0);
  }
}
