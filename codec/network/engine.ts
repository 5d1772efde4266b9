// The inference engine: dense and convolutional layers in the kernel's memory, by the names of
// their tensors. Everything is f32 with one order of operations (assembly/layers.ts), so that
// encoder and decoder agree on every machine.

import { VaezipError } from '../error.ts';
import type { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NamedArrays } from './safetensors.ts';

/** f32 values in the kernel's memory. */
export interface Buffer {
  readonly address: number;
  /** Number of values. */
  readonly length: number;
}

export type Activation = 'none' | 'elu';

/** Addresses of a layer's tensors, and how many values go in and out a row. */
interface Layer {
  readonly weights: number;
  readonly bias: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A convolution's grid: `height` rows of `width` cells. */
export interface Grid {
  readonly height: number;
  readonly width: number;
}

/** Bytes of kernel memory that an engine with such weights takes, besides the buffers that are asked for. */
export function engineBytes(shapes: Readonly<Record<string, readonly number[]>>): number {
  return Object.values(shapes).reduce((sum, shape) => sum + 4 * product(shape) + 64, 0);
}

/** Weights that were seen to be finite: to look takes longer than to copy them. */
const seenFinite = new WeakSet<NamedArrays>();

export class Engine {
  readonly kernel: Kernel;
  readonly #arena: Arena;
  readonly #tensors = new Map<string, Buffer>();
  readonly #layers = new Map<string, Layer>();
  readonly #shapes: Readonly<Record<string, readonly number[]>>;

  /**
   * Copies the tensors named in `shapes` into the kernel's memory. Throws VaezipError 'bad-file' when one is missing,
   * has another shape or holds a value that is not finite; `file` names the weights in that message.
   */
  constructor(
    kernel: Kernel,
    arena: Arena,
    tensors: NamedArrays,
    shapes: Readonly<Record<string, readonly number[]>>,
    file: string,
  ) {
    this.kernel = kernel;
    this.#arena = arena;
    this.#shapes = shapes;
    for (const [name, shape] of Object.entries(shapes)) {
      const tensor = tensors[name];
      if (!tensor || tensor.shape.join() !== shape.join()) {
        throw new VaezipError('bad-file', `${file} holds no tensor ${name} of shape [${shape}]`);
      }
      if (!seenFinite.has(tensors) && !tensor.data.every(Number.isFinite)) {
        throw new VaezipError('bad-file', `tensor ${name} of ${file} is not finite`);
      }
      const buffer = this.buffer(tensor.data.length);
      this.write(buffer, tensor.data);
      this.#tensors.set(name, buffer);
    }
    seenFinite.add(tensors);
  }

  /** Room for `length` values. */
  buffer(length: number): Buffer {
    return { address: this.#arena.allocate(4 * length), length };
  }

  write({ address }: Buffer, values: Float32Array): void {
    new Float32Array(this.kernel.memory.buffer, address, values.length).set(values);
  }

  /** A copy of what the buffer holds. */
  read({ address, length }: Buffer): Float32Array {
    return new Float32Array(this.kernel.memory.buffer, address, length).slice();
  }

  tensor(name: string): Buffer {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new VaezipError('bad-argument', `the engine has no tensor ${name}`);
    return tensor;
  }

  /** The layer `name` (weight [inputs, outputs], bias [outputs]) of each of `rows` rows of x, into `out`. */
  dense(name: string, out: Buffer, x: Buffer, rows: number, activation: Activation): void {
    const { weights, bias, inputs, outputs } = this.#layer(name);
    this.#checkRoom(name, out, rows * outputs, x, rows * inputs);
    this.kernel.exports.networkDense(out.address, x.address, rows, inputs, weights, bias, outputs);
    this.#activate(out, rows * outputs, activation);
  }

  /**
   * The 3x3 convolution `name` (weight [3, 3, channels, outputs]) of x [height, width, channels], zeros around, into
   * `out`. `padded` is scratch of (height + 2) * (width + 2) * channels values.
   */
  convolution(
    name: string,
    out: Buffer,
    x: Buffer,
    padded: Buffer,
    { height, width }: Grid,
    activation: Activation,
  ): void {
    const { weights, bias, inputs: channels, outputs } = this.#layer(name);
    this.#checkRoom(name, out, height * width * outputs, x, height * width * channels);
    this.#checkRoom(name, padded, (height + 2) * (width + 2) * channels, x, 0);
    const { networkPad, networkConvolution } = this.kernel.exports;
    networkPad(padded.address, x.address, height, width, channels);
    networkConvolution(out.address, padded.address, height, width, channels, weights, bias, outputs);
    this.#activate(out, height * width * outputs, activation);
  }

  /** Adds the first `length` values of x, a multiple of 4, to those of `out`. */
  add(out: Buffer, x: Buffer, length: number): void {
    if (out.length < length || x.length < length || length % 4 !== 0)
      throw new VaezipError('bad-argument', `${length} values are not to be added in fours, or not there`);
    this.kernel.exports.networkAdd(out.address, x.address, length);
  }

  #layer(name: string): Layer {
    const known = this.#layers.get(name);
    if (known) return known;
    const weights = this.tensor(`${name}.weight`).address;
    const bias = this.tensor(`${name}.bias`).address;
    const [inputs, outputs] = this.#shapes[`${name}.weight`].slice(-2);
    if (outputs % 4 !== 0) throw new VaezipError('bad-argument', `layer ${name} needs outputs in fours`);
    const layer = { weights, bias, inputs, outputs };
    this.#layers.set(name, layer);
    return layer;
  }

  #activate({ address }: Buffer, length: number, activation: Activation): void {
    if (activation === 'elu') this.kernel.exports.networkElu(address, length);
  }

  #checkRoom(name: string, out: Buffer, outLength: number, x: Buffer, xLength: number): void {
    if (out.length < outLength || x.length < xLength) {
      throw new VaezipError('bad-argument', `a buffer is too short for layer ${name}`);
    }
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}
