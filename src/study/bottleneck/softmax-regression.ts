// A linear classifier: softmax regression on standardised features, by Nesterov's gradient descent on all data at once.
// TensorFlow.js must have a back end.

import * as tf from '@tensorflow/tfjs-core';

const STEPS = 400;
/** Weight of half the squared weights. */
const DECAY = 1e-4;

/** [count][size], row by row. */
export interface Features {
  readonly values: ArrayLike<number>;
  readonly size: number;
}

/** log2 of each class's probability for features: [count][classes]. */
export type Classifier = (features: Features) => Float32Array;

export function trainClassifier(features: Features, classes: Uint8Array, count: number): Classifier {
  const standardised = standardiser(features);
  const weights = tf.tidy(() => {
    const x = withOnes(standardised(features));
    const transposed = tf.transpose(x);
    const target = tf.oneHot(tf.tensor1d(classes, 'int32'), count);
    // The loss curves by half the features' mean square norm at most (Boehning 1992).
    const step = 2 / (features.size + 1);
    let now: tf.Tensor = tf.zeros([features.size + 1, count]);
    let before = now;
    for (let i = 0; i < STEPS; i++) {
      [before, now] = tf.tidy(() => {
        const ahead = tf.add(now, tf.mul(tf.sub(now, before), i / (i + 3)));
        const excess = tf.sub(tf.softmax(tf.matMul(x, ahead)), target);
        const gradient = tf.add(tf.div(tf.matMul(transposed, excess), classes.length), tf.mul(ahead, DECAY));
        return [tf.clone(now), tf.sub(ahead, tf.mul(gradient, step))];
      });
    }
    return now.arraySync() as number[][];
  });
  return (others) =>
    tf.tidy(() => {
      const logits = tf.matMul(withOnes(standardised(others)), tf.tensor2d(weights));
      return tf.mul(tf.logSoftmax(logits), Math.LOG2E).dataSync() as Float32Array;
    });
}

/** To the mean 0 and the variance 1 of these features; those that never change become 0. */
function standardiser({ values, size }: Features): (features: Features) => tf.Tensor2D {
  const count = values.length / size;
  const means = new Float64Array(size);
  const squares = new Float64Array(size);
  for (let i = 0; i < values.length; i++) means[i % size] += values[i] / count;
  for (let i = 0; i < values.length; i++) squares[i % size] += (values[i] - means[i % size]) ** 2 / count;
  const gains = squares.map((square) => (square > 1e-12 ? 1 / Math.sqrt(square) : 0));
  return (features) =>
    tf.tensor2d(
      Float32Array.from(features.values, (value, i) => (value - means[i % size]) * gains[i % size]),
      [features.values.length / size, size],
    );
}

function withOnes(x: tf.Tensor2D): tf.Tensor2D {
  return tf.concat([x, tf.ones([x.shape[0], 1])], 1) as tf.Tensor2D;
}

/** How a classifier does on features whose classes are known. */
export interface Score {
  /** 1 where the likeliest class is right. */
  readonly right: Uint8Array;
  /** log2 of the right class's probability. */
  readonly log2: Float64Array;
}

export function scoreOf(classifier: Classifier, features: Features, classes: Uint8Array): Score {
  const log2 = classifier(features);
  const count = log2.length / classes.length;
  return {
    right: classes.map((right, i) => {
      const row = log2.subarray(i * count, (i + 1) * count);
      return row.every((value) => value <= row[right]) ? 1 : 0;
    }),
    log2: Float64Array.from(classes, (right, i) => log2[i * count + right]),
  };
}
