import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { VaezipError } from '../../../codec/error.ts';
import { Engine } from '../../../codec/network/engine.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';

const random = randomNumbers(1);
const values = (length: number) => Float32Array.from({ length }, () => 4 * random() - 2);

function layer(shape: number[]): { tensors: NamedArrays; shapes: Record<string, number[]> } {
  const size = shape.reduce((a, b) => a * b);
  const outputs = shape[shape.length - 1];
  const tensors = {
    'layer.weight': { shape, data: values(size).map((w) => w / Math.sqrt(size / outputs)) },
    'layer.bias': { shape: [outputs], data: values(outputs) },
  };
  return { tensors, shapes: { 'layer.weight': shape, 'layer.bias': [outputs] } };
}

const engineOf = ({ tensors, shapes }: ReturnType<typeof layer>) =>
  new Engine(kernel, freshArena(), tensors, shapes, 'test');

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(2e-5);
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('engine', () => {
  it.each([
    [1, 1, 4],
    [1, 1568, 128],
    [1, 24, 1568],
    [3, 7, 12],
    [4, 16, 32],
    [9, 33, 44],
    [49, 32, 512],
  ])('a dense layer of %i rows, %i inputs and %i outputs is TensorFlow.js’s', (rows, inputs, outputs) => {
    const parts = layer([inputs, outputs]);
    const engine = engineOf(parts);
    const input = values(rows * inputs);
    const x = engine.buffer(input.length);
    const out = engine.buffer(rows * outputs);
    engine.write(x, input);
    engine.dense('layer', out, x, rows, 'elu');
    const { 'layer.weight': weight, 'layer.bias': bias } = parts.tensors;
    const product = tf.matMul(
      tf.tensor2d(input, [rows, inputs]),
      tf.tensor2d(weight.data, [inputs, outputs]),
    );
    expectClose(engine.read(out), tf.elu(tf.add(product, tf.tensor1d(bias.data))).dataSync<'float32'>());
  });

  it.each([
    [1, 1, 4, 4],
    [7, 7, 32, 32],
    [5, 3, 8, 12],
    [2, 9, 1, 36],
  ])(
    'a convolution of %i x %i cells, %i channels to %i, is TensorFlow.js’s',
    (height, width, channels, outputs) => {
      const parts = layer([3, 3, channels, outputs]);
      const engine = engineOf(parts);
      const input = values(height * width * channels);
      const x = engine.buffer(input.length);
      const padded = engine.buffer((height + 2) * (width + 2) * channels);
      const out = engine.buffer(height * width * outputs);
      engine.write(x, input);
      engine.convolution('layer', out, x, padded, { height, width }, 'none');
      const { 'layer.weight': weight, 'layer.bias': bias } = parts.tensors;
      const convolved = tf.conv2d(
        tf.tensor4d(input, [1, height, width, channels]),
        tf.tensor4d(weight.data, [3, 3, channels, outputs]),
        1,
        'same',
      );
      expectClose(engine.read(out), tf.add(convolved, tf.tensor1d(bias.data)).dataSync<'float32'>());
    },
  );

  it('gives the same bits for any split of the rows', () => {
    const [rows, inputs, outputs] = [11, 37, 76];
    const engine = engineOf(layer([inputs, outputs]));
    const input = values(rows * inputs);
    const x = engine.buffer(input.length);
    const together = engine.buffer(rows * outputs);
    engine.write(x, input);
    engine.dense('layer', together, x, rows, 'elu');
    const whole = engine.read(together);
    const row = engine.buffer(inputs);
    const out = engine.buffer(outputs);
    for (let r = 0; r < rows; r++) {
      engine.write(row, input.subarray(r * inputs, (r + 1) * inputs));
      engine.dense('layer', out, row, 1, 'elu');
      expect(engine.read(out)).toEqual(whole.slice(r * outputs, (r + 1) * outputs));
    }
  });

  it('adds inputs in their order, one product and one sum at a time', () => {
    const parts = layer([50, 4]);
    const engine = engineOf(parts);
    const input = values(50);
    const x = engine.buffer(50);
    const out = engine.buffer(4);
    engine.write(x, input);
    engine.dense('layer', out, x, 1, 'none');
    const { 'layer.weight': weight, 'layer.bias': bias } = parts.tensors;
    const expected = bias.data.map((sum, o) =>
      input.reduce((total, v, i) => Math.fround(total + Math.fround(v * weight.data[4 * i + o])), sum),
    );
    expect(engine.read(out)).toEqual(expected);
  });

  it('adds a buffer to another', () => {
    const engine = engineOf(layer([4, 4]));
    const [x, y] = [engine.buffer(12), engine.buffer(12)];
    const [ofX, ofY] = [values(12), values(12)];
    engine.write(x, ofX);
    engine.write(y, ofY);
    engine.add(x, y, 8);
    expect(engine.read(x)).toEqual(ofX.map((value, i) => (i < 8 ? value + ofY[i] : value)));
    expect(() => engine.add(x, y, 16)).toThrow(VaezipError);
    expect(() => engine.add(x, y, 6)).toThrow(VaezipError);
  });

  it('stays finite at extremes', () => {
    const engine = engineOf(layer([4, 4]));
    const x = engine.buffer(4);
    engine.write(x, Float32Array.of(1e30, -1e30, 1e4, -1e4));
    kernel.exports.networkElu(x.address, 4);
    expect(engine.read(x)).toEqual(Float32Array.of(1e30, -1, 1e4, -1));
    engine.write(x, Float32Array.of(1e30, -1e30, 88, -88));
    kernel.exports.networkExp(x.address, 4);
    expect(engine.read(x).every((v) => Number.isFinite(v) && v > 0)).toBe(true);
  });

  it('refuses weights that are missing, of another shape or not finite', () => {
    const parts = layer([4, 4]);
    const weight = parts.tensors['layer.weight'];
    const build = (tensors: NamedArrays) => () => engineOf({ ...parts, tensors });
    expect(build({ 'layer.weight': weight })).toThrow(VaezipError);
    expect(build({ ...parts.tensors, 'layer.weight': { ...weight, shape: [2, 8] } })).toThrow(VaezipError);
    const damaged = { shape: [4], data: Float32Array.of(1, Number.NaN, 0, 0) };
    expect(build({ ...parts.tensors, 'layer.bias': damaged })).toThrow(/not finite/);
  });

  it('refuses buffers that are too short', () => {
    const engine = engineOf(layer([4, 4]));
    expect(() => engine.dense('layer', engine.buffer(4), engine.buffer(7), 2, 'none')).toThrow(VaezipError);
  });
});
