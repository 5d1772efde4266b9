// The digits model over one kernel memory: its networks as distributions of latents and as a codec of an image.
// Latents are bins: z1's of equal mass under N(0, BOTTOM_SCALE), z2's under its prior N(0, 1).

import type { Codec } from '../ans/codec.ts';
import { type Bins, type DiagonalGaussian, standardBins } from '../distributions/gaussian.ts';
import type { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import { plan, room } from '../kernel/records.ts';
import type { Buffer, Engine } from '../network/engine.ts';
import {
  BOTTOM,
  CELLS,
  CHANNELS,
  GRID,
  HIDDEN,
  PIXEL_HIDDEN,
  PIXELS,
  rasterIndex,
  SIDE,
  TOP,
} from './architecture.ts';

/** Wider than z1's values spread, so that bins far from 0 are still narrower than posteriors. */
const BOTTOM_SCALE = 2;
/** Bins are far narrower than posteriors; more of them would only give more weight to the coder's reserved counts. */
const BINS_LOG2 = 12;
const { MIXTURE_PRECISION } = Constants['distributions/logistic-mixture'];
const { STRIDE, TOP: ABOVE, LEFT, PADDED_ROWS, SCRATCH_BYTES } = Constants['digits/pixels'];
const FIRST_PIXEL = ABOVE * STRIDE + LEFT;
const { INTERVAL_BYTES } = Constants['ans/bulk'];

const GRID_SHAPE = { height: GRID, width: GRID };
const RASTER = Uint16Array.from({ length: PIXELS }, (_, i) => rasterIndex(i));

export const TOP_BINS: Bins = standardBins(TOP, BINS_LOG2);
export const BOTTOM_BINS: Bins = {
  log2: BINS_LOG2,
  mean: new Float32Array(BOTTOM),
  scale: new Float32Array(BOTTOM).fill(BOTTOM_SCALE),
};

/** Bytes of kernel memory that a model takes besides its weights. */
export const MODEL_BYTES = 1 << 19;

export class DigitsModel {
  readonly #engine: Engine;
  readonly #kernel: Kernel;
  readonly #patches: Buffer;
  readonly #latents: Buffer;
  readonly #hidden: Buffer;
  readonly #parameters: Buffer;
  readonly #grid: Buffer;
  readonly #mixed: Buffer;
  readonly #padded: Buffer;
  readonly #fromLatents: Buffer;
  readonly #job: number;
  readonly #image: number;
  readonly #intervals: number;

  constructor(engine: Engine, arena: Arena) {
    this.#engine = engine;
    this.#kernel = engine.kernel;
    this.#patches = engine.buffer(PIXELS);
    this.#latents = engine.buffer(Math.max(BOTTOM, TOP));
    this.#hidden = engine.buffer(HIDDEN);
    this.#parameters = engine.buffer(2 * Math.max(BOTTOM, TOP));
    this.#grid = engine.buffer(CELLS * CHANNELS);
    this.#mixed = engine.buffer(CELLS * CHANNELS);
    this.#padded = engine.buffer((GRID + 2) ** 2 * CHANNELS);
    this.#fromLatents = engine.buffer(PIXELS * PIXEL_HIDDEN);
    this.#image = arena.allocate(PADDED_ROWS * STRIDE);
    this.#intervals = arena.allocate(INTERVAL_BYTES * PIXELS);
    const { address } = arena.lay(
      plan('DigitsJob', {
        image: this.#image,
        fromLatents: this.#fromLatents.address,
        contextWeight: engine.tensor('pixel.context.weight').address,
        hiddenWeight: engine.tensor('pixel.hidden.weight').address,
        hiddenBias: engine.tensor('pixel.hidden.bias').address,
        outputWeight: engine.tensor('pixel.output.weight').address,
        outputBias: engine.tensor('pixel.output.bias').address,
        scratch: room(SCRATCH_BYTES),
      }),
    );
    this.#job = address;
  }

  /** q(z1 | x) of an image of PIXELS levels. */
  bottomPosterior(image: Uint8Array): DiagonalGaussian {
    const engine = this.#engine;
    const levels = new Float32Array(PIXELS);
    for (let i = 0; i < PIXELS; i++) levels[i] = image[RASTER[i]] / 255;
    engine.write(this.#patches, levels);
    engine.dense('encoder.patch', this.#grid, this.#patches, CELLS, 'elu');
    engine.convolution('encoder.convolution', this.#mixed, this.#grid, this.#padded, GRID_SHAPE, 'elu');
    engine.dense('encoder.hidden', this.#hidden, this.#mixed, 1, 'elu');
    return this.#gaussian('encoder.bottom', BOTTOM);
  }

  /** q(z2 | z1). */
  topPosterior(z1: Float32Array): DiagonalGaussian {
    this.#engine.write(this.#latents, z1);
    this.#engine.dense('encoder.middle', this.#hidden, this.#latents, 1, 'elu');
    return this.#gaussian('encoder.top', TOP);
  }

  /** p(z1 | z2). */
  bottomPrior(z2: Float32Array): DiagonalGaussian {
    this.#engine.write(this.#latents, z2);
    this.#engine.dense('decoder.top', this.#hidden, this.#latents, 1, 'elu');
    return this.#gaussian('decoder.bottom', BOTTOM);
  }

  /**
   * Codes an image by p(x | z1). `onPush` gets -log2 p(x | z1) of the real-valued model of each image pushed.
   * The codec is used up by the next call.
   */
  image(z1: Float32Array, onPush: (bits: number) => void): Codec<Uint8Array> {
    const engine = this.#engine;
    engine.write(this.#latents, z1);
    engine.dense('decoder.hidden', this.#grid, this.#latents, 1, 'elu');
    engine.convolution('decoder.convolution', this.#mixed, this.#grid, this.#padded, GRID_SHAPE, 'elu');
    engine.dense('decoder.patch', this.#fromLatents, this.#mixed, CELLS, 'none');
    const { exports } = this.#kernel;
    return {
      push: (message, image) => {
        this.#putImage(image);
        onPush(exports.digitsIntervals(this.#job, this.#intervals));
        message.pushVector(PIXELS, (from, to) =>
          exports.pushManyReverse(
            message.address,
            this.#intervals + INTERVAL_BYTES * from,
            to - from,
            MIXTURE_PRECISION,
          ),
        );
      },
      pop: (message) => {
        message.provide(PIXELS);
        exports.digitsPop(this.#job, message.address);
        return this.#takeImage();
      },
    };
  }

  /** -log2 of the share of each pixel's interval, of the image that was pushed last, in raster order. */
  pixelCosts(): Float32Array {
    const intervals = new Uint32Array(this.#kernel.memory.buffer, this.#intervals, 2 * PIXELS);
    return Float32Array.from(
      { length: PIXELS },
      (_, pixel) => MIXTURE_PRECISION - Math.log2(intervals[2 * pixel + 1]),
    );
  }

  #putImage(image: Uint8Array): void {
    const padded = new Uint8Array(this.#kernel.memory.buffer, this.#image, PADDED_ROWS * STRIDE);
    for (let y = 0; y < SIDE; y++) {
      padded.set(image.subarray(y * SIDE, (y + 1) * SIDE), FIRST_PIXEL + y * STRIDE);
    }
  }

  #takeImage(): Uint8Array {
    const padded = new Uint8Array(this.#kernel.memory.buffer, this.#image, PADDED_ROWS * STRIDE);
    const image = new Uint8Array(PIXELS);
    for (let y = 0; y < SIDE; y++) {
      const start = FIRST_PIXEL + y * STRIDE;
      image.set(padded.subarray(start, start + SIDE), y * SIDE);
    }
    return image;
  }

  #gaussian(layer: string, size: number): DiagonalGaussian {
    this.#engine.dense(layer, this.#parameters, this.#hidden, 1, 'none');
    const means = this.#engine.read(this.#parameters);
    this.#kernel.exports.networkExp(this.#parameters.address + 4 * size, size);
    const scales = this.#engine.read(this.#parameters);
    return { mu: means.slice(0, size), sigma: scales.slice(size, 2 * size) };
  }
}
