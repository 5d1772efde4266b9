// The digits model's pixels, in raster order: causal context and what the latents say of a pixel go through a small
// network whose outputs are a mixture of discretized logistics. Encoder and decoder share `pixelMixture`.

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
import { addProduct } from '../../network/assembly/product';

@unmanaged
export class DigitsJob {
  /** u8 [PADDED_ROWS][STRIDE], the image at row TOP and column LEFT, zeros around. */
  image: usize;
  /** f32 [784][HIDDEN], pixels patch by patch. */
  fromLatents: usize;
  contextWeight: usize;
  hiddenWeight: usize;
  hiddenBias: usize;
  outputWeight: usize;
  outputBias: usize;
  /** SCRATCH_BYTES bytes. */
  scratch: usize;
}

@inline export const SIDE: i32 = 28;
@inline export const STRIDE: usize = 32;
@inline export const TOP: usize = 1;
@inline export const LEFT: usize = 1;
@inline export const PADDED_ROWS: usize = TOP + 28;
@inline export const PATCH: i32 = 4;
@inline export const GRID: i32 = 7;
@inline export const CONTEXT: i32 = 8;
@inline export const HIDDEN: i32 = 32;
@inline export const OUTPUTS: i32 = 12;
@inline export const CENTRE: f32 = 128;
@inline export const UNIT: f32 = 24;

// Scratch: the mixture, the context, two hidden layers, the outputs.
@inline const CONTEXT_AT: usize = MIXTURE_BYTES;
@inline const FIRST_AT: usize = CONTEXT_AT + 4 * 8;
@inline const SECOND_AT: usize = FIRST_AT + 4 * 32;
@inline const OUTPUTS_AT: usize = SECOND_AT + 4 * 32;
@inline export const SCRATCH_BYTES: usize = OUTPUTS_AT + 4 * 12;

/** Leaves the mixture of pixel (x, y) at the job's scratch address, which it returns. */
@inline
function pixelMixture(job: DigitsJob, y: i32, x: i32): usize {
  const scratch = job.scratch;
  const context = scratch + CONTEXT_AT;
  const pixel = pixelAddress(job, y, x);
  // The neighbours, in the order of architecture.ts.
  putNeighbour(context, 0, load<u8>(pixel - 1));
  putNeighbour(context, 1, load<u8>(pixel - STRIDE - 1));
  putNeighbour(context, 2, load<u8>(pixel - STRIDE));
  putNeighbour(context, 3, load<u8>(pixel - STRIDE + 1));

  const cell = (y / PATCH) * GRID + x / PATCH;
  const row = cell * PATCH * PATCH + (y % PATCH) * PATCH + (x % PATCH);
  const first = scratch + FIRST_AT;
  const second = scratch + SECOND_AT;
  const outputs = scratch + OUTPUTS_AT;
  memory.copy(first, job.fromLatents + <usize>(row * HIDDEN * 4), HIDDEN * 4);
  addProduct(first, 0, context, 0, 1, CONTEXT, job.contextWeight, HIDDEN);
  activate(first);
  memory.copy(second, job.hiddenBias, HIDDEN * 4);
  addProduct(second, 0, first, 0, 1, HIDDEN, job.hiddenWeight, HIDDEN);
  activate(second);
  memory.copy(outputs, job.outputBias, OUTPUTS * 4);
  addProduct(outputs, 0, second, 0, 1, HIDDEN, job.outputWeight, OUTPUTS);
  mixtureSet(scratch, outputs, CENTRE, UNIT);
  return scratch;
}

@inline
function pixelAddress(job: DigitsJob, y: i32, x: i32): usize {
  return job.image + (<usize>y + TOP) * STRIDE + <usize>x + LEFT;
}

@inline
function putNeighbour(context: usize, index: usize, level: u32): void {
  store<f32>(context + (index << 3), <f32>level / 255);
  store<f32>(context + (index << 3), select<f32>(1, 0, level == 0), 4);
}

@inline
function activate(x: usize): void {
  for (const end = x + HIDDEN * 4; x < end; x += 16) v128.store(x, elu4(v128.load(x)));
}

/**
 * Leaves the intervals of the image's 784 levels (u32 start, u32 frequency each, of 2^MIXTURE_PRECISION) and returns
 * -log2 of their probability by the real-valued model.
 */
export function digitsIntervals(address: usize, intervals: usize): f64 {
  const job = changetype<DigitsJob>(address);
  let bits: f64 = 0;
  for (let y: i32 = 0; y < SIDE; y++) {
    for (let x: i32 = 0; x < SIDE; x++) {
      const mixture = pixelMixture(job, y, x);
      const level = <i32>load<u8>(pixelAddress(job, y, x));
      mixtureInterval(mixture, level);
      store<u64>(intervals, load<u64>(mixture, START));
      intervals += 8;
      bits -= log2of(mixtureProbability(mixture, level));
    }
  }
  return bits;
}

/** Pops the image's 784 levels, first to last. */
export function digitsPop(address: usize, message: usize): void {
  const job = changetype<DigitsJob>(address);
  for (let y: i32 = 0; y < SIDE; y++) {
    for (let x: i32 = 0; x < SIDE; x++) {
      const mixture = pixelMixture(job, y, x);
      const level = mixtureFind(mixture, peek(message, MIXTURE_PRECISION));
      pop(message, load<u32>(mixture, START), load<u32>(mixture, FREQUENCY), MIXTURE_PRECISION);
      store<u8>(pixelAddress(job, y, x), <u8>level);
    }
  }
}
