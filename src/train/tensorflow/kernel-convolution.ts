// 3x3 convolutions with ELU on small grids, with their gradients, by the codec's own kernel: on TensorFlow.js's wasm
// back end, which has no gradient of the filter, they take several times as long.

import * as tf from '@tensorflow/tfjs-core';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, type Kernel, kernelMemory } from '../../../codec/kernel/kernel.ts';

interface Sizes {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outputs: number;
}

interface Floats {
  readonly address: number;
  readonly values: Float32Array;
}

/** The kernel with room for one image of a size. */
class Convolver {
  readonly #kernel: Kernel;
  readonly #sizes: Sizes;
  readonly #x: Floats;
  readonly #y: Floats;
  readonly #gradient: Floats;
  readonly #padded: Floats;
  readonly #filter: Floats;
  readonly #mirrored: Floats;
  readonly #bias: Floats;
  readonly #ofFilter: Floats;
  readonly #ofBias: Floats;
  readonly #noBias: Floats;
  readonly #scratch: Floats;

  constructor(sizes: Sizes) {
    const { height, width, channels, outputs } = sizes;
    this.#sizes = sizes;
    const [places, most] = [height * width, Math.max(channels, outputs)];
    const lengths = [
      ...[places * channels, places * outputs, places * outputs, (height + 2) * (width + 2) * most],
      ...[9 * channels * outputs, 9 * channels * outputs, most],
      ...[9 * channels * outputs, most, most, 3 * most * width],
    ];
    const bytes = lengths.reduce((sum, length) => sum + 4 * length + 64, 0);
    this.#kernel = instantiateKernel(kernelMemory(bytes));
    const arena = new Arena(this.#kernel);
    const parts = lengths.map((length): Floats => {
      const address = arena.allocate(4 * length);
      return { address, values: new Float32Array(this.#kernel.memory.buffer, address, length) };
    });
    [this.#x, this.#y, this.#gradient, this.#padded] = parts;
    [this.#filter, this.#mirrored, this.#bias] = parts.slice(4);
    [this.#ofFilter, this.#ofBias, this.#noBias, this.#scratch] = parts.slice(7);
  }

  open(filter: Float32Array, bias: Float32Array): void {
    this.#filter.values.set(filter);
    this.#bias.values.set(bias);
  }

  /** ELU of the convolution of an image, valid until the next call. */
  forward(x: Float32Array): Float32Array {
    const { height, width, channels, outputs } = this.#sizes;
    const { networkPad, networkConvolution, networkElu } = this.#kernel.exports;
    const padded = this.#padded.address;
    this.#x.values.set(x);
    networkPad(padded, this.#x.address, height, width, channels);
    const [filter, bias] = [this.#filter.address, this.#bias.address];
    networkConvolution(this.#y.address, padded, height, width, channels, filter, bias, outputs);
    networkElu(this.#y.address, height * width * outputs);
    return this.#y.values;
  }

  openGradients(filter: Float32Array): void {
    const { channels, outputs } = this.#sizes;
    this.#filter.values.set(filter);
    this.#ofFilter.values.fill(0);
    this.#ofBias.values.fill(0);
    for (let tap = 0; tap < 9; tap++)
      for (let i = 0; i < channels; i++)
        for (let o = 0; o < outputs; o++)
          this.#mirrored.values[((8 - tap) * outputs + o) * channels + i] =
            filter[(tap * channels + i) * outputs + o];
  }

  /** Adds to the gradients of filter and bias; returns that of x, valid until the next call. */
  backward(x: Float32Array, y: Float32Array, gradient: Float32Array): Float32Array {
    const { height, width, channels, outputs } = this.#sizes;
    const { networkPad, networkConvolution, networkEluGradient, networkFilterGradient, networkAddColumns } =
      this.#kernel.exports;
    const padded = this.#padded.address;
    const ofOutput = this.#gradient.address;
    this.#x.values.set(x);
    this.#y.values.set(y);
    this.#gradient.values.set(gradient);
    networkEluGradient(ofOutput, this.#y.address, height * width * outputs);
    networkAddColumns(this.#ofBias.address, ofOutput, height * width, outputs);
    networkPad(padded, this.#x.address, height, width, channels);
    const [ofFilter, scratch] = [this.#ofFilter.address, this.#scratch.address];
    networkFilterGradient(ofFilter, padded, ofOutput, height, width, channels, outputs, scratch);
    networkPad(padded, ofOutput, height, width, outputs);
    const [mirrored, noBias] = [this.#mirrored.address, this.#noBias.address];
    networkConvolution(this.#x.address, padded, height, width, outputs, mirrored, noBias, channels);
    return this.#x.values;
  }

  get gradients(): { filter: Float32Array; bias: Float32Array } {
    const { outputs } = this.#sizes;
    return { filter: this.#ofFilter.values.slice(), bias: this.#ofBias.values.slice(0, outputs) };
  }
}

const convolvers = new Map<string, Convolver>();

function convolverOf(sizes: Sizes): Convolver {
  const key = Object.values(sizes).join();
  const known = convolvers.get(key) ?? new Convolver(sizes);
  convolvers.set(key, known);
  return known;
}

/**
 * ELU of the 3x3 convolution of x [n, height, width, in], zeros around, with `filter` [3, 3, in, out] and `bias` [out].
 * `in` and `out` are multiples of 4.
 */
export function convolutionElu(x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const outputs = filter.shape[3] as number;
  const convolver = convolverOf({ height, width, channels, outputs });
  const [inSize, outSize] = [height * width * channels, height * width * outputs];
  const layer = tf.customGrad((...args) => {
    const [a, f, b, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([]);
    const input = a.dataSync<'float32'>().slice();
    const weights = f.dataSync<'float32'>().slice();
    const y = new Float32Array(images * outSize);
    convolver.open(weights, b.dataSync<'float32'>());
    for (let n = 0; n < images; n++)
      y.set(convolver.forward(input.subarray(n * inSize, (n + 1) * inSize)), n * outSize);
    const gradFunc = (dy: tf.Tensor): tf.Tensor[] => {
      const gradient = dy.dataSync<'float32'>();
      const ofInput = new Float32Array(images * inSize);
      convolver.openGradients(weights);
      for (let n = 0; n < images; n++) {
        const [from, to] = [n * outSize, (n + 1) * outSize];
        const ofImage = convolver.backward(
          input.subarray(n * inSize, (n + 1) * inSize),
          y.subarray(from, to),
          gradient.subarray(from, to),
        );
        ofInput.set(ofImage, n * inSize);
      }
      const { filter: ofFilter, bias: ofBias } = convolver.gradients;
      return [tf.tensor(ofInput, a.shape), tf.tensor(ofFilter, f.shape), tf.tensor(ofBias, b.shape)];
    };
    return { value: tf.tensor(y, [images, height, width, outputs]), gradFunc };
  });
  return layer(x, filter, bias);
}
