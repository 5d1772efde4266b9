// Gradients of the inference engine's layers, f32, row-major, for training: nothing that is coded depends on them.
// Lengths and columns are multiples of 4.

import { addProduct } from './product';

/** x [rows][columns], whose rows begin `step` bytes apart, as [columns][rows]. */
@inline
export function transpose(out: usize, x: usize, step: usize, rows: i32, columns: i32): void {
  for (let column: i32 = 0; column < columns; column++) {
    let from = x + ((<usize>column) << 2);
    for (let row: i32 = 0; row < rows; row++) {
      store<f32>(out, load<f32>(from));
      out += 4;
      from += step;
    }
  }
}

/** Adds the sums of x's columns to `sums`. */
export function networkAddColumns(sums: usize, x: usize, rows: i32, columns: i32): void {
  const step = (<usize>columns) << 2;
  for (let column: usize = 0; column < step; column += 16) {
    let sum = v128.load(sums + column);
    let at = x + column;
    for (let row: i32 = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(at));
      at += step;
    }
    v128.store(sums + column, sum);
  }
}

/** Gradients with respect to what ELU made of its input become those with respect to the input. */
export function networkEluGradient(gradients: usize, values: usize, length: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (const end = values + ((<usize>length) << 2); values < end; values += 16) {
    const slope = f32x4.add(f32x4.min(v128.load(values), zero), one);
    v128.store(gradients, f32x4.mul(v128.load(gradients), slope));
    gradients += 16;
  }
}

/**
 * Adds the gradient with respect to a 3x3 convolution's weights to `gradients`, [3][3][channels][outputs], from its
 * padded input (networkPad) and the gradient [height][width][outputs] with respect to its output. `scratch` has room
 * for [3 * channels][width].
 */
export function networkFilterGradient(
  gradients: usize,
  padded: usize,
  ofOutput: usize,
  height: i32,
  width: i32,
  channels: i32,
  outputs: i32,
  scratch: usize,
): void {
  const inputs = 3 * channels;
  const pixel = (<usize>channels) << 2;
  const outStep = (<usize>outputs) << 2;
  for (let row: i32 = 0; row < height + 2; row++) {
    transpose(scratch, padded + <usize>(row * (width + 2)) * pixel, pixel, width, inputs);
    for (let tap: i32 = 0; tap < 3; tap++) {
      const y = row - tap;
      if (y < 0 || y >= height) continue;
      addProduct(
        gradients + <usize>(tap * inputs) * outStep,
        outStep,
        scratch,
        (<usize>width) << 2,
        inputs,
        width,
        ofOutput + <usize>(y * width) * outStep,
        outputs,
      );
    }
  }
}
