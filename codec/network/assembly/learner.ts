// A network of two hidden layers that learns while it is used: forward one sample at a time, then a gradient step on
// every batch of 16. Layers are y = x W + b with leaky ReLU (slope 0.1) between them. The step is SGD with a fixed
// diagonal preconditioner, clipped: p -= rate * min(1, 1.5 / rms(c g)) * c g.
//
// Parameters lie as W1 [inputs][hidden1], b1, W2 [hidden1][hidden2], b2, W3 [hidden2][12], b3; so do
// direction and preconditioner. A batch keeps each sample's inputs and activations. Inputs are a
// multiple of 4, hidden units of 16, outputs are 12.

import { sum4 } from './math';
import { addProduct } from './product';
import { addBias, addBiasLeaky, dense12, dense16, dense32, SLOPE } from './vector-product';

@inline export const BATCH: i32 = 16;
@inline export const OUTPUTS: i32 = 12;
/** Largest gradient of a sample's share in the batch's mean, with respect to an output: 4 nats a unit. */
@inline const LIMIT: f32 = 0.25;
/** Largest root of the mean square of the preconditioned gradient that is taken as it is. */
@inline const CLIP: f32 = 1.5;

@unmanaged
export class Learner {
  inputs: i32;
  hidden1: i32;
  hidden2: i32;
  /** Number of parameters. */
  size: i32;
  parameters: usize;
  preconditioner: usize;
  /** f32 [size]: the preconditioned gradient c g of the batch. */
  direction: usize;
  /** f32 [size]: sums of the squared gradients; 0 where nobody wants them. */
  squares: usize;
  /** v128: sum of the squares of the direction. */
  norm: usize;
  /**
   * f32 [16][inputs], [16][hidden1], [16][hidden2], [16][12]: inputs, activations, gradients
   * with respect to the outputs.
   */
  x: usize;
  h1: usize;
  h2: usize;
  outputGradients: usize;
  /** f32 [16][hidden1], [16][hidden2]: gradients with respect to the activations. */
  d1: usize;
  d2: usize;
  /** f32: the largest matrix that is transposed, of a batch's activations or of a layer's weights but the first. */
  transposed: usize;
  /** Samples in the batch, 0..15. */
  filled: i32;
  /** Samples seen in all. */
  seen: i32;
  /** Rate of the steps in the long run; the first ones are up to four times as large. */
  rate: f32;
}

/** Inputs of the sample that comes next. */
@inline
export function nextInputs(learner: Learner): usize {
  return learner.x + <usize>((learner.filled * learner.inputs) << 2);
}

/** Gradient of the next sample's code length, in nats, with respect to the 12 outputs: to be written before `learn`. */
@inline
export function nextOutputGradients(learner: Learner): usize {
  return learner.outputGradients + <usize>((learner.filled * OUTPUTS) << 2);
}

/** The 12 outputs for the next sample, whose inputs are in place. */
@inline
export function forward(learner: Learner, outputs: usize): void {
  const h1 = learner.h1 + <usize>((learner.filled * learner.hidden1) << 2);
  const h2 = learner.h2 + <usize>((learner.filled * learner.hidden2) << 2);
  let weights = learner.parameters;
  weights = layer(h1, nextInputs(learner), learner.inputs, weights, learner.hidden1);
  weights = layer(h2, h1, learner.hidden1, weights, learner.hidden2);
  dense12(outputs, h2, learner.hidden2, weights);
  addBias(outputs, weights + <usize>((learner.hidden2 * OUTPUTS) << 2), OUTPUTS);
}

/** A hidden layer; returns the address behind its parameters. */
@inline
function layer(out: usize, x: usize, inputs: i32, weights: usize, outputs: i32): usize {
  const row = (<usize>outputs) << 2;
  const bias = weights + row * <usize>inputs;
  let column: usize = 0;
  for (; column + 128 <= row; column += 128) dense32(out + column, x, inputs, weights + column, outputs);
  for (; column < row; column += 64) dense16(out + column, x, inputs, weights + column, outputs);
  addBiasLeaky(out, bias, outputs);
  return bias + row;
}

/**
 * Takes the sample into the batch, its gradients limited: a surprise must not undo what was
 * learnt. A full batch makes a step.
 */
@inline
export function learn(learner: Learner): void {
  const gradients = nextOutputGradients(learner);
  for (let i: usize = 0; i < (<usize>OUTPUTS) << 2; i += 16) {
    const limited = f32x4.pmin(f32x4.splat(LIMIT), f32x4.pmax(f32x4.splat(-LIMIT), v128.load(gradients + i)));
    v128.store(gradients + i, limited);
  }
  learner.seen++;
  if (++learner.filled < BATCH) return;
  learner.filled = 0;
  backward(learner);
  step(learner);
}

/** The batch's direction: gradient of its mean code length with respect to all parameters, times the preconditioner. */
export function backward(learner: Learner): void {
  const inputs = learner.inputs;
  const hidden1 = learner.hidden1;
  const hidden2 = learner.hidden2;
  const weights2 = <usize>(((inputs + 1) * hidden1) << 2);
  const weights3 = weights2 + <usize>(((hidden1 + 1) * hidden2) << 2);
  v128.store(learner.norm, f32x4.splat(0));
  layerDirection(learner, weights3, learner.h2, hidden2, learner.outputGradients, OUTPUTS);
  propagate(
    learner,
    learner.d2,
    learner.outputGradients,
    OUTPUTS,
    learner.parameters + weights3,
    learner.h2,
    hidden2,
  );
  layerDirection(learner, weights2, learner.h1, hidden1, learner.d2, hidden2);
  propagate(learner, learner.d1, learner.d2, hidden2, learner.parameters + weights2, learner.h1, hidden1);
  layerDirection(learner, 0, learner.x, inputs, learner.d1, hidden1);
}

/**
 * Direction of the parameters of a layer, `offset` bytes from the first: x' d for the weights,
 * the sums of d for biases.
 */
@inline
function layerDirection(
  learner: Learner,
  offset: usize,
  x: usize,
  inputs: i32,
  d: usize,
  outputs: i32,
): void {
  const row = (<usize>outputs) << 2;
  transpose(learner.transposed, x, BATCH, inputs);
  let at = offset;
  const end = learner.transposed + <usize>((inputs * BATCH) << 2);
  for (let columns = learner.transposed; columns < end; columns += 4 * COLUMN) {
    let output: usize = 0;
    for (; output + 32 <= row; output += 32) directions4x8(learner, at + output, row, columns, d + output);
    for (; output < row; output += 16) directions4x4(learner, at + output, row, columns, d + output);
    at += row << 2;
  }
  for (let output: usize = 0; output < row; output += 16) {
    let sum = f32x4.splat(0);
    for (let sample: usize = 0; sample < <usize>BATCH * row; sample += row) {
      sum = f32x4.add(sum, v128.load(d + sample + output));
    }
    addToNorm(learner, setDirection(learner, at + output, sum));
  }
}

/** Bytes of a unit's values in the batch. */
@inline const COLUMN: usize = 64;

/** Takes the gradient of four parameters; returns the squares of their direction. */
@inline
function setDirection(learner: Learner, at: usize, gradient: v128): v128 {
  const direction = f32x4.mul(gradient, v128.load(learner.preconditioner + at));
  v128.store(learner.direction + at, direction);
  if (learner.squares != 0) {
    const squares = learner.squares + at;
    v128.store(squares, f32x4.add(v128.load(squares), f32x4.mul(gradient, gradient)));
  }
  return f32x4.mul(direction, direction);
}

@inline
function addToNorm(learner: Learner, squares: v128): void {
  v128.store(learner.norm, f32x4.add(v128.load(learner.norm), squares));
}

/** Directions of the weights from four units to eight. */
@inline
function directions4x8(learner: Learner, at: usize, row: usize, x: usize, d: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (const end = x + COLUMN; x < end; x += 4) {
    const low = v128.load(d);
    const high = v128.load(d, 16);
    const xa = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(xa, low));
    a1 = f32x4.add(a1, f32x4.mul(xa, high));
    const xb = v128.load32_splat(x, 64);
    b0 = f32x4.add(b0, f32x4.mul(xb, low));
    b1 = f32x4.add(b1, f32x4.mul(xb, high));
    const xc = v128.load32_splat(x, 128);
    c0 = f32x4.add(c0, f32x4.mul(xc, low));
    c1 = f32x4.add(c1, f32x4.mul(xc, high));
    const xd = v128.load32_splat(x, 192);
    d0 = f32x4.add(d0, f32x4.mul(xd, low));
    d1 = f32x4.add(d1, f32x4.mul(xd, high));
    d += row;
  }
  const a = f32x4.add(setDirection(learner, at, a0), setDirection(learner, at + 16, a1));
  at += row;
  const b = f32x4.add(setDirection(learner, at, b0), setDirection(learner, at + 16, b1));
  at += row;
  const c = f32x4.add(setDirection(learner, at, c0), setDirection(learner, at + 16, c1));
  at += row;
  const e = f32x4.add(setDirection(learner, at, d0), setDirection(learner, at + 16, d1));
  addToNorm(learner, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
}

/** Directions of the weights from four units to four. */
@inline
function directions4x4(learner: Learner, at: usize, row: usize, x: usize, d: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let e = f32x4.splat(0);
  for (const end = x + COLUMN; x < end; x += 4) {
    const four = v128.load(d);
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(x), four));
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(x, 64), four));
    c = f32x4.add(c, f32x4.mul(v128.load32_splat(x, 128), four));
    e = f32x4.add(e, f32x4.mul(v128.load32_splat(x, 192), four));
    d += row;
  }
  const low = f32x4.add(setDirection(learner, at, a), setDirection(learner, at + row, b));
  const high = f32x4.add(setDirection(learner, at + 2 * row, c), setDirection(learner, at + 3 * row, e));
  addToNorm(learner, f32x4.add(low, high));
}

/** Gradient with respect to a layer's inputs, before their leaky ReLU: (d W') times its slope. */
@inline
function propagate(
  learner: Learner,
  out: usize,
  d: usize,
  outputs: i32,
  weights: usize,
  x: usize,
  inputs: i32,
): void {
  transpose(learner.transposed, weights, inputs, outputs);
  const bytes = <usize>((BATCH * inputs) << 2);
  memory.fill(out, 0, bytes);
  addProduct(out, (<usize>inputs) << 2, d, (<usize>outputs) << 2, BATCH, outputs, learner.transposed, inputs);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(out + i);
    const positive = f32x4.gt(v128.load(x + i), f32x4.splat(0));
    v128.store(out + i, v128.bitselect(value, f32x4.mul(value, f32x4.splat(SLOPE)), positive));
  }
}

/** out [columns][rows] = x [rows][columns] transposed; both are multiples of 4. */
function transpose(out: usize, x: usize, rows: i32, columns: i32): void {
  const xRow = (<usize>columns) << 2;
  const outRow = (<usize>rows) << 2;
  for (let r: usize = 0; r < outRow; r += 16) {
    let from = x + (r >> 2) * xRow;
    let to = out + r;
    for (const end = from + xRow; from < end; from += 16) {
      const a = v128.load(from);
      const b = v128.load(from + xRow);
      const c = v128.load(from + 2 * xRow);
      const d = v128.load(from + 3 * xRow);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(to + outRow, v128.shuffle<i64>(ab, cd, 1, 3));
      const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(to + 2 * outRow, v128.shuffle<i64>(ab2, cd2, 0, 2));
      v128.store(to + 3 * outRow, v128.shuffle<i64>(ab2, cd2, 1, 3));
      to += outRow << 2;
    }
  }
}

/** One step along the direction. */
@inline
function step(learner: Learner): void {
  const direction = learner.direction;
  const parameters = learner.parameters;
  const bytes = (<usize>learner.size) << 2;
  const rms = sqrt<f32>(sum4(v128.load(learner.norm)) / <f32>learner.size);
  // Not even an infinite gradient may make a parameter infinite or NaN.
  if (!(rms < 1e6)) return;
  const boost = <f32>1 + <f32>3 / (<f32>1 + <f32>learner.seen * <f32>0.001);
  const rate = f32x4.splat(learner.rate * boost * min<f32>(1, CLIP / max<f32>(rms, 1e-20)));
  let i: usize = 0;
  // Conditions at the end, so that the rate is not computed anew each turn.
  do {
    const change = f32x4.mul(rate, v128.load(direction + i));
    v128.store(parameters + i, f32x4.sub(v128.load(parameters + i), change));
    i += 16;
  } while (i < bytes);
}
