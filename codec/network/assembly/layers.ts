// Layers of the inference engine, f32, row-major; sizes are counts of values. Rows of a dense layer and pixels of a
// convolution are independent: any split into calls gives the same bits. Outputs and lengths are multiples of 4.

import { exp4 } from './math';
import { addProduct } from './product';
import { leaky } from './vector-product';

/** out [rows][outputs] = bias [outputs] + x [rows][inputs] times weights [inputs][outputs]. */
export function networkDense(
  out: usize,
  x: usize,
  rows: i32,
  inputs: i32,
  weights: usize,
  bias: usize,
  outputs: i32,
): void {
  fillRows(out, rows, bias, outputs);
  addProduct(out, (<usize>outputs) << 2, x, (<usize>inputs) << 2, rows, inputs, weights, outputs);
}

/**
 * 3x3 convolution of stride 1: out [height][width][outputs] from `padded`, [height + 2][width + 2][channels] with zeros
 * around (networkPad); weights are [3][3][channels][outputs]. The three taps of a row are adjacent values of `padded`.
 */
export function networkConvolution(
  out: usize,
  padded: usize,
  height: i32,
  width: i32,
  channels: i32,
  weights: usize,
  bias: usize,
  outputs: i32,
): void {
  fillRows(out, height * width, bias, outputs);
  const xStep = (<usize>channels) << 2;
  const outStep = (<usize>outputs) << 2;
  const inputs = 3 * channels;
  for (let y: i32 = 0; y < height; y++) {
    for (let tap: i32 = 0; tap < 3; tap++) {
      addProduct(
        out + <usize>(y * width) * outStep,
        outStep,
        padded + <usize>((y + tap) * (width + 2)) * xStep,
        xStep,
        width,
        inputs,
        weights + <usize>(tap * inputs) * outStep,
        outputs,
      );
    }
  }
}

/** Copies x [height][width][channels] into the middle of `padded`, [height + 2][width + 2][channels], zeros around. */
export function networkPad(padded: usize, x: usize, height: i32, width: i32, channels: i32): void {
  const pixel = (<usize>channels) << 2;
  const row = <usize>width * pixel;
  const paddedRow = row + 2 * pixel;
  memory.fill(padded, 0, paddedRow * <usize>(height + 2));
  for (let y: i32 = 0; y < height; y++) {
    memory.copy(padded + <usize>(y + 1) * paddedRow + pixel, x + <usize>y * row, row);
  }
}

/** x if positive, else e^x - 1, in place. */
export function networkElu(x: usize, length: i32): void {
  for (const end = x + ((<usize>length) << 2); x < end; x += 16) v128.store(x, elu4(v128.load(x)));
}

/** Adds y to x, in place. */
export function networkAdd(x: usize, y: usize, length: i32): void {
  for (const end = x + ((<usize>length) << 2); x < end; x += 16) {
    v128.store(x, f32x4.add(v128.load(x), v128.load(y)));
    y += 16;
  }
}

/** max(x, x / 10), in place. */
export function networkLeaky(x: usize, length: i32): void {
  for (const end = x + ((<usize>length) << 2); x < end; x += 16) v128.store(x, leaky(v128.load(x)));
}

/** e^x, in place; x counts as at most 87 in magnitude. */
export function networkExp(x: usize, length: i32): void {
  for (const end = x + ((<usize>length) << 2); x < end; x += 16) v128.store(x, exp4(v128.load(x)));
}

/** ELU of four lanes: e^x - 1 of the negative part, plus the positive one. */
@inline
export function elu4(x: v128): v128 {
  const zero = f32x4.splat(0);
  const negative = f32x4.sub(exp4(f32x4.min(x, zero)), f32x4.splat(1));
  return f32x4.add(f32x4.max(x, zero), negative);
}

@inline
function fillRows(out: usize, rows: i32, bias: usize, outputs: i32): void {
  const bytes = (<usize>outputs) << 2;
  for (let row: i32 = 0; row < rows; row++) {
    memory.copy(out, bias, bytes);
    out += bytes;
  }
}
