// A small network that learns while it is used: one hidden layer of leaky ReLU units, and beside it four linear
// combinations of the inputs: one is added to outputs 0 to 3, one to 4 to 7, and one each to 8 and 9. Forward one
// sample at a time, then a gradient step on every batch of 16 (steps.ts).
//
// Parameters lie as W1 [inputs][4 + units], b1, W2 [units][12], b2, the linear combinations in front of the units.
// Inputs are a multiple of 4, units of 4 and at least 8, outputs are 12.

import { sum4 } from './math';
import { addProduct } from './product';
import { BATCH, layerDirection, nextInputs, OUTPUTS, Steps, step, takeSample, transpose } from './steps';
import { evenAndOdd4, evenAndOdd8, evenAndOdd12, leaky, SLOPE } from './vector-product';

/** Linear combinations beside the hidden units. */
@inline export const LINEAR: i32 = 4;

@unmanaged
export class SkipLearner extends Steps {
  units: i32;
  /** f32 [16][4 + units]: outputs of the first layer, and gradients with respect to them. */
  h: usize;
  d: usize;
}

/** The 12 outputs for the next sample, whose inputs are in place, with an offset added to each. */
@inline
export function forward(learner: SkipLearner, outputs: usize, offsets: usize): void {
  const inputs = learner.inputs;
  const units = learner.units;
  const row = units + LINEAR;
  const step = (<usize>row) << 2;
  let x = nextInputs(learner);
  const h = learner.h + <usize>(learner.filled * row) * 4;
  const weights1 = learner.parameters;
  const bias1 = weights1 + <usize>inputs * step;
  let column: usize = 48;
  if (((step - column) & 16) != 0 && column + 48 <= step) {
    evenAndOdd12(h + column, x, inputs, weights1 + column, row);
    column += 48;
  }
  for (; column + 32 <= step; column += 32) evenAndOdd8(h + column, x, inputs, weights1 + column, row);
  if (column < step) evenAndOdd4(h + column, x, inputs, weights1 + column, row);
  for (column = 48; column < step; column += 16) {
    v128.store(h + column, leaky(f32x4.add(v128.load(h + column), v128.load(bias1 + column))));
  }
  // The linear combinations and the first eight units, even and odd inputs apart.
  let a = v128.load(bias1);
  let b = v128.load(bias1, 16);
  let c = v128.load(bias1, 32);
  let d = f32x4.splat(0);
  let e = f32x4.splat(0);
  let f = f32x4.splat(0);
  let weights = weights1;
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const even = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    weights += step;
    const odd = v128.load32_splat(x, 4);
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights)));
    e = f32x4.add(e, f32x4.mul(odd, v128.load(weights, 16)));
    f = f32x4.add(f, f32x4.mul(odd, v128.load(weights, 32)));
    x += 8;
    weights += step;
  }
  const linear = f32x4.add(a, d);
  v128.store(h, leaky(f32x4.add(b, e)), 16);
  v128.store(h, leaky(f32x4.add(c, f)), 32);
  // Outputs: biases, offsets and the linear combinations, then even units; odd ones.
  weights = bias1 + step;
  const bias2 = weights + <usize>(units * OUTPUTS) * 4;
  const ofMeans = f32x4.add(v128.load(bias2), v128.load(offsets));
  const ofScales = f32x4.add(v128.load(bias2, 16), v128.load(offsets, 16));
  const ofLogits = f32x4.add(v128.load(bias2, 32), v128.load(offsets, 32));
  a = f32x4.add(ofMeans, v128.shuffle<i32>(linear, linear, 0, 0, 0, 0));
  b = f32x4.add(ofScales, v128.shuffle<i32>(linear, linear, 1, 1, 1, 1));
  c = f32x4.add(ofLogits, v128.shuffle<i32>(linear, f32x4.splat(0), 2, 3, 4, 4));
  d = f32x4.splat(0);
  e = f32x4.splat(0);
  f = f32x4.splat(0);
  for (let unit = h + 16; unit < h + step; unit += 8) {
    const even = v128.load32_splat(unit);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    const odd = v128.load32_splat(unit, 4);
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights, 48)));
    e = f32x4.add(e, f32x4.mul(odd, v128.load(weights, 64)));
    f = f32x4.add(f, f32x4.mul(odd, v128.load(weights, 80)));
    weights += 96;
  }
  v128.store(outputs, f32x4.add(a, d));
  v128.store(outputs, f32x4.add(b, e), 16);
  v128.store(outputs, f32x4.add(c, f), 32);
}

/** Takes the sample into the batch. A full batch makes a step. */
@inline
export function learn(learner: SkipLearner): void {
  if (!takeSample(learner)) return;
  backward(learner);
  step(learner);
}

/** The batch's direction: gradient of its mean code length with respect to all parameters, times the preconditioner. */
export function backward(learner: SkipLearner): void {
  const inputs = learner.inputs;
  const units = learner.units;
  const row = (<usize>(units + LINEAR)) << 2;
  const weights2 = (<usize>inputs + 1) * row;
  const gradients = learner.outputGradients;
  v128.store(learner.norm, f32x4.splat(0));
  layerDirection(learner, weights2, learner.h + 16, row, units, gradients, OUTPUTS);
  transpose(learner.transposed, learner.parameters + weights2, units, OUTPUTS);
  memory.fill(learner.d, 0, <usize>BATCH * row);
  addProduct(
    learner.d + 16,
    row,
    gradients,
    (<usize>OUTPUTS) << 2,
    BATCH,
    OUTPUTS,
    learner.transposed,
    units,
  );
  let at = gradients;
  let h = learner.h;
  let d = learner.d;
  for (const end = d + <usize>BATCH * row; d < end; d += row) {
    const means = sum4(v128.load(at));
    const scales = sum4(v128.load(at, 16));
    v128.store(d, f32x4(means, scales, load<f32>(at, 32), load<f32>(at, 36)));
    for (let i: usize = 16; i < row; i += 16) {
      const value = v128.load(d + i);
      const positive = f32x4.gt(v128.load(h + i), f32x4.splat(0));
      v128.store(d + i, v128.bitselect(value, f32x4.mul(value, f32x4.splat(SLOPE)), positive));
    }
    at += (<usize>OUTPUTS) << 2;
    h += row;
  }
  layerDirection(learner, 0, learner.x, (<usize>inputs) << 2, inputs, learner.d, units + LINEAR);
}
