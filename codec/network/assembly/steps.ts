// What networks that learn while they are used have in common: batches of 16 samples, directions of parameters, and
// steps. A step is SGD with a fixed diagonal preconditioner, clipped: p -= rate * min(1, 1.5 / rms(c g)) * c g.
//
// A layer's parameters lie as weights [inputs][outputs], then biases; so do direction and preconditioner. A batch keeps
// each sample's inputs and activations. Inputs and outputs of a layer are multiples of 4.

import { sum4 } from './math';
import { addProduct } from './product';
import { SLOPE } from './vector-product';

@inline export const BATCH: i32 = 16;
@inline export const OUTPUTS: i32 = 12;
/** Largest gradient of a sample's share in the batch's mean, with respect to an output: 4 nats a unit. */
@inline const LIMIT: f32 = 0.25;
/** Largest root of the mean square of the preconditioned gradient that is taken as it is. */
@inline const CLIP: f32 = 1.5;

@unmanaged
export class Steps {
  inputs: i32;
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
  /** f32 [16][inputs], [16][12]: inputs, and gradients with respect to the outputs. */
  x: usize;
  outputGradients: usize;
  /** f32: the largest matrix that is transposed. */
  transposed: usize;
  /** Samples in the batch, 0..15. */
  filled: i32;
  /** Samples seen in all. */
  seen: i32;
  /** Rate of the steps in the long run, and how many times that the first one is more; after 1000 samples half. */
  rate: f32;
  boost: f32;
}

/** Inputs of the sample that comes next. */
@inline
export function nextInputs(learner: Steps): usize {
  return learner.x + <usize>((learner.filled * learner.inputs) << 2);
}

/** Gradient of the next sample's code length, in nats, with respect to the outputs: to be written before learning. */
@inline
export function nextOutputGradients(learner: Steps): usize {
  return learner.outputGradients + <usize>((learner.filled * OUTPUTS) << 2);
}

/** Takes the sample into the batch, its gradients limited: a surprise must not undo what was learnt. Returns whether
 * the batch is full, and a step due. */
@inline
export function takeSample(learner: Steps): bool {
  const gradients = nextOutputGradients(learner);
  for (let i: usize = 0; i < (<usize>OUTPUTS) << 2; i += 16) {
    const limited = f32x4.pmin(f32x4.splat(LIMIT), f32x4.pmax(f32x4.splat(-LIMIT), v128.load(gradients + i)));
    v128.store(gradients + i, limited);
  }
  learner.seen++;
  if (++learner.filled < BATCH) return false;
  learner.filled = 0;
  return true;
}

/**
 * Direction of the parameters of a layer, `offset` bytes from the first: x' d for the weights,
 * the sums of d for biases. A sample's x lies `xStep` bytes behind that of the one before.
 */
@inline
export function layerDirection(
  learner: Steps,
  offset: usize,
  x: usize,
  xStep: usize,
  inputs: i32,
  d: usize,
  outputs: i32,
): void {
  const row = (<usize>outputs) << 2;
  const squares = learner.squares;
  const toC = learner.preconditioner - learner.direction;
  const toSquares = squares - learner.direction;
  let to = learner.direction + offset;
  let norm = v128.load(learner.norm);
  for (const end = x + ((<usize>inputs) << 2); x < end; x += 16) {
    let output: usize = 0;
    // Registers hold six fours of sums, or eight.
    for (; (row - output) % 32 != 0 && output + 48 <= row; output += 48) {
      const low = directions2x12(to + output, toC, squares != 0, toSquares, row, x, xStep, d + output);
      const behind = to + output + 2 * row;
      const high = directions2x12(behind, toC, squares != 0, toSquares, row, x + 8, xStep, d + output);
      norm = f32x4.add(norm, f32x4.add(low, high));
    }
    for (; output + 32 <= row; output += 32) {
      const part = directions4x8(to + output, toC, squares != 0, toSquares, row, x, xStep, d + output);
      norm = f32x4.add(norm, part);
    }
    for (; output < row; output += 16) {
      const part = directions4x4(to + output, toC, squares != 0, toSquares, row, x, xStep, d + output);
      norm = f32x4.add(norm, part);
    }
    to += row << 2;
  }
  for (let output: usize = 0; output < row; output += 16) {
    let sum = f32x4.splat(0);
    for (let sample: usize = 0; sample < <usize>BATCH * row; sample += row) {
      sum = f32x4.add(sum, v128.load(d + sample + output));
    }
    norm = f32x4.add(norm, setDirection(to + output, toC, squares != 0, toSquares, sum));
  }
  v128.store(learner.norm, norm);
}

/**
 * Takes the gradient of four parameters; returns the squares of their direction, which lies at `at`. The preconditioner
 * is `toC` bytes from there; sums of squares, if they are wanted, `toSquares`.
 */
@inline
function setDirection(at: usize, toC: usize, wanted: bool, toSquares: usize, gradient: v128): v128 {
  const direction = f32x4.mul(gradient, v128.load(at + toC));
  v128.store(at, direction);
  if (wanted) {
    const squares = at + toSquares;
    v128.store(squares, f32x4.add(v128.load(squares), f32x4.mul(gradient, gradient)));
  }
  return f32x4.mul(direction, direction);
}

/** Directions of the weights from four units to eight; returns the sum of their squares. */
@inline
function directions4x8(
  at: usize,
  toC: usize,
  wanted: bool,
  toSquares: usize,
  row: usize,
  x: usize,
  xStep: usize,
  d: usize,
): v128 {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (const end = x + <usize>BATCH * xStep; x < end; x += xStep) {
    const low = v128.load(d);
    const high = v128.load(d, 16);
    const xa = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(xa, low));
    a1 = f32x4.add(a1, f32x4.mul(xa, high));
    const xb = v128.load32_splat(x, 4);
    b0 = f32x4.add(b0, f32x4.mul(xb, low));
    b1 = f32x4.add(b1, f32x4.mul(xb, high));
    const xc = v128.load32_splat(x, 8);
    c0 = f32x4.add(c0, f32x4.mul(xc, low));
    c1 = f32x4.add(c1, f32x4.mul(xc, high));
    const xd = v128.load32_splat(x, 12);
    d0 = f32x4.add(d0, f32x4.mul(xd, low));
    d1 = f32x4.add(d1, f32x4.mul(xd, high));
    d += row;
  }
  const a = f32x4.add(
    setDirection(at, toC, wanted, toSquares, a0),
    setDirection(at + 16, toC, wanted, toSquares, a1),
  );
  at += row;
  const b = f32x4.add(
    setDirection(at, toC, wanted, toSquares, b0),
    setDirection(at + 16, toC, wanted, toSquares, b1),
  );
  at += row;
  const c = f32x4.add(
    setDirection(at, toC, wanted, toSquares, c0),
    setDirection(at + 16, toC, wanted, toSquares, c1),
  );
  at += row;
  const e = f32x4.add(
    setDirection(at, toC, wanted, toSquares, d0),
    setDirection(at + 16, toC, wanted, toSquares, d1),
  );
  return f32x4.add(f32x4.add(a, b), f32x4.add(c, e));
}

/** Directions of the weights from two units to twelve; returns the sum of their squares. */
@inline
function directions2x12(
  at: usize,
  toC: usize,
  wanted: bool,
  toSquares: usize,
  row: usize,
  x: usize,
  xStep: usize,
  d: usize,
): v128 {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  for (const end = x + <usize>BATCH * xStep; x < end; x += xStep) {
    const low = v128.load(d);
    const middle = v128.load(d, 16);
    const high = v128.load(d, 32);
    const xa = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(xa, low));
    a1 = f32x4.add(a1, f32x4.mul(xa, middle));
    a2 = f32x4.add(a2, f32x4.mul(xa, high));
    const xb = v128.load32_splat(x, 4);
    b0 = f32x4.add(b0, f32x4.mul(xb, low));
    b1 = f32x4.add(b1, f32x4.mul(xb, middle));
    b2 = f32x4.add(b2, f32x4.mul(xb, high));
    d += row;
  }
  const a = f32x4.add(
    setDirection(at, toC, wanted, toSquares, a0),
    f32x4.add(
      setDirection(at + 16, toC, wanted, toSquares, a1),
      setDirection(at + 32, toC, wanted, toSquares, a2),
    ),
  );
  at += row;
  const b = f32x4.add(
    setDirection(at, toC, wanted, toSquares, b0),
    f32x4.add(
      setDirection(at + 16, toC, wanted, toSquares, b1),
      setDirection(at + 32, toC, wanted, toSquares, b2),
    ),
  );
  return f32x4.add(a, b);
}

/** Directions of the weights from four units to four; returns the sum of their squares. */
@inline
function directions4x4(
  at: usize,
  toC: usize,
  wanted: bool,
  toSquares: usize,
  row: usize,
  x: usize,
  xStep: usize,
  d: usize,
): v128 {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let e = f32x4.splat(0);
  for (const end = x + <usize>BATCH * xStep; x < end; x += xStep) {
    const four = v128.load(d);
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(x), four));
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(x, 4), four));
    c = f32x4.add(c, f32x4.mul(v128.load32_splat(x, 8), four));
    e = f32x4.add(e, f32x4.mul(v128.load32_splat(x, 12), four));
    d += row;
  }
  const low = f32x4.add(
    setDirection(at, toC, wanted, toSquares, a),
    setDirection(at + row, toC, wanted, toSquares, b),
  );
  const high = f32x4.add(
    setDirection(at + 2 * row, toC, wanted, toSquares, c),
    setDirection(at + 3 * row, toC, wanted, toSquares, e),
  );
  return f32x4.add(low, high);
}

/** Gradient with respect to a layer's inputs, before their leaky ReLU: (d W') times its slope. */
@inline
export function propagate(
  learner: Steps,
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
export function transpose(out: usize, x: usize, rows: i32, columns: i32): void {
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
export function step(learner: Steps): void {
  const direction = learner.direction;
  const parameters = learner.parameters;
  const bytes = (<usize>learner.size) << 2;
  const rms = sqrt<f32>(sum4(v128.load(learner.norm)) / <f32>learner.size);
  // Not even an infinite gradient may make a parameter infinite or NaN.
  if (!(rms < 1e6)) return;
  const boost = <f32>1 + learner.boost / (<f32>1 + <f32>learner.seen * <f32>0.001);
  const rate = f32x4.splat(learner.rate * boost * min<f32>(1, CLIP / max<f32>(rms, 1e-20)));
  let i: usize = 0;
  // Conditions at the end, so that the rate is not computed anew each turn.
  do {
    const change = f32x4.mul(rate, v128.load(direction + i));
    v128.store(parameters + i, f32x4.sub(v128.load(parameters + i), change));
    i += 16;
  } while (i < bytes);
}
