// A network of two hidden layers that learns while it is used: forward one sample at a time, then a gradient step on
// every batch of 16 (steps.ts). Layers are y = x W + b with leaky ReLU (slope 0.1) between them.
//
// Parameters lie as W1 [inputs][hidden1], b1, W2 [hidden1][hidden2], b2, W3 [hidden2][12], b3. Inputs are a multiple of
// 4, hidden units of 16, outputs are 12.

import { layerDirection, nextInputs, OUTPUTS, propagate, Steps, step, takeSample } from './steps';
import { addBias, addBiasLeaky, dense12, dense16, dense32 } from './vector-product';

@unmanaged
export class Learner extends Steps {
  hidden1: i32;
  hidden2: i32;
  /** f32 [16][hidden1], [16][hidden2]: activations. */
  h1: usize;
  h2: usize;
  /** f32 [16][hidden1], [16][hidden2]: gradients with respect to the activations. */
  d1: usize;
  d2: usize;
}

/** The 12 outputs for the next sample, whose inputs are in place, with an offset added to each. */
@inline
export function forward(learner: Learner, outputs: usize, offsets: usize): void {
  const h1 = learner.h1 + <usize>((learner.filled * learner.hidden1) << 2);
  const h2 = learner.h2 + <usize>((learner.filled * learner.hidden2) << 2);
  let weights = learner.parameters;
  weights = layer(h1, nextInputs(learner), learner.inputs, weights, learner.hidden1);
  weights = layer(h2, h1, learner.hidden1, weights, learner.hidden2);
  dense12(outputs, h2, learner.hidden2, weights, OUTPUTS);
  addBias(outputs, weights + <usize>((learner.hidden2 * OUTPUTS) << 2), OUTPUTS);
  addBias(outputs, offsets, OUTPUTS);
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

/** Takes the sample into the batch. A full batch makes a step. */
@inline
export function learn(learner: Learner): void {
  if (!takeSample(learner)) return;
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
  layerDirection(
    learner,
    weights3,
    learner.h2,
    (<usize>hidden2) << 2,
    hidden2,
    learner.outputGradients,
    OUTPUTS,
  );
  propagate(
    learner,
    learner.d2,
    learner.outputGradients,
    OUTPUTS,
    learner.parameters + weights3,
    learner.h2,
    hidden2,
  );
  layerDirection(learner, weights2, learner.h1, (<usize>hidden1) << 2, hidden1, learner.d2, hidden2);
  propagate(learner, learner.d1, learner.d2, hidden2, learner.parameters + weights2, learner.h1, hidden1);
  layerDirection(learner, 0, learner.x, (<usize>inputs) << 2, inputs, learner.d1, hidden1);
}
