// The digits model's p(x|z1): which cells have ink, then the pixels of those cells in raster order. What the latents
// and the ink say of a pixel and its causal context go through a small network, whose outputs are a mixture. Encoder
// and decoder share all that computes it.

import { peek, pop } from '../../ans/assembly/rans';
import { log2of } from '../../distributions/assembly/elementary';
import {
  FREQUENCY,
  MIXTURE_BYTES,
  MIXTURE_PRECISION,
  START,
} from '../../distributions/assembly/logistic-mixture';
import { exp4 } from '../../network/assembly/math';
import { addBias, evenAndOdd12, leaky } from '../../network/assembly/vector-product';
import { addBlocks, blocksOf } from './blocks';
import { DigitsJob } from './job';
import { EDGES_BYTES, levelEdges, levelFind, levelInterval, levelMixtureSet } from './levels';
import {
  CELLS,
  CENTRE,
  CHANNELS,
  FEATURES,
  FIRST,
  FULL,
  GRID,
  INK_OUTPUTS,
  MARGIN,
  NEIGHBOURS,
  OUTPUTS,
  PATCH,
  SECOND,
  SEEN,
  SIDE,
  STRIDE,
  UNIT,
} from './sizes';

/** Whether a cell has ink is one of 2^INK_PRECISION; each answer has at least INK_LEAST of them. */
@inline export const INK_PRECISION: u32 = 16;
@inline const INK_TOTAL: i32 = 1 << 16;
@inline const INK_LEAST: i32 = 64;

@inline const ROW: usize = 4 * 48; // FIRST
@inline const SECOND_BYTES: usize = 4 * 32; // SECOND
/** A neighbour's weights, as `digitsStart` lays them: slope, offset, offset of full ink. */
@inline const NEIGHBOUR_BYTES: usize = 3 * ROW;
@inline const PADDED: i32 = 9; // GRID + 2
@inline const CELL_BYTES: usize = 4 * 32; // CHANNELS
@inline const WINDOW_BYTES: usize = 9 * CELL_BYTES;
@inline const PATCH_BYTES: usize = 16 * ROW;
@inline const INK_BYTES: usize = 4 * 52; // INK_OUTPUTS
/** An entry of a list: u32 address of a row of weights, f32 value; of the pixels', another address after them. */
@inline const ENTRY_BYTES: usize = 12;

// Work: the mixture, the network's layers, a list of what is not 0, and tables.
// The encoder computes four pixels' layers at once.
@inline const FIRST_AT: usize = MIXTURE_BYTES;
@inline const SECOND_AT: usize = FIRST_AT + 4 * ROW;
@inline const OUTPUTS_AT: usize = SECOND_AT + 4 * SECOND_BYTES;
@inline const EDGES_AT: usize = OUTPUTS_AT + 4 * 12;
@inline const CONTEXT_AT: usize = EDGES_AT + EDGES_BYTES;
@inline const LIST_AT: usize = CONTEXT_AT + 14 * NEIGHBOUR_BYTES;
@inline const LOGITS_AT: usize = LIST_AT + 784 * ENTRY_BYTES;
/** u8 [CELLS]: 1 where there is ink. */
@inline const INK_AT: usize = LOGITS_AT + INK_BYTES;
/** u32 [CELLS]: address of what the latents say of the cell's first pixel. */
@inline const PATCHES_OF_AT: usize = INK_AT + 64;
@inline const PADDED_AT: usize = PATCHES_OF_AT + 256;
// Rows of cells come in fours: up to three more than there are cells.
@inline const WINDOWS_AT: usize = PADDED_AT + 81 * CELL_BYTES;
@inline const MIXED_AT: usize = WINDOWS_AT + 52 * WINDOW_BYTES;
@inline const PATCHES_AT: usize = MIXED_AT + 52 * CELL_BYTES;
/** Weights in blocks (blocks.ts): of the two layers of cells, and of the pixels' second one. */
@inline const CONVOLUTION_AT: usize = PATCHES_AT + 52 * PATCH_BYTES;
@inline const PATCH_WEIGHT_AT: usize = CONVOLUTION_AT + 4 * 288 * 32;
@inline const HIDDEN_WEIGHT_AT: usize = PATCH_WEIGHT_AT + 4 * 32 * 768;
@inline export const WORK_BYTES: usize = HIDDEN_WEIGHT_AT + 4 * 48 * 32;

/** Prepares what stays the same from image to image. */
export function digitsStart(address: usize): void {
  const job = changetype<DigitsJob>(address);
  levelEdges(job.work + EDGES_AT, job.widths);
  blocksOf(job.work + CONVOLUTION_AT, job.convolutionWeight, 9 * CHANNELS, CHANNELS);
  blocksOf(job.work + PATCH_WEIGHT_AT, job.patchWeight, CHANNELS, PATCH * PATCH * FIRST);
  blocksOf(job.work + HIDDEN_WEIGHT_AT, job.hiddenWeight, FIRST, SECOND);
  for (let k: usize = 0; k < <usize>NEIGHBOURS; k++) {
    const from = job.contextWeight + k * <usize>FEATURES * ROW;
    const to = job.work + CONTEXT_AT + k * NEIGHBOUR_BYTES;
    memory.copy(to, from, 2 * ROW);
    for (let at: usize = 0; at < ROW; at += 16) {
      const sum = f32x4.add(v128.load(from + ROW + at), v128.load(from + 2 * ROW + at));
      v128.store(to + 2 * ROW + at, sum);
    }
  }
}

/** The encoder's first layer of the image, leaky: pixels that are 0 add nothing. */
export function digitsSee(address: usize): void {
  const job = changetype<DigitsJob>(address);
  const list = job.work + LIST_AT;
  let end = list;
  let weights = job.seeWeight;
  for (let y: i32 = 0; y < SIDE; y++) {
    const row = pixelAddress(job, y, 0);
    for (let x: usize = 0; x < <usize>SIDE; x++) {
      const level = load<u8>(row + x);
      if (level > 0) {
        store<u32>(end, <u32>weights);
        store<f32>(end, share(level), 4);
        end += ENTRY_BYTES;
      }
      weights += 4 * <usize>SEEN;
    }
  }
  for (let column: usize = 0; column < 4 * <usize>SEEN; column += 128) {
    let a = v128.load(job.seeBias + column);
    let b = v128.load(job.seeBias + column, 16);
    let c = v128.load(job.seeBias + column, 32);
    let d = v128.load(job.seeBias + column, 48);
    let e = v128.load(job.seeBias + column, 64);
    let f = v128.load(job.seeBias + column, 80);
    let g = v128.load(job.seeBias + column, 96);
    let h = v128.load(job.seeBias + column, 112);
    for (let entry = list; entry < end; entry += ENTRY_BYTES) {
      const row = <usize>load<u32>(entry) + column;
      const x = v128.load32_splat(entry, 4);
      a = f32x4.add(a, f32x4.mul(x, v128.load(row)));
      b = f32x4.add(b, f32x4.mul(x, v128.load(row, 16)));
      c = f32x4.add(c, f32x4.mul(x, v128.load(row, 32)));
      d = f32x4.add(d, f32x4.mul(x, v128.load(row, 48)));
      e = f32x4.add(e, f32x4.mul(x, v128.load(row, 64)));
      f = f32x4.add(f, f32x4.mul(x, v128.load(row, 80)));
      g = f32x4.add(g, f32x4.mul(x, v128.load(row, 96)));
      h = f32x4.add(h, f32x4.mul(x, v128.load(row, 112)));
    }
    const out = job.seen + column;
    v128.store(out, leaky(a));
    v128.store(out, leaky(b), 16);
    v128.store(out, leaky(c), 32);
    v128.store(out, leaky(d), 48);
    v128.store(out, leaky(e), 64);
    v128.store(out, leaky(f), 80);
    v128.store(out, leaky(g), 96);
    v128.store(out, leaky(h), 112);
  }
}

/**
 * Leaves the intervals of the image's ink, and of the levels of cells with ink; `grid` and `inkLogits` are z1's.
 * Returns -log2 of their probability by the real-valued model.
 */
export function digitsIntervals(address: usize): f64 {
  const job = changetype<DigitsJob>(address);
  const work = job.work;
  let bits: f64 = 0;
  findInk(job);
  memory.copy(work + LOGITS_AT, job.inkLogits, INK_BYTES);
  for (let cell: i32 = 0; cell < CELLS; cell++) {
    const ofInk = inkFrequency(work, cell);
    const has = load<u8>(work + INK_AT + <usize>cell);
    const interval = job.inkIntervals + ((<usize>cell) << 3);
    store<u32>(interval, has ? INK_TOTAL - ofInk : 0);
    store<u32>(interval, has ? ofInk : INK_TOTAL - ofInk, 4);
    bits -= log2of(<f64>load<u32>(interval, 4) / <f64>INK_TOTAL);
    if (has) addInk(job, cell);
  }
  fromLatents(job);

  const edges = work + EDGES_AT;
  let interval = job.intervals;
  for (let y: i32 = 0; y < SIDE; y++) {
    // Probabilities are above 2^-21: a row's product is a normal number.
    let probability: f64 = 1;
    for (let column: i32 = 0; column < GRID; column++) {
      const patch = patchRow(work, y, column);
      if (patch == 0) continue;
      const pixel = pixelAddress(job, y, column * PATCH);
      for (let x: usize = 0; x < <usize>PATCH; x++) {
        firstLayer(job, work + FIRST_AT + x * ROW, pixel + x, patch + x * ROW);
      }
      const weights = work + HIDDEN_WEIGHT_AT;
      addBlocks(work + SECOND_AT, job.hiddenBias, work + FIRST_AT, PATCH, FIRST, weights, SECOND, true);
      for (let x: usize = 0; x < <usize>PATCH; x++) {
        mixtureOf(job, work + SECOND_AT + x * SECOND_BYTES);
        probability *= levelInterval(work, edges, <i32>load<u8>(pixel + x));
        store<u64>(interval, load<u64>(work, START));
        interval += 8;
      }
    }
    bits -= log2of(probability);
  }
  job.count = <u32>((interval - job.intervals) >> 3);
  return bits;
}

/** Pops the image: its ink, then its levels, first to last. What cells without ink hold becomes 0. */
export function popPixels(job: DigitsJob, message: usize): void {
  const work = job.work;
  memory.copy(work + LOGITS_AT, job.inkLogits, INK_BYTES);
  for (let cell: i32 = 0; cell < CELLS; cell++) {
    const none = INK_TOTAL - inkFrequency(work, cell);
    const has = <i32>peek(message, INK_PRECISION) >= none;
    pop(message, has ? none : 0, has ? INK_TOTAL - none : none, INK_PRECISION);
    store<u8>(work + INK_AT + <usize>cell, has ? 1 : 0);
    if (has) addInk(job, cell);
  }
  fromLatents(job);

  const edges = work + EDGES_AT;
  for (let y: i32 = 0; y < SIDE; y++) {
    for (let column: i32 = 0; column < GRID; column++) {
      const patch = patchRow(work, y, column);
      const pixel = pixelAddress(job, y, column * PATCH);
      if (patch == 0) {
        store<u32>(pixel, 0);
        continue;
      }
      for (let x: usize = 0; x < <usize>PATCH; x++) {
        firstLayer(job, work + FIRST_AT, pixel + x, patch + x * ROW);
        secondLayer(work + SECOND_AT, work + FIRST_AT, job.hiddenWeight, job.hiddenBias);
        mixtureOf(job, work + SECOND_AT);
        const level = levelFind(work, edges, peek(message, MIXTURE_PRECISION));
        pop(message, load<u32>(work, START), load<u32>(work, FREQUENCY), MIXTURE_PRECISION);
        store<u8>(pixel + x, <u8>level);
      }
    }
  }
}

/** Sees which cells of the image have ink. */
@inline
function findInk(job: DigitsJob): void {
  for (let cell: i32 = 0; cell < CELLS; cell++) {
    const pixel = pixelAddress(job, (cell / GRID) * PATCH, (cell % GRID) * PATCH);
    const levels =
      load<u32>(pixel) |
      load<u32>(pixel + STRIDE) |
      load<u32>(pixel + 2 * STRIDE) |
      load<u32>(pixel + 3 * STRIDE);
    store<u8>(job.work + INK_AT + <usize>cell, levels == 0 ? 0 : 1);
  }
}

/** How many of INK_TOTAL say that the cell has ink, by its logit. */
@inline
function inkFrequency(work: usize, cell: i32): i32 {
  const power = f32x4.extract_lane(
    exp4(f32x4.neg(v128.load32_splat(work + LOGITS_AT + ((<usize>cell) << 2)))),
    0,
  );
  const frequency = <i32>nearest(<f32>INK_TOTAL / (1 + power));
  return max<i32>(INK_LEAST, min<i32>(INK_TOTAL - INK_LEAST, frequency));
}

/** Lets the logits of the cells after it know that a cell has ink. */
@inline
function addInk(job: DigitsJob, cell: i32): void {
  addBias(job.work + LOGITS_AT, job.inkWeight + <usize>cell * INK_BYTES, INK_OUTPUTS);
}

/** What the latents and the ink say of the pixels of each cell with ink. */
function fromLatents(job: DigitsJob): void {
  const work = job.work;
  memory.fill(work + PADDED_AT, 0, <usize>(PADDED * PADDED) * CELL_BYTES);
  for (let cell: i32 = 0; cell < CELLS; cell++) {
    const from = job.grid + <usize>cell * CELL_BYTES;
    const to = paddedCell(work, cell / GRID + 1, (cell % GRID) + 1);
    const has = load<u8>(work + INK_AT + <usize>cell);
    for (let at: usize = 0; at < CELL_BYTES; at += 16) {
      let x = v128.load(from + at);
      if (has) x = f32x4.add(x, v128.load(job.gridInk + at));
      v128.store(to + at, leaky(x));
    }
  }
  // The cells' windows of 3x3 one after the other: the convolution is a product, that of these cells alone.
  let cells: i32 = 0;
  const windows = work + WINDOWS_AT;
  const mixed = work + MIXED_AT;
  const patches = work + PATCHES_AT;
  for (let cell: i32 = 0; cell < CELLS; cell++) {
    const patch = work + PATCHES_OF_AT + ((<usize>cell) << 2);
    store<u32>(patch, 0);
    if (!load<u8>(work + INK_AT + <usize>cell)) continue;
    const window = windows + <usize>cells * WINDOW_BYTES;
    for (let tap: i32 = 0; tap < 3; tap++) {
      const from = paddedCell(work, cell / GRID + tap, cell % GRID);
      memory.copy(window + <usize>(3 * tap) * CELL_BYTES, from, 3 * CELL_BYTES);
    }
    store<u32>(patch, <u32>(patches + <usize>cells * PATCH_BYTES));
    cells++;
  }
  const patchWeight = work + PATCH_WEIGHT_AT;
  addBlocks(mixed, job.convolutionBias, windows, cells, 9 * CHANNELS, work + CONVOLUTION_AT, CHANNELS, true);
  addBlocks(patches, job.patchBias, mixed, cells, CHANNELS, patchWeight, PATCH * PATCH * FIRST, false);
}

@inline
function paddedCell(work: usize, row: i32, column: i32): usize {
  return work + PADDED_AT + <usize>(row * PADDED + column) * CELL_BYTES;
}

/** What the latents say of the first of the cell's pixels in row y, in this column of cells; 0 without ink. */
@inline
function patchRow(work: usize, y: i32, column: i32): usize {
  const patch = <usize>load<u32>(work + PATCHES_OF_AT + ((<usize>((y / PATCH) * GRID + column)) << 2));
  return patch == 0 ? 0 : patch + <usize>((y % PATCH) * PATCH) * ROW;
}

/** The first layer of a pixel's network, of what the latents say and of the pixel's causal context. */
@inline
function firstLayer(job: DigitsJob, first: usize, pixel: usize, latents: usize): void {
  const work = job.work;
  const list = work + LIST_AT;
  let end = list;
  let weights = work + CONTEXT_AT;
  for (let k: usize = 0; k < 4 * <usize>NEIGHBOURS; k += 4) {
    // Written in any case, and kept if it is not 0: a branch would be guessed wrong too often.
    const level = <i32>load<u8>(pixel + load<i32>(job.neighbours + k));
    store<u32>(end, <u32>weights);
    store<f32>(end, share(level), 4);
    store<u32>(end, <u32>(weights + select<usize>(ROW, 2 * ROW, level < FULL)), 8);
    end += select<usize>(ENTRY_BYTES, 0, level > 0);
    weights += NEIGHBOUR_BYTES;
  }
  firstHalf(first, latents, list, end, 0);
  firstHalf(first, latents, list, end, ROW >> 1);
}

/** Leaves the mixture that the second layer gives at the job's work address. */
@inline
function mixtureOf(job: DigitsJob, second: usize): void {
  const outputs = job.work + OUTPUTS_AT;
  evenAndOdd12(outputs, second, SECOND, job.outputWeight, OUTPUTS);
  addBias(outputs, job.outputBias, OUTPUTS);
  levelMixtureSet(job.work, outputs, CENTRE, UNIT);
}

/** Half of the units of the first layer, from a byte of their row. */
@inline
function firstHalf(first: usize, latents: usize, list: usize, end: usize, from: usize): void {
  let a = v128.load(latents + from);
  let b = v128.load(latents + from, 16);
  let c = v128.load(latents + from, 32);
  let d = v128.load(latents + from, 48);
  let e = v128.load(latents + from, 64);
  let f = v128.load(latents + from, 80);
  for (; list < end; list += ENTRY_BYTES) {
    const slope = <usize>load<u32>(list) + from;
    const x = v128.load32_splat(list, 4);
    const offset = <usize>load<u32>(list, 8) + from;
    a = f32x4.add(a, f32x4.add(f32x4.mul(x, v128.load(slope)), v128.load(offset)));
    b = f32x4.add(b, f32x4.add(f32x4.mul(x, v128.load(slope, 16)), v128.load(offset, 16)));
    c = f32x4.add(c, f32x4.add(f32x4.mul(x, v128.load(slope, 32)), v128.load(offset, 32)));
    d = f32x4.add(d, f32x4.add(f32x4.mul(x, v128.load(slope, 48)), v128.load(offset, 48)));
    e = f32x4.add(e, f32x4.add(f32x4.mul(x, v128.load(slope, 64)), v128.load(offset, 64)));
    f = f32x4.add(f, f32x4.add(f32x4.mul(x, v128.load(slope, 80)), v128.load(offset, 80)));
  }
  v128.store(first + from, leaky(a));
  v128.store(first + from, leaky(b), 16);
  v128.store(first + from, leaky(c), 32);
  v128.store(first + from, leaky(d), 48);
  v128.store(first + from, leaky(e), 64);
  v128.store(first + from, leaky(f), 80);
}

/** The second layer of one pixel: the same sums as those of four. */
@inline
function secondLayer(second: usize, first: usize, weights: usize, bias: usize): void {
  let a = v128.load(bias);
  let b = v128.load(bias, 16);
  let c = v128.load(bias, 32);
  let d = v128.load(bias, 48);
  let e = v128.load(bias, 64);
  let f = v128.load(bias, 80);
  let g = v128.load(bias, 96);
  let h = v128.load(bias, 112);
  for (const end = first + ROW; first < end; first += 8) {
    const even = v128.load32_splat(first);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    d = f32x4.add(d, f32x4.mul(even, v128.load(weights, 48)));
    e = f32x4.add(e, f32x4.mul(even, v128.load(weights, 64)));
    f = f32x4.add(f, f32x4.mul(even, v128.load(weights, 80)));
    g = f32x4.add(g, f32x4.mul(even, v128.load(weights, 96)));
    h = f32x4.add(h, f32x4.mul(even, v128.load(weights, 112)));
    const odd = v128.load32_splat(first, 4);
    a = f32x4.add(a, f32x4.mul(odd, v128.load(weights, 128)));
    b = f32x4.add(b, f32x4.mul(odd, v128.load(weights, 144)));
    c = f32x4.add(c, f32x4.mul(odd, v128.load(weights, 160)));
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights, 176)));
    e = f32x4.add(e, f32x4.mul(odd, v128.load(weights, 192)));
    f = f32x4.add(f, f32x4.mul(odd, v128.load(weights, 208)));
    g = f32x4.add(g, f32x4.mul(odd, v128.load(weights, 224)));
    h = f32x4.add(h, f32x4.mul(odd, v128.load(weights, 240)));
    weights += 256;
  }
  v128.store(second, leaky(a));
  v128.store(second, leaky(b), 16);
  v128.store(second, leaky(c), 32);
  v128.store(second, leaky(d), 48);
  v128.store(second, leaky(e), 64);
  v128.store(second, leaky(f), 80);
  v128.store(second, leaky(g), 96);
  v128.store(second, leaky(h), 112);
}

@inline
function pixelAddress(job: DigitsJob, y: i32, x: i32): usize {
  return job.image + <usize>((y + MARGIN) * STRIDE + x + MARGIN);
}

/** A level as networks see it. */
@inline
function share(level: i32): f32 {
  return <f32>level * <f32>(1.0 / 255.0);
}
