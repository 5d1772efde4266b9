// What the screen family works on: an image whose pixels are u32, alpha << 24 | red << 16 | green << 8 | blue, coded
// one after the other by one thread.

import { SkipLearner } from '../../network/assembly/skip-learner';
import { LeastSquares } from '../../planes/context/assembly/least-squares';

@inline export const ENCODE: i32 = 0;
@inline export const DECODE: i32 = 1;
/** Learns as the encoder does, and keeps no decisions. */
@inline export const LEARN: i32 = 2;

/** Pixels of padding on both sides of a row; rows of a ring, of which 11 above the current one are looked at. */
@inline export const PAD: i32 = 8;
@inline export const RING: i32 = 16;
/** Rows of a ring of errors. */
@inline export const ERROR_RING: i32 = 4;
/** Predictors of a sub-pixel, and bytes of what is kept of each a sub-pixel. */
@inline export const PREDICTORS: i32 = 8;
@inline export const ERROR_BYTES: usize = 32;

/** Contexts of whole pixels, and what a slot of one takes: three colours, their counts, a check. */
@inline export const PIXEL_CONTEXTS: i32 = 8;
@inline export const SLOT_BYTES: usize = 20;
/** Contexts of sub-pixels; their counters lie in lines of sixteen, the first unused. */
@inline export const VALUE_CONTEXTS: i32 = 14;
@inline export const LINE_BYTES: usize = 64;
/** Candidates that are weighed for a pixel. */
@inline export const CANDIDATES: i32 = 3;

/** A block of decisions is closed before a pixel for which there might be no room. */
@inline export const BLOCK: i32 = 1 << 20;
@inline export const MOST_A_PIXEL: i32 = 64;

@unmanaged
export class ScreenJob {
  mode: i32;
  width: i32;
  height: i32;
  /** Samples of a pixel in `samples`: 1, grey, to 4. */
  channels: i32;
  /** Whether there is alpha, and whether there are colours: else red and blue are 0 and green is grey. */
  hasAlpha: i32;
  hasColour: i32;
  /** 1 where all pixels of alpha 0 have the one colour `clear`, which is not coded then. */
  hasClear: i32;
  clear: u32;
  /** u8 [height][width][channels]. */
  samples: usize;
  /** Rows done, and pixels of the next one. */
  y: i32;
  x: i32;
  /** Set to 1 from outside where nobody wants the result any more; by a decoder where the stream is damaged. */
  stopped: i32;
  /** Of a decoder: rows before it came from blocks that ended as they must. */
  safeRows: i32;
  /** Rings of rows: u32 pixels, hashes of 7 and of 11 pixels around each; u8: 1 where a pixel was no surprise. */
  pixels: usize;
  hashes7: usize;
  hashes11: usize;
  escapes: usize;
  /** f32 [8] a sub-pixel: the predictors' errors; of planes [4][ERROR_RING]. */
  errors: usize;
  stride: i32;
  /** [PIXEL_CONTEXTS][2^slotsLog2] slots. */
  slots: usize;
  slotsLog2: i32;
  /** [VALUE_CONTEXTS][2^linesLog2] lines of i32 [16]. */
  lines: usize;
  linesLog2: i32;
  /** PARAMETER_BYTES: what a model's weights set, and learning changes. */
  parameters: usize;
  /** TABLE_BYTES: probabilities.ts. */
  table: usize;
  scratch: usize;
  /** Of the planes in the order of their numbers: green, red, blue, alpha. */
  leastSquares0: LeastSquares;
  leastSquares1: LeastSquares;
  leastSquares2: LeastSquares;
  leastSquares3: LeastSquares;
  /** The pixel that is being coded: an encoder sets it, a decoder finds it. */
  pixel: u32;
  /** Of the pixel: whether its neighbours are all equal, which of W, N, NW, NE have escaped, the hash of context 1. */
  flat: i32;
  escaped: i32;
  tall: u64;
  /** Candidates that have been weighed. */
  weighed: i32;
  /** Networks of green, red and blue; null in models without. */
  learner0: SkipLearner;
  learner1: SkipLearner;
  learner2: SkipLearner;
  learner3: SkipLearner;
  /** MIXTURE_BYTES; f32 [12], what a network says; zeros [12]. */
  mixture: usize;
  outputs: usize;
  zeros: usize;
  /** Of the sub-pixel that the network has been asked about. */
  centre: f32;
  scale: f32;
  /** Errors of the centres of the pixel's plane coded last, and of the one before; 0 where there is none. */
  lastError: f32;
  errorBefore: f32;
  /** The most plausible candidate. */
  likeliest: u32;
  /** Colours of the last flat pixel, and of the last run of two other than that. */
  background: u32;
  foreground: u32;
  /** Sub-pixels' decisions so far, up to a limit. */
  age: i32;
  message: usize;
  /** What the last block's message starts from beyond an empty one's state. */
  start: u32;
  /** u32 [BLOCK]: the frequency of a 1 and, below, the answer; and how many there are in the block. */
  decisions: usize;
  count: i32;
  /** CODE_LENGTH_BYTES. */
  likelihood: usize;
  /** f32 [height][width]: what pixels cost, in bits; null unless that is to be told. */
  costs: usize;
  /** Probability of the pixel's decisions so far. */
  probability: f64;
}

/** Address of pixel (0, y) in its ring. */
@inline
export function pixelRow(job: ScreenJob, y: i32): usize {
  return job.pixels + ((<usize>((y & (RING - 1)) * job.stride + PAD)) << 2);
}

/** Address of the hash of 7 pixels around (0, y). */
@inline
export function hash7Row(job: ScreenJob, y: i32): usize {
  return job.hashes7 + ((<usize>((y & (RING - 1)) * job.stride + PAD)) << 2);
}

/** Address of the hash of 11 pixels around (0, y). */
@inline
export function hash11Row(job: ScreenJob, y: i32): usize {
  return job.hashes11 + ((<usize>((y & (RING - 1)) * job.stride + PAD)) << 2);
}

@inline
export function escapeRow(job: ScreenJob, y: i32): usize {
  return job.escapes + <usize>((y & 1) * job.stride + PAD);
}

/** Address of the errors of a plane at (0, y). */
@inline
export function errorRow(job: ScreenJob, plane: i32, y: i32): usize {
  return job.errors + <usize>((plane * ERROR_RING + (y & (ERROR_RING - 1))) * job.stride + PAD) * ERROR_BYTES;
}

@inline
export function leastSquaresOf(job: ScreenJob, plane: i32): LeastSquares {
  if (plane == 0) return job.leastSquares0;
  if (plane == 1) return job.leastSquares1;
  return plane == 2 ? job.leastSquares2 : job.leastSquares3;
}

/** The network of a plane; null for alpha, and in models without. */
@inline
export function learnerOf(job: ScreenJob, plane: i32): SkipLearner {
  if (plane == 0) return job.learner0;
  if (plane == 1) return job.learner1;
  return plane == 2 ? job.learner2 : job.learner3;
}
