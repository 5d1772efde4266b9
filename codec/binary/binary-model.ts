// The binary model over one kernel memory: q(z|x) and p(x|z) as distributions, samples, code lengths, and as a codec of
// an image. Latents are bins of equal mass under their prior N(0, 1).

import type { Codec } from '../ans/codec.ts';
import { type Bins, type DiagonalGaussian, standardBins } from '../distributions/gaussian.ts';
import { VaezipError } from '../error.ts';
import { Arena } from '../kernel/arena.ts';
import { instantiateKernel, type Kernel, kernelMemory } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import { plan, room } from '../kernel/records.ts';
import { type Buffer, Engine, engineBytes } from '../network/engine.ts';
import type { NamedArrays } from '../network/safetensors.ts';
import {
  CELL,
  CELLS,
  CHANNELS,
  GRID,
  MOST_HIDDEN,
  MOST_LATENTS,
  NARROW,
  NEIGHBOURS,
  PIXELS,
  SIDE,
  type Sizes,
  shapesOf,
  sizesOf,
  windowPlaces,
} from './architecture.ts';

/** Bins are far narrower than posteriors; more of them would only give more weight to the coder's reserved counts. */
const BINS_LOG2 = 12;
const { STRIDE, TOP, LEFT, PADDED_ROWS, BINARY_PRECISION } = Constants['binary/pixels'];
const FIRST_PIXEL = TOP * STRIDE + LEFT;
const { INTERVAL_BYTES } = Constants['ans/bulk'];

const WHITE = 255;
const GRID_SHAPE = { height: GRID, width: GRID };

/** Bytes of kernel memory that a model takes, beside what messages in it do. */
export function modelBytes(sizes: Sizes): number {
  const windows = sizes.window ** 2 + sizes.windowHidden + sizes.windowCode;
  const grids = CELLS * (windows + NARROW + CHANNELS + CELL) + (GRID + 2) ** 2 * NARROW;
  const values = PIXELS * (sizes.features + 4) + grids + 3 * MOST_LATENTS + MOST_HIDDEN;
  return engineBytes(shapesOf(sizes)) + 4 * values + (1 << 14);
}

export class BinaryModel {
  readonly sizes: Sizes;
  /** The bins that stand for z's values in streams. */
  readonly bins: Bins;
  readonly kernel: Kernel;
  readonly arena: Arena;
  readonly #engine: Engine;
  /** Raster indices of the windows' samples. */
  readonly #places: Int16Array;
  readonly #windows: Buffer;
  readonly #windowHidden: Buffer;
  readonly #codes: Buffer;
  readonly #latents: Buffer;
  readonly #hidden: Buffer;
  readonly #parameters: Buffer;
  readonly #narrow: Buffer;
  readonly #padded: Buffer;
  readonly #wide: Buffer;
  readonly #cells: Buffer;
  readonly #fromLatents: Buffer;
  readonly #perPixel: Buffer;
  readonly #job: number;
  readonly #image: number;
  readonly #intervals: number;

  /**
   * A model in a kernel of its own, which has `spareBytes` more for messages. `file` names the weights in errors.
   * Throws VaezipError 'bad-file' for tensors that are none of such a model.
   */
  static start(tensors: NamedArrays, file: string, spareBytes = 1 << 18): BinaryModel {
    const sizes = sizesOf(tensors, file);
    const kernel = instantiateKernel(kernelMemory(modelBytes(sizes) + spareBytes));
    const arena = new Arena(kernel);
    return new BinaryModel(sizes, new Engine(kernel, arena, tensors, shapesOf(sizes), file), arena);
  }

  private constructor(sizes: Sizes, engine: Engine, arena: Arena) {
    this.sizes = sizes;
    this.bins = standardBins(sizes.latents, BINS_LOG2);
    this.kernel = engine.kernel;
    this.arena = arena;
    this.#engine = engine;
    this.#places = windowPlaces(sizes.window);
    this.#windows = engine.buffer(this.#places.length);
    this.#windowHidden = engine.buffer(CELLS * sizes.windowHidden);
    this.#codes = engine.buffer(CELLS * sizes.windowCode);
    this.#latents = engine.buffer(sizes.latents);
    this.#hidden = engine.buffer(sizes.hidden);
    this.#parameters = engine.buffer(2 * sizes.latents);
    this.#narrow = engine.buffer(CELLS * NARROW);
    this.#padded = engine.buffer((GRID + 2) ** 2 * NARROW);
    this.#wide = engine.buffer(CELLS * CHANNELS);
    this.#cells = engine.buffer(CELLS * CELL);
    this.#fromLatents = engine.buffer(PIXELS * sizes.features);
    this.#perPixel = engine.buffer(PIXELS);
    this.#image = arena.allocate(PADDED_ROWS * STRIDE);
    this.#intervals = arena.allocate(INTERVAL_BYTES * PIXELS);
    this.#job = this.#layJob();
  }

  #layJob(): number {
    const { features, neighbours } = this.sizes;
    const engine = this.#engine;
    const offsets = this.arena.allocate(4 * NEIGHBOURS.length);
    const target = new Int32Array(this.kernel.memory.buffer, offsets, NEIGHBOURS.length);
    for (const [i, [down, right]] of NEIGHBOURS.entries()) target[i] = down * STRIDE + right;
    const { address } = this.arena.lay(
      plan('BinaryJob', {
        image: this.#image,
        fromLatents: this.#fromLatents.address,
        features,
        neighbours,
        offsets,
        contextWeight: neighbours > 0 ? engine.tensor('pixel.context.weight').address : 0,
        hiddenWeight: engine.tensor('pixel.hidden.weight').address,
        hiddenBias: engine.tensor('pixel.hidden.bias').address,
        outputWeight: engine.tensor('pixel.output.weight').address,
        outputBias: engine.tensor('pixel.output.bias').address,
        scratch: room(8 * features),
      }),
    );
    return address;
  }

  /** q(z | x) of an image of PIXELS samples, 0 or 255. */
  posterior(image: Uint8Array): DiagonalGaussian {
    const engine = this.#engine;
    engine.write(
      this.#windows,
      Float32Array.from(this.#places, (place) => (place < 0 ? 0 : image[place] / WHITE)),
    );
    engine.dense('encoder.patch', this.#windowHidden, this.#windows, CELLS, 'elu');
    engine.dense('encoder.narrow', this.#codes, this.#windowHidden, CELLS, 'elu');
    engine.dense('encoder.hidden', this.#hidden, this.#codes, 1, 'elu');
    return this.#gaussian('encoder.latents');
  }

  /**
   * Codes an image by p(x | z). `onPush` gets -log2 p(x | z) of the real-valued model of each image pushed.
   * The codec is used up by the next call of any method. Pushing throws VaezipError 'bad-input' for images that have
   * samples other than 0 and 255.
   */
  image(z: Float32Array, onPush: (bits: number) => void): Codec<Uint8Array> {
    this.#decode(z);
    const { exports } = this.kernel;
    return {
      push: (message, image) => {
        this.#putImage(image);
        onPush(exports.binaryIntervals(this.#job, this.#intervals));
        message.pushVector(PIXELS, (from, to) =>
          exports.pushManyReverse(
            message.address,
            this.#intervals + INTERVAL_BYTES * from,
            to - from,
            BINARY_PRECISION,
          ),
        );
      },
      pop: (message) => {
        message.provide(PIXELS);
        exports.binaryPop(this.#job, message.address);
        return this.#takeImage();
      },
    };
  }

  /** -log2 of the share of each pixel's interval, of the image that was pushed last, in raster order. */
  pixelCosts(): Float32Array {
    const intervals = new Uint32Array(this.kernel.memory.buffer, this.#intervals, 2 * PIXELS);
    return Float32Array.from(
      { length: PIXELS },
      (_, pixel) => BINARY_PRECISION - Math.log2(intervals[2 * pixel + 1]),
    );
  }

  /** -log2 p(x | z) of the real-valued model, in bits. Throws as pushing does. */
  codeLength(z: Float32Array, image: Uint8Array): number {
    this.#decode(z);
    this.#putImage(image);
    return this.kernel.exports.binaryIntervals(this.#job, this.#intervals);
  }

  /**
   * p(x_i = white | z, the pixels of `image` before i), in raster order. Of a factorised model the image says nothing
   * and may be left out. Throws as pushing does.
   */
  probabilities(z: Float32Array, image: Uint8Array = new Uint8Array(PIXELS)): Float32Array {
    this.#decode(z);
    this.#putImage(image);
    this.kernel.exports.binaryProbabilities(this.#job, this.#perPixel.address);
    return this.#engine.read(this.#perPixel);
  }

  /**
   * A sample of p(x | z), pixel by pixel in raster order: a pixel is white where its number of `uniforms` (PIXELS of
   * them, in [0, 1)) is below its probability. Pixels before number `first` are taken from `image` instead.
   */
  sample(
    z: Float32Array,
    uniforms: Float32Array,
    image: Uint8Array = new Uint8Array(PIXELS),
    first = 0,
  ): Uint8Array {
    this.#decode(z);
    this.#putImage(image);
    this.#engine.write(this.#perPixel, uniforms);
    this.kernel.exports.binarySample(this.#job, this.#perPixel.address, first);
    return this.#takeImage();
  }

  /** What z says of each pixel, left for the kernel's functions. */
  #decode(z: Float32Array): void {
    const engine = this.#engine;
    engine.write(this.#latents, z);
    engine.dense('decoder.hidden', this.#hidden, this.#latents, 1, 'elu');
    engine.dense('decoder.narrow', this.#narrow, this.#hidden, 1, 'elu');
    engine.convolution('decoder.convolution', this.#wide, this.#narrow, this.#padded, GRID_SHAPE, 'elu');
    engine.dense('decoder.cell', this.#cells, this.#wide, CELLS, 'elu');
    engine.dense('decoder.patch', this.#fromLatents, this.#cells, CELLS, 'none');
  }

  #putImage(image: Uint8Array): void {
    const padded = new Uint8Array(this.kernel.memory.buffer, this.#image, PADDED_ROWS * STRIDE);
    for (let i = 0; i < PIXELS; i++) {
      const sample = image[i];
      if (sample !== 0 && sample !== WHITE)
        throw new VaezipError(
          'bad-input',
          `there is a sample of ${sample}: such a model codes images of 0 and ${WHITE} alone`,
        );
      padded[FIRST_PIXEL + Math.floor(i / SIDE) * STRIDE + (i % SIDE)] = sample === WHITE ? 1 : 0;
    }
  }

  #takeImage(): Uint8Array {
    const padded = new Uint8Array(this.kernel.memory.buffer, this.#image, PADDED_ROWS * STRIDE);
    return Uint8Array.from(
      { length: PIXELS },
      (_, i) => WHITE * padded[FIRST_PIXEL + Math.floor(i / SIDE) * STRIDE + (i % SIDE)],
    );
  }

  #gaussian(layer: string): DiagonalGaussian {
    const { latents } = this.sizes;
    this.#engine.dense(layer, this.#parameters, this.#hidden, 1, 'none');
    const means = this.#engine.read(this.#parameters);
    this.kernel.exports.networkExp(this.#parameters.address + 4 * latents, latents);
    const scales = this.#engine.read(this.#parameters);
    return { mu: means.slice(0, latents), sigma: scales.slice(latents) };
  }
}
