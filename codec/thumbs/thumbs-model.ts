// The thumbs model over one kernel memory, for images of one size: its networks as distributions of latents and as a
// codec of an image. Latents are vectors of each cell of a grid, cells row by row.

import type { Codec } from '../ans/codec.ts';
import { type Bins, type DiagonalGaussian, standardBins } from '../distributions/gaussian.ts';
import type { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import type { KernelRecord } from '../kernel/records.ts';
import type { Buffer, Engine, Grid } from '../network/engine.ts';
import {
  CELL_INPUTS,
  CHANNEL_ORDER,
  CHANNELS,
  FEATURES,
  GRID_STEP,
  LATENT_SCALES,
  LATENTS,
} from './architecture.ts';
import { padImage, pixelsPlan, type Size, takeImage } from './pixels-plan.ts';

/** Bins are narrower than posteriors; more of them would only give more weight to the coder's reserved counts. */
const BINS_LOG2 = 10;
const { MIXTURE_PRECISION } = Constants['distributions/logistic-mixture'];
const { COLOUR, MIDDLE } = Constants['thumbs/pixels'];
const { INTERVAL_BYTES } = Constants['ans/bulk'];

/** A layer of latents, from the bottom. */
export type Layer = 1 | 2 | 3;

/** Sides of the finest grid, of 2x2 pixels. */
function finestGrid({ width, height }: Size): Grid {
  const cells = (side: number) => (GRID_STEP / 2) * Math.ceil(side / GRID_STEP);
  return { width: cells(width), height: cells(height) };
}

function gridOf(size: Size, layer: Layer): Grid {
  const { width, height } = finestGrid(size);
  return { width: width >> (layer - 1), height: height >> (layer - 1) };
}

const cellsOf = ({ width, height }: Grid) => width * height;

/** Bytes of kernel memory that a model takes besides its weights, for images of such a size. */
export function modelBytes(size: Size): number {
  return (1 << 18) + 2048 * cellsOf(finestGrid(size));
}

export class ThumbsModel {
  /** Bins of each layer's latents, from the bottom; those of the top are of equal mass under its prior. */
  readonly bins: readonly [Bins, Bins, Bins];
  readonly #engine: Engine;
  readonly #kernel: Kernel;
  readonly #size: Size;
  readonly #input: Buffer;
  readonly #features: Buffer;
  readonly #mixed: Buffer;
  readonly #padded: Buffer;
  readonly #parameters: Buffer;
  readonly #fromLatents: Buffer;
  readonly #job: KernelRecord<'ThumbsJob'>;
  readonly #intervals: number;

  constructor(engine: Engine, arena: Arena, size: Size) {
    this.#engine = engine;
    this.#kernel = engine.kernel;
    this.#size = size;
    const { width, height } = finestGrid(size);
    const cells = width * height;
    this.#input = engine.buffer(cells * CELL_INPUTS[0]);
    this.#features = engine.buffer(cells * CHANNELS);
    this.#mixed = engine.buffer(cells * CHANNELS);
    this.#padded = engine.buffer((width + 2) * (height + 2) * CHANNELS);
    // A posterior's of the finest grid, or a prior's of the four places of each cell of the next.
    this.#parameters = engine.buffer(cells * 2 * LATENTS[0]);
    this.#fromLatents = engine.buffer(4 * cells * FEATURES);
    this.#intervals = arena.allocate(INTERVAL_BYTES * 3 * size.width * size.height);
    const addressOf = (name: string) => engine.tensor(name).address;
    this.#job = arena.lay(pixelsPlan(size, this.#fromLatents.address, addressOf));
    const binsOf = (layer: Layer): Bins => {
      const count = cellsOf(gridOf(size, layer)) * LATENTS[layer - 1];
      const scale = LATENT_SCALES[layer - 1];
      return { ...standardBins(count, BINS_LOG2), scale: new Float32Array(count).fill(scale) };
    };
    this.bins = [binsOf(1), binsOf(2), binsOf(3)];
  }

  /** q(z1 | x) of an image of RGB levels. */
  posteriorOfImage(image: Uint8Array): DiagonalGaussian {
    const { width, height } = this.#size;
    const grid = finestGrid(this.#size);
    const values = new Float32Array(cellsOf(grid) * CELL_INPUTS[0]);
    let at = 0;
    for (let cell = 0; cell < cellsOf(grid); cell++) {
      for (let place = 0; place < 4; place++) {
        const y = Math.min(height - 1, 2 * Math.floor(cell / grid.width) + (place >> 1));
        const x = Math.min(width - 1, 2 * (cell % grid.width) + (place & 1));
        // Exact: COLOUR is a power of 2.
        for (let channel = 0; channel < 3; channel++)
          values[at++] = (image[3 * (y * width + x) + channel] - MIDDLE) / COLOUR;
      }
    }
    return this.#posterior(1, values);
  }

  /** q of a layer of latents, of the values of the layer below. */
  posteriorOfLatents(layer: 2 | 3, below: Float32Array): DiagonalGaussian {
    const grid = gridOf(this.#size, layer);
    const latents = LATENTS[layer - 2];
    const values = new Float32Array(below.length);
    eachPlace(grid, (place, at) => {
      values.set(below.subarray(at * latents, (at + 1) * latents), place * latents);
    });
    return this.#posterior(layer, values);
  }

  /** p of the layer of latents below, of a layer's values. */
  priorBelow(layer: 2 | 3, z: Float32Array): DiagonalGaussian {
    this.#decode(layer, z, this.#parameters);
    const latents = LATENTS[layer - 2];
    const grid = gridOf(this.#size, layer);
    const below = 4 * cellsOf(grid);
    const { mu, sigma } = this.#gaussian(below, latents);
    const moved = { mu: new Float32Array(mu.length), sigma: new Float32Array(mu.length) };
    eachPlace(grid, (place, at) => {
      const [from, to] = [place * latents, (place + 1) * latents];
      moved.mu.set(mu.subarray(from, to), at * latents);
      moved.sigma.set(sigma.subarray(from, to), at * latents);
    });
    return moved;
  }

  /**
   * Codes an image by p(x | z1). `onPush` gets -log2 p(x | z1) of the real-valued model of each image pushed.
   * The codec is used up by the next call.
   */
  image(z1: Float32Array, onPush: (bits: number) => void): Codec<Uint8Array> {
    this.#decode(1, z1, this.#fromLatents);
    const { exports } = this.#kernel;
    const samples = 3 * this.#size.width * this.#size.height;
    return {
      push: (message, image) => {
        padImage(this.#job, image);
        onPush(exports.thumbsIntervals(this.#job.address, this.#intervals));
        message.pushVector(samples, (from, to) =>
          exports.pushManyReverse(
            message.address,
            this.#intervals + INTERVAL_BYTES * from,
            to - from,
            MIXTURE_PRECISION,
          ),
        );
      },
      pop: (message) => {
        message.provide(samples);
        exports.thumbsPop(this.#job.address, message.address);
        return takeImage(this.#job);
      },
    };
  }

  /** -log2 of the share of each level's interval, of the image that was pushed last, in raster order, RGB. */
  sampleCosts(): Float32Array {
    const samples = 3 * this.#size.width * this.#size.height;
    const intervals = new Uint32Array(this.#kernel.memory.buffer, this.#intervals, 2 * samples);
    const costs = new Float32Array(samples);
    for (let i = 0; i < samples; i++) {
      const turn = i % 3;
      costs[i - turn + CHANNEL_ORDER[turn]] = MIXTURE_PRECISION - Math.log2(intervals[2 * i + 1]);
    }
    return costs;
  }

  #posterior(layer: Layer, cells: Float32Array): DiagonalGaussian {
    const engine = this.#engine;
    const grid = gridOf(this.#size, layer);
    const count = cellsOf(grid);
    const name = `encoder${layer}`;
    engine.write(this.#input, cells);
    engine.dense(`${name}.cell`, this.#features, this.#input, count, 'elu');
    this.#addConvolution(name, grid);
    engine.dense(`${name}.output`, this.#parameters, this.#features, count, 'none');
    return this.#gaussian(count, LATENTS[layer - 1]);
  }

  /** What a layer's latents say of the four places of each of their cells, into `out`. */
  #decode(layer: Layer, z: Float32Array, out: Buffer): void {
    const engine = this.#engine;
    const grid = gridOf(this.#size, layer);
    const name = `decoder${layer}`;
    engine.write(this.#input, z);
    engine.convolution(`${name}.input`, this.#features, this.#input, this.#padded, grid, 'elu');
    this.#addConvolution(name, grid);
    engine.dense(`${name}.output`, out, this.#features, cellsOf(grid), 'none');
  }

  /** Adds to the features what their convolution gives. */
  #addConvolution(name: string, grid: Grid): void {
    const engine = this.#engine;
    engine.convolution(`${name}.convolution`, this.#mixed, this.#features, this.#padded, grid, 'elu');
    engine.add(this.#features, this.#mixed, cellsOf(grid) * CHANNELS);
  }

  /** The Gaussians of `rows` vectors of latents, each of which has its means and then its log scales there. */
  #gaussian(rows: number, latents: number): DiagonalGaussian {
    const means = this.#engine.read(this.#parameters);
    this.#kernel.exports.networkExp(this.#parameters.address, 2 * rows * latents);
    const scales = this.#engine.read(this.#parameters);
    const mu = new Float32Array(rows * latents);
    const sigma = new Float32Array(rows * latents);
    for (let row = 0; row < rows; row++) {
      const at = 2 * row * latents;
      mu.set(means.subarray(at, at + latents), row * latents);
      sigma.set(scales.subarray(at + latents, at + 2 * latents), row * latents);
    }
    return { mu, sigma };
  }
}

/** Of each place, in the order of cells of 2x2, its index in the grid of places, which is twice as wide and high. */
function eachPlace({ width, height }: Grid, visit: (place: number, at: number) => void): void {
  let place = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (const [down, right] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ])
        visit(place++, (2 * y + down) * 2 * width + 2 * x + right);
}
