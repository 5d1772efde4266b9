// The network that learns while it codes: its gradient against TensorFlow.js and finite differences, its steps against
// plain arithmetic in f64.

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import { mixtureBits } from '../../../src/train/tensorflow/static/mixture-loss.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';
import { fieldsOf } from '../kernel/records.ts';

await useBackend('cpu');

const { exports, memory } = kernel;
const BATCH = 16;
const OUTPUTS = 12;
const SLOPE = 0.1;
const RATE = 0.001;
const BOOST = 1.5;
/** Floats: a layer of 128 by 128 at most. */
const ROOM = 1 << 14;

interface Sizes {
  readonly inputs: number;
  readonly hidden1: number;
  readonly hidden2: number;
}

const SIZES: Sizes[] = [
  { inputs: 64, hidden1: 32, hidden2: 32 },
  { inputs: 96, hidden1: 64, hidden2: 48 },
  { inputs: 48, hidden1: 16, hidden2: 64 },
  { inputs: 80, hidden1: 128, hidden2: 16 },
  // With the features of a predictor from similar contexts: multiples of 4 alone.
  { inputs: 52, hidden1: 32, hidden2: 16 },
  { inputs: 100, hidden1: 96, hidden2: 48 },
];
const named = SIZES.map((sizes): [string, Sizes] => [Object.values(sizes).join('-'), sizes]);

/** Shapes of the parameters, in their order. */
function shapesOf({ inputs, hidden1, hidden2 }: Sizes): [number, number][] {
  return [
    [inputs, hidden1],
    [1, hidden1],
    [hidden1, hidden2],
    [1, hidden2],
    [hidden2, OUTPUTS],
    [1, OUTPUTS],
  ];
}

/** The parameters' tensors, cut from all of them. */
function cut<T extends Float32Array | Float64Array>(sizes: Sizes, all: T): T[] {
  let offset = 0;
  return shapesOf(sizes).map(([rows, columns]) => {
    const end = offset + rows * columns;
    const part = all.subarray(offset, end) as T;
    offset = end;
    return part;
  });
}

const FIELDS = fieldsOf('Learner');

/** A learner in the kernel's memory. */
class Learner {
  readonly sizes: Sizes;
  readonly address: number;
  declare readonly parameters: Float32Array;
  declare readonly preconditioner: Float32Array;
  /** Gradient times preconditioner. */
  declare readonly direction: Float32Array;
  declare readonly squares: Float32Array;
  declare readonly x: Float32Array;
  declare readonly outputGradients: Float32Array;
  /** Added to the outputs. */
  readonly offsets: Float32Array;
  readonly #outputs: number;
  readonly #mixture: number;
  readonly #record: Int32Array;

  constructor(sizes: Sizes) {
    const { inputs, hidden1, hidden2 } = sizes;
    const arena = freshArena();
    const floats = (length: number) => {
      const array = new Float32Array(memory.buffer, arena.allocate(4 * length), length);
      return array.fill(0);
    };
    const size = shapesOf(sizes).reduce((sum, [rows, columns]) => sum + rows * columns, 0);
    const [parameters, preconditioner, direction, squares] = [0, 1, 2, 3].map(() => floats(size));
    const [x, outputGradients] = [inputs, OUTPUTS].map((columns) => floats(BATCH * columns));
    const arrays = { parameters, preconditioner, direction, squares, x, outputGradients };
    Object.assign(this, arrays);
    this.sizes = sizes;
    this.#outputs = floats(OUTPUTS).byteOffset;
    this.offsets = floats(OUTPUTS);
    this.#mixture = arena.allocate(64);
    this.address = arena.allocate(4 * FIELDS.length);
    this.#record = new Int32Array(memory.buffer, this.address, FIELDS.length);
    const numbers: Record<string, number> = {
      inputs,
      hidden1,
      hidden2,
      size,
      filled: 0,
      seen: 0,
      rate: 0,
      boost: 0,
    };
    const addresses = Object.fromEntries(Object.entries(arrays).map(([name, a]) => [name, a.byteOffset]));
    FIELDS.forEach((name, i) => {
      // Its other arrays are its own affair; none is larger.
      this.#record[i] = numbers[name] ?? addresses[name] ?? floats(ROOM).byteOffset;
    });
    const fields = new Float32Array(memory.buffer, this.address, FIELDS.length);
    fields[FIELDS.indexOf('rate')] = RATE;
    fields[FIELDS.indexOf('boost')] = BOOST;
  }

  set filled(samples: number) {
    this.#record[FIELDS.indexOf('filled')] = samples;
  }

  set seen(samples: number) {
    this.#record[FIELDS.indexOf('seen')] = samples;
  }

  /** The outputs for sample `index` of the batch, which comes next. */
  forward(index: number, inputs: ArrayLike<number>): Float32Array {
    this.filled = index;
    this.x.set(inputs, index * this.sizes.inputs);
    exports.learnerForward(this.address, this.#outputs, this.offsets.byteOffset);
    return new Float32Array(memory.buffer, this.#outputs, OUTPUTS).slice();
  }

  /** -ln of the sample's probability under the outputs that `forward` left; its gradient goes into the batch. */
  addLoss(index: number, { centre, scale, sample }: Target): number {
    exports.mixtureSet(this.#mixture, this.#outputs, centre, scale);
    const to = this.outputGradients.byteOffset + 4 * OUTPUTS * index;
    return -Math.log(exports.mixtureGradient(this.#mixture, sample, scale, 1 / BATCH, to));
  }
}

interface Target {
  readonly centre: number;
  readonly scale: number;
  readonly sample: number;
}

const gaussian = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A learner with a batch of random samples, whose outputs stay where the mixture clamps nothing. */
function example(sizes: Sizes, seed: number) {
  const random = randomNumbers(seed);
  const learner = new Learner(sizes);
  learner.preconditioner.fill(1);
  const shapes = shapesOf(sizes);
  cut(sizes, learner.parameters).forEach((tensor, i) => {
    const gain = i % 2 === 1 ? 0.1 : (i === 4 ? 0.5 : 1) / Math.sqrt(shapes[i][0]);
    for (let k = 0; k < tensor.length; k++) tensor[k] = gain * gaussian(random);
  });
  const samples = Array.from({ length: BATCH }, (_, index) => {
    const scale = Math.exp(3 * random());
    const centre = 255 * random();
    const level = Math.round(centre + 1.5 * scale * gaussian(random));
    const sample = index === 3 ? 0 : index === 5 ? 255 : Math.max(0, Math.min(255, level));
    const near = index === 3 || index === 5 ? Math.abs(sample - 1.5 * scale) : centre;
    return {
      inputs: Float32Array.from({ length: sizes.inputs }, () => Math.fround(gaussian(random))),
      target: { centre: Math.fround(near), scale: Math.fround(scale), sample },
    };
  });
  return { learner, samples, random };
}

/** Activations and outputs of one sample in f64. */
function forwardReference(sizes: Sizes, parameters: Float64Array, inputs: ArrayLike<number>) {
  const [w1, b1, w2, b2, w3, b3] = cut(sizes, parameters);
  const layer = (x: ArrayLike<number>, w: Float64Array, b: Float64Array) =>
    b.map((bias, j) => {
      let sum = bias;
      for (let i = 0; i < x.length; i++) sum += x[i] * w[i * b.length + j];
      return sum;
    });
  const leaky = (values: Float64Array) => values.map((value) => Math.max(value, SLOPE * value));
  const h1 = leaky(layer(inputs, w1, b1));
  const h2 = leaky(layer(h1, w2, b2));
  return { h1, h2, outputs: layer(h2, w3, b3) };
}

/** Gradient of the sum over the batch in f64, from the gradients with respect to the outputs. */
function backwardReference(
  sizes: Sizes,
  parameters: Float64Array,
  batch: readonly ArrayLike<number>[],
  outputGradients: ArrayLike<number>,
): Float64Array {
  const [, , w2, , w3] = cut(sizes, parameters);
  const gradient = new Float64Array(parameters.length);
  const [g1, gb1, g2, gb2, g3, gb3] = cut(sizes, gradient);
  const add = (g: Float64Array, gb: Float64Array, x: ArrayLike<number>, d: Float64Array) => {
    for (let j = 0; j < d.length; j++) {
      gb[j] += d[j];
      for (let i = 0; i < x.length; i++) g[i * d.length + j] += x[i] * d[j];
    }
  };
  const propagate = (d: Float64Array, w: Float64Array, h: Float64Array) =>
    h.map((activation, i) => {
      let sum = 0;
      for (let j = 0; j < d.length; j++) sum += d[j] * w[i * d.length + j];
      return activation > 0 ? sum : SLOPE * sum;
    });
  batch.forEach((inputs, index) => {
    const { h1, h2 } = forwardReference(sizes, parameters, inputs);
    const d3 = Float64Array.from({ length: OUTPUTS }, (_, k) => outputGradients[OUTPUTS * index + k]);
    const d2 = propagate(d3, w3, h2);
    add(g3, gb3, h2, d3);
    add(g2, gb2, h1, d2);
    add(g1, gb1, inputs, propagate(d2, w2, h1));
  });
  return gradient;
}

/** -ln p in f64: four logistics and the uniform component of 2^-12. */
function lossReference(outputs: ArrayLike<number>, { centre, scale, sample }: Target): number {
  const cdf = (x: number) => 1 / (1 + Math.exp(-x));
  const weights = [0, 1, 2, 3].map((k) => Math.exp(outputs[8 + k]));
  const sum = weights.reduce((a, b) => a + b);
  let mass = 0;
  for (let k = 0; k < 4; k++) {
    const at = (threshold: number) =>
      cdf((threshold - centre - scale * outputs[k]) / (scale * Math.exp(outputs[4 + k])));
    const upper = sample === 255 ? 1 : at(sample + 0.5);
    mass += (weights[k] / sum) * (upper - (sample === 0 ? 0 : at(sample - 0.5)));
  }
  return -Math.log(mass * (1 - 2 ** -12) + 2 ** -20);
}

const rootMeanSquare = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

/** Largest difference, relative to the root of the expected values' mean square. */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const unit = rootMeanSquare(expected);
  return Array.from(actual).reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - expected[i]) / unit),
    0,
  );
}

describe.each(named)('the network of sizes %s', (_name, sizes) => {
  it('computes its outputs', () => {
    const { learner, samples } = example(sizes, 1);
    const parameters = Float64Array.from(learner.parameters);
    learner.offsets.forEach((_, k, offsets) => {
      offsets[k] = k / 8 - 0.5;
    });
    samples.forEach(({ inputs }, index) => {
      const { outputs } = forwardReference(sizes, parameters, inputs);
      const expected = outputs.map((output, k) => output + k / 8 - 0.5);
      expect(deviation(learner.forward(index, inputs), expected)).toBeLessThan(1e-5);
    });
  });

  it('has the gradient of the mean code length that TensorFlow.js computes', () => {
    const { learner, samples } = example(sizes, 2);
    let loss = 0;
    samples.forEach(({ inputs, target }, index) => {
      learner.forward(index, inputs);
      loss += learner.addLoss(index, target) / BATCH;
    });
    exports.learnerBackward(learner.address);

    const shapes = shapesOf(sizes);
    const tensors = cut(sizes, learner.parameters).map((data, i) => tf.tensor2d(data.slice(), shapes[i]));
    const x = tf.tensor2d(
      samples.flatMap(({ inputs }) => [...inputs]),
      [BATCH, sizes.inputs],
    );
    const repeated = ({ target: { centre, scale, sample } }: (typeof samples)[number]) =>
      [centre, scale, sample].flatMap((value) => [value, value, value, value]);
    const targets = tf.tensor2d(samples.map(repeated));
    const { value, grads } = tf.valueAndGrads((...[w1, b1, w2, b2, w3, b3]: tf.Tensor[]) => {
      const h1 = tf.leakyRelu(tf.add(tf.matMul(x, w1), b1), SLOPE);
      const h2 = tf.leakyRelu(tf.add(tf.matMul(h1, w2), b2), SLOPE);
      const outputs = tf.add(tf.matMul(h2, w3), b3) as tf.Tensor2D;
      return tf.mul(mixtureBits(outputs, targets), Math.LN2) as tf.Scalar;
    })(tensors);
    expect(loss).toBeCloseTo(value.dataSync()[0], 4);
    cut(sizes, learner.direction).forEach((part, i) => {
      expect(deviation(part, grads[i].dataSync())).toBeLessThan(2e-4);
    });
  });

  it('has the gradient that finite differences give', () => {
    const { learner, samples, random } = example(sizes, 3);
    samples.forEach(({ inputs, target }, index) => {
      learner.forward(index, inputs);
      learner.addLoss(index, target);
    });
    exports.learnerBackward(learner.address);
    const parameters = Float64Array.from(learner.parameters);
    const loss = () =>
      samples.reduce((sum, { inputs, target }) => {
        const { outputs } = forwardReference(sizes, parameters, inputs);
        return sum + lossReference(outputs, target) / BATCH;
      }, 0);
    const step = 1e-6;
    const gradients = cut(sizes, learner.direction);
    cut(sizes, parameters).forEach((part, i) => {
      const unit = rootMeanSquare(gradients[i]);
      expect(unit).toBeGreaterThan(0);
      for (let draw = 0; draw < 12; draw++) {
        const k = Math.floor(random() * part.length);
        const kept = part[k];
        part[k] = kept + step;
        const above = loss();
        part[k] = kept - step;
        const below = loss();
        part[k] = kept;
        expect(Math.abs(gradients[i][k] - (above - below) / (2 * step)) / unit).toBeLessThan(5e-4);
      }
    });
  });

  it('takes preconditioned and clipped steps, the first ones larger', () => {
    const { learner, samples, random } = example(sizes, 4);
    const size = learner.parameters.length;
    const rate = Math.fround(RATE);
    let clipped = 0;
    for (const [seen, gain] of [
      [0, 0.3],
      [16, 30],
      [32, 3e4],
      [100_000, 0.3],
    ]) {
      for (let i = 0; i < size; i++) learner.preconditioner[i] = gain * random();
      const before = Float64Array.from(learner.parameters);
      const batch = samples.map(() =>
        Float32Array.from({ length: sizes.inputs }, () => Math.fround(gaussian(random))),
      );
      learner.squares.fill(0);
      learner.seen = seen;
      batch.forEach((inputs, index) => {
        learner.forward(index, inputs);
        for (let k = 0; k < OUTPUTS; k++) {
          learner.outputGradients[OUTPUTS * index + k] = gaussian(random) / BATCH;
        }
        exports.learnerLearn(learner.address);
      });

      const gradient = backwardReference(sizes, before, batch, learner.outputGradients);
      const direction = gradient.map((g, i) => g * learner.preconditioner[i]);
      const rms = rootMeanSquare(direction);
      if (rms > 1.5) clipped++;
      const boost = 1 + BOOST / (1 + (seen + BATCH) / 1000);
      const expected = direction.map((d) => -rate * boost * Math.min(1, 1.5 / rms) * d);
      const change = learner.parameters.map((p, i) => p - before[i]);
      // Parameters are of the order of 1 at most: their rounding, beside that of the step itself.
      const rounding = 1.2e-7 * Math.max(...before.map(Math.abs));
      const unit = rootMeanSquare(expected);
      expect(unit).toBeGreaterThan(20 * rounding);
      expect(deviation(change, expected)).toBeLessThan(1e-3 + rounding / unit);
      expect(
        deviation(
          learner.squares,
          gradient.map((g) => g * g),
        ),
      ).toBeLessThan(1e-3);
    }
    expect(clipped).toBeGreaterThan(0);
    expect(clipped).toBeLessThan(4);
  });
});

describe('a step', () => {
  const sizes = SIZES[0];

  /** Parameters before and after a batch whose outputs' gradients are all `gradient`. */
  function learnFrom(gradient: number, preconditioner: number) {
    const { learner, samples } = example(sizes, 5);
    learner.preconditioner.fill(preconditioner);
    const before = learner.parameters.slice();
    samples.forEach(({ inputs }, index) => {
      learner.forward(index, inputs);
      learner.outputGradients.fill(gradient, OUTPUTS * index, OUTPUTS * (index + 1));
      exports.learnerLearn(learner.address);
    });
    return { before, after: learner.parameters.slice() };
  }

  it('comes after 16 samples, not before', () => {
    const { learner, samples } = example(sizes, 6);
    const before = learner.parameters.slice();
    samples.forEach(({ inputs, target }, index) => {
      expect(learner.parameters).toEqual(before);
      learner.forward(index, inputs);
      learner.addLoss(index, target);
      exports.learnerLearn(learner.address);
    });
    expect(learner.parameters).not.toEqual(before);
  });

  it.each([
    ['no gradient', 0, 1],
    ['a preconditioner of 0', 1, 0],
    ['a preconditioner that makes it overflow', 1, 3e38],
  ])('changes nothing for %s', (_what, gradient, preconditioner) => {
    const { before, after } = learnFrom(gradient, preconditioner);
    expect(after).toEqual(before);
  });

  it('takes a sample by its first 4 nats a unit, whatever its gradient', () => {
    const limit = 4 / BATCH;
    for (const gradient of [1, 1e30, Infinity])
      expect(learnFrom(gradient, 1).after).toEqual(learnFrom(limit, 1).after);
    for (const gradient of [-1, -1e30, -Infinity])
      expect(learnFrom(gradient, 1).after).toEqual(learnFrom(-limit, 1).after);
    expect(learnFrom(limit, 1).after).not.toEqual(learnFrom(limit / 2, 1).after);
    expect(learnFrom(Number.NaN, 1).after.every(Number.isFinite)).toBe(true);
  });

  it('is bounded, however large the preconditioner', () => {
    const { before, after } = learnFrom(1e3, 1e3);
    const change = rootMeanSquare(after.map((p, i) => p - before[i]));
    expect(change / (0.001 * (1 + BOOST / 1.016))).toBeCloseTo(1.5, 3);
  });

  it('makes the code length of its batch shorter', () => {
    const { learner, samples } = example(sizes, 7);
    learner.preconditioner.fill(10);
    const pass = () =>
      samples.reduce((sum, { inputs, target }, index) => {
        learner.forward(index, inputs);
        const loss = learner.addLoss(index, target);
        exports.learnerLearn(learner.address);
        return sum + loss / BATCH;
      }, 0);
    const first = pass();
    for (let i = 0; i < 50; i++) pass();
    expect(pass()).toBeLessThan(first - 0.1);
  });
});
