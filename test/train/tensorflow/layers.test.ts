import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/train/run/random.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import { convolutionElu } from '../../../src/train/tensorflow/kernel-convolution.ts';
import {
  convolution,
  dense,
  denseOfData,
  elu,
  leakyRelu,
  lookUp,
  selectRows,
  sumColumns,
} from '../../../src/train/tensorflow/layers.ts';

const random = new Random(1);
const tensor = (...shape: number[]) =>
  tf.tensor(random.normals(shape.reduce((a, b) => a * b)), shape, 'float32');

const CHOSEN = [
  [3, 0, 3],
  [4, 3, 1],
];

/** Each layer beside TensorFlow.js's own operations for it. */
const LAYERS: Record<string, { shapes: number[][]; ours: Layer; theirs: Layer }> = {
  dense: {
    shapes: [[6, 5], [5, 7], [7]],
    ours: (x, w, b) => dense(x, w, b),
    theirs: (x, w, b) => tf.add(tf.matMul(x, w), b),
  },
  convolution: {
    shapes: [[2, 4, 5, 3], [3, 3, 3, 6], [6]],
    ours: (x, w, b) => convolution(x, w, b),
    theirs: (x, w, b) => tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), b),
  },
  convolutionElu: {
    shapes: [[3, 4, 5, 8], [3, 3, 8, 12], [12]],
    ours: (x, w, b) => convolutionElu(x, w, b),
    theirs: (x, w, b) => tf.elu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), b)),
  },
  elu: { shapes: [[4, 5]], ours: elu, theirs: (x) => tf.elu(x) },
  leakyRelu: { shapes: [[4, 5]], ours: (x) => leakyRelu(x, 0.1), theirs: (x) => tf.leakyRelu(x, 0.1) },
  lookUp: {
    shapes: [[5, 1]],
    ours: (x) => lookUp(x, tf.tensor(CHOSEN)),
    theirs: (x) => tf.gather(tf.reshape(x, [5]), tf.tensor(CHOSEN, [2, 3], 'int32')),
  },
  selectRows: {
    shapes: [[5, 3]],
    ours: (x) => selectRows(x, tf.tensor([3, 0, 4])),
    theirs: (x) => tf.gather(x, tf.tensor([3, 0, 4], [3], 'int32')),
  },
  sumColumns: { shapes: [[4, 5]], ours: sumColumns, theirs: (x) => tf.sum(x, 1, true) },
};
type Layer = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The layer's value and gradients on cpu or wasm, under a loss that weights all outputs differently. */
async function run(backend: 'cpu' | 'wasm', layer: Layer, inputs: Float32Array[], shapes: number[][]) {
  await useBackend(backend);
  const tensors = inputs.map((data, i) => tf.tensor(data, shapes[i]));
  const loss = (...args: tf.Tensor[]) => {
    const value = layer(...args);
    return tf.sum(tf.mul(value, tf.reshape(tf.cos(tf.range(0, value.size)), value.shape))) as tf.Scalar;
  };
  const value = layer(...tensors).dataSync<'float32'>();
  return [
    value,
    ...tf
      .grads(loss)(tensors)
      .map((gradient) => gradient.dataSync<'float32'>()),
  ];
}

describe.each(Object.entries(LAYERS))('%s', (_name, { shapes, ours, theirs }) => {
  it('has the value and gradients of the stock operations, on cpu and wasm', async () => {
    await useBackend('cpu');
    const inputs = shapes.map((shape) => tensor(...shape).dataSync<'float32'>());
    const expected = await run('cpu', theirs, inputs, shapes);
    for (const backend of ['cpu', 'wasm'] as const) {
      const actual = await run(backend, ours, inputs, shapes);
      for (const [i, values] of actual.entries()) {
        for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[i][k], 4);
      }
    }
  });
});

describe('layers together', () => {
  it('have right gradients on wasm where one tensor is used in two shapes', async () => {
    const shapes = [[6, 4], [4, 12], [12], [3, 4], [4]];
    const data = tensor(18, 3);
    const build =
      (ofData: typeof denseOfData): Layer =>
      (x, w, b, v, c) =>
        tf.add(tf.reshape(dense(x, w, b), [18, 4]), ofData(data, v, c));
    await useBackend('cpu');
    const inputs = shapes.map((shape) => tensor(...shape).dataSync<'float32'>());
    const stock = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(tf.matMul(x, w), b) as tf.Tensor2D;
    const expected = await run('cpu', build(stock), inputs, shapes);
    const actual = await run('wasm', build(denseOfData), inputs, shapes);
    for (const [i, values] of actual.entries()) {
      for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[i][k], 4);
    }
  });
});
