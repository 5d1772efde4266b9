// Layers whose gradients are fast on every back end. The stock gradients of matMul and conv2d use transposition flags
// and kernels that are up to ten times slower on wasm, or absent there; broadcasts and column sums are slow as well.

import * as tf from '@tensorflow/tfjs-core';

/** A value, and the gradients of its inputs from its own and from the tensors saved for that. */
interface Differentiable {
  readonly value: tf.Tensor;
  readonly saved: tf.Tensor[];
  gradients(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[];
}

/** x [n, in] times weights [in, out] plus bias [out]. */
export function dense(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return withGradients([x, weights, bias], (a, w, b) => ({
    value: affine(a, w, b),
    saved: [a, w],
    gradients: (dy, [input, kernel]) => {
      const right = fresh(dy);
      return [tf.matMul(dy, tf.transpose(kernel)), tf.matMul(tf.transpose(input), right), sumRows(right)];
    },
  })) as tf.Tensor2D;
}

/** `dense` of an input that needs no gradient: data, which must outlive the gradient's computation. */
export function denseOfData(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return withGradients([weights, bias], (w, b) => ({
    value: affine(x, w, b),
    saved: [],
    gradients: (dy) => {
      const right = fresh(dy);
      return [tf.matMul(tf.transpose(x), right), sumRows(right)];
    },
  })) as tf.Tensor2D;
}

/** 3x3 convolution, stride 1, zeros around: x [n, height, width, in], filter [3, 3, in, out], bias [out]. */
export function convolution(x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return withGradients([x, filter, bias], (a, f, b) => ({
    value: tf.add(tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'), b),
    saved: [a, f],
    gradients: (dy, [input, kernel]) => {
      return [inputGradient(dy, kernel), filterGradient(input, dy), sumRows(fresh(flatten(dy)))];
    },
  }));
}

/** x if positive, else e^x - 1. */
export function elu(x: tf.Tensor): tf.Tensor {
  return withGradients([x], (a) => {
    const value = tf.elu(a);
    // The derivative is 1 + min(value, 0), and no value is below -1.
    const gradients = (dy: tf.Tensor, [y]: tf.Tensor[]) => [tf.mul(dy, tf.clipByValue(tf.add(y, 1), 0, 1))];
    return { value, saved: [value], gradients };
  });
}

/** x if positive, else slope * x. */
export function leakyRelu(x: tf.Tensor, slope: number): tf.Tensor {
  return withGradients([x], (a) => ({
    value: tf.add(tf.mul(tf.relu(a), 1 - slope), tf.mul(a, slope)),
    saved: [a],
    gradients: (dy, [input]) => [tf.mul(dy, tf.step(input, slope))],
  }));
}

/** log of sigmoid(x), in nats; tf.logSigmoid's gradient fails where its input is disposed of. */
export function logSigmoid(x: tf.Tensor): tf.Tensor {
  return withGradients([x], (a) => ({
    value: tf.sub(tf.minimum(a, 0), tf.log1p(tf.exp(tf.neg(tf.abs(a))))),
    saved: [a],
    gradients: (dy, [input]) => [tf.mul(dy, tf.sigmoid(tf.neg(input)))],
  }));
}

/** Sums of the rows' entries: [n, k] to [n, 1]. */
export function sumColumns(x: tf.Tensor): tf.Tensor {
  const columns = x.shape[1] as number;
  return withGradients([x], (a) => ({
    value: tf.matMul(a, tf.ones([columns, 1])),
    saved: [],
    gradients: (dy) => [tf.matMul(dy, tf.ones([1, columns]))],
  }));
}

/** The value at each of `indices` (data), of values [n, 1]. Plain loops: wasm's gather is slow, its gradient absent. */
export function lookUp(values: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const chosen = indices.dataSync();
  const count = chosen.length;
  const { shape, size } = values;
  return withGradients([values], (v) => {
    const table = v.dataSync();
    const found = new Float32Array(count);
    for (let i = 0; i < count; i++) found[i] = table[chosen[i]];
    const gradients = (dy: tf.Tensor) => {
      const each = dy.dataSync();
      const sums = new Float32Array(size);
      for (let i = 0; i < count; i++) sums[chosen[i]] += each[i];
      return [tf.tensor(sums, shape)];
    };
    return { value: tf.tensor(found, indices.shape), saved: [], gradients };
  });
}

/** The rows of x [n, k] that `indices` (data) name, none of them twice. Plain loops, as in `lookUp`. */
export function selectRows(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const chosen = indices.dataSync();
  const [rows, columns] = x.shape as [number, number];
  return withGradients([x], (a) => {
    const all = a.dataSync();
    const found = new Float32Array(chosen.length * columns);
    for (let i = 0; i < chosen.length; i++)
      found.set(all.subarray(chosen[i] * columns, (chosen[i] + 1) * columns), i * columns);
    const gradients = (dy: tf.Tensor) => {
      const each = dy.dataSync();
      const spread = new Float32Array(rows * columns);
      for (let i = 0; i < chosen.length; i++)
        spread.set(each.subarray(i * columns, (i + 1) * columns), chosen[i] * columns);
      return [tf.tensor(spread, [rows, columns])];
    };
    return { value: tf.tensor(found, [chosen.length, columns]), saved: [], gradients };
  });
}

function withGradients(inputs: tf.Tensor[], compute: (...inputs: tf.Tensor[]) => Differentiable): tf.Tensor {
  return tf.customGrad((...args) => {
    const { value, saved, gradients } = compute(...(args.slice(0, inputs.length) as tf.Tensor[]));
    (args[inputs.length] as tf.GradSaveFunc)(saved);
    return { value, gradFunc: gradients };
  })(...inputs);
}

function affine(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.fused.matMul({ a: x, b: weights, bias });
}

/**
 * A copy. The wasm back end keeps a packed form of matMul's right operand by the identity of its data, which reshaped
 * tensors share: used under two shapes, the second product is garbage.
 */
function fresh(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, 1);
}

function sumRows(x: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.matMul(tf.ones([1, x.shape[0]]), x), [x.shape[1] as number]);
}

function flatten(x: tf.Tensor): tf.Tensor {
  return tf.reshape(x, [-1, x.shape[3] as number]);
}

/** The convolution of dy with the filter mirrored in space and transposed in its channels. */
function inputGradient(dy: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const mirrored = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(dy as tf.Tensor4D, mirrored as tf.Tensor4D, 1, 'same');
}

/**
 * One matrix product for each of the nine taps, with one right operand, which is packed once. With zeros around images
 * whose pixels are the columns of one array, a tap is a shift by so many columns: a copy of long stretches of memory.
 */
function filterGradient(input: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const [images, height, width, channels] = input.shape as [number, number, number, number];
  const outputs = dy.shape[3] as number;
  const padded = (x: tf.Tensor, before: number): tf.Tensor => {
    const sides: [number, number] = [before, 2 - before];
    return flatten(tf.pad(x, [[0, 0], sides, sides, [0, 0]]));
  };
  const stride = width + 2;
  const pixels = images * (height + 2) * stride - 2 * stride - 2;
  const inputs = tf.transpose(padded(input, 1));
  const right = tf.slice(padded(dy, 0), [0, 0], [pixels, outputs]);
  const taps: tf.Tensor[] = [];
  for (let y = 0; y < 3; y++) {
    for (let x = 0; x < 3; x++)
      taps.push(tf.matMul(tf.slice(inputs, [0, y * stride + x], [channels, pixels]), right));
  }
  return tf.reshape(tf.concat(taps), [3, 3, channels, outputs]);
}
