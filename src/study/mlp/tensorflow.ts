// A multilayer perceptron in TensorFlow.js, with gradients.

import type * as tf from '@tensorflow/tfjs-core';
import { dense, elu } from '../../train/tensorflow/layers.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import { type Mlp, mlpLayers } from './shapes.ts';

/** The outputs [n, outputs] of x [n, inputs]; `first`: `denseOfData` where x is data, which need no gradient. */
export function mlpOutputs(mlp: Mlp, parameters: Tensors, x: tf.Tensor, first = dense): tf.Tensor2D {
  const layers = mlpLayers(mlp);
  const last = layers.length - 1;
  const layer = (input: tf.Tensor, i: number) =>
    (i === 0 ? first : dense)(input, parameters[`${layers[i]}.weight`], parameters[`${layers[i]}.bias`]);
  let hidden = x;
  for (let i = 0; i < last; i++) hidden = elu(layer(hidden, i));
  return layer(hidden, last);
}
