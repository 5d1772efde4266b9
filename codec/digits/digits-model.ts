// The digits model over one kernel memory. Latents are bins: z1's of equal mass under N(0, BOTTOM_SCALE), z2's under
// its prior N(0, 1).

import type { Message } from '../ans/message.ts';
import type { Tally } from '../bitsback/tally.ts';
import type { DiagonalGaussian } from '../distributions/gaussian.ts';
import type { Arena } from '../kernel/arena.ts';
import type { KernelExports } from '../kernel/layouts.ts';
import { Constants } from '../kernel/layouts.ts';
import { floats, type KernelRecord, plan, type RecordPlan, room } from '../kernel/records.ts';
import type { Engine } from '../network/engine.ts';
import {
  BOTTOM,
  CELLS,
  CHANNELS,
  ENCODER_UNITS,
  INK_OUTPUTS,
  INK_UNITS,
  LATENT_UNITS,
  NEIGHBOURS,
  PATCH_PIXELS,
  PIXELS,
  rasterIndex,
  SHAPES,
  SIDE,
  TOP,
} from './architecture.ts';

/** Wider than z1's values spread, so that bins far from 0 are still narrower than posteriors. */
const BOTTOM_SCALE = 2;
const { MIXTURE_PRECISION } = Constants['distributions/logistic-mixture'];
const { STRIDE, MARGIN, PADDED_ROWS } = Constants['digits/sizes'];
const { INK_PRECISION, WORK_BYTES } = Constants['digits/pixels'];
const { INTERVAL_BYTES } = Constants['ans/bulk'];
const FIRST_PIXEL = MARGIN * STRIDE + MARGIN;

/** The cell in which each pixel lies, in raster order. */
const CELL_OF = new Uint8Array(PIXELS);
for (let i = 0; i < PIXELS; i++) CELL_OF[rasterIndex(i)] = Math.floor(i / PATCH_PIXELS);

/** Bytes of kernel memory that a model takes besides its weights. */
export const MODEL_BYTES = 6 << 17;

export class DigitsModel {
  readonly #exports: KernelExports;
  readonly #job: KernelRecord<'DigitsJob'>;
  readonly #padded: Uint8Array;

  constructor(engine: Engine, arena: Arena) {
    const { kernel } = engine;
    this.#exports = kernel.exports;
    const address = (name: string) => engine.tensor(name).address;
    const layer = (name: string): RecordPlan => {
      const [inputs, outputs] = SHAPES[`${name}.weight`];
      const [weights, bias] = [address(`${name}.weight`), address(`${name}.bias`)];
      return plan('DigitsLayer', { weights, bias, inputs, outputs });
    };
    this.#job = arena.lay(
      plan('DigitsJob', {
        image: room(PADDED_ROWS * STRIDE),
        neighbours: room(4 * NEIGHBOURS.length),
        seeWeight: address('encoder.image.weight'),
        seeBias: address('encoder.image.bias'),
        seen: floats(ENCODER_UNITS[0]),
        encoderHidden: layer('encoder.hidden'),
        encoderBottom: layer('encoder.bottom'),
        encoderMiddle: layer('encoder.middle'),
        encoderTop: layer('encoder.top'),
        decoderTop: layer('decoder.top'),
        decoderBottom: layer('decoder.bottom'),
        inkHidden: layer('ink.hidden'),
        inkOutput: layer('ink.output'),
        decoderHidden: layer('decoder.hidden'),
        bottomBins: room(2 * BOTTOM),
        topBins: room(2 * TOP),
        bottom: floats(BOTTOM),
        top: floats(TOP),
        bottomMean: new Float32Array(BOTTOM),
        bottomScale: new Float32Array(BOTTOM).fill(BOTTOM_SCALE),
        topMean: new Float32Array(TOP),
        topScale: new Float32Array(TOP).fill(1),
        hidden: floats(Math.max(ENCODER_UNITS[1], LATENT_UNITS, INK_UNITS)),
        gaussian: floats(2 * Math.max(BOTTOM, TOP)),
        inkLogits: floats(INK_OUTPUTS),
        inkWeight: address('ink.cells.weight'),
        grid: floats(CELLS * CHANNELS),
        gridInk: address('decoder.ink.weight'),
        convolutionWeight: address('decoder.convolution.weight'),
        convolutionBias: address('decoder.convolution.bias'),
        patchWeight: address('decoder.patch.weight'),
        patchBias: address('decoder.patch.bias'),
        contextWeight: address('pixel.context.weight'),
        hiddenWeight: address('pixel.hidden.weight'),
        hiddenBias: address('pixel.hidden.bias'),
        outputWeight: address('pixel.output.weight'),
        outputBias: address('pixel.output.bias'),
        widths: address('level.width'),
        inkIntervals: room(INTERVAL_BYTES * CELLS),
        intervals: room(INTERVAL_BYTES * PIXELS),
        work: room(WORK_BYTES),
      }),
    );
    const { buffer } = kernel.memory;
    this.#padded = new Uint8Array(buffer, this.#job.get('image'), PADDED_ROWS * STRIDE);
    new Int32Array(buffer, this.#job.get('neighbours'), NEIGHBOURS.length).set(
      NEIGHBOURS.map(([down, right]) => down * STRIDE + right),
    );
    this.#exports.digitsStart(this.#job.address);
  }

  /** Codes an image of PIXELS levels by bits back; what that takes by the real-valued model is added to the tally. */
  push(message: Message, image: Uint8Array, tally: Tally): void {
    this.#putImage(image);
    message.reserve(PIXELS + CELLS + BOTTOM + TOP);
    message.provide(BOTTOM + TOP);
    this.#exports.digitsPush(this.#job.address, message.address);
    message.assertIntact();
    tally.likelihood += this.#job.get('likelihood');
    tally.kl += this.#job.get('kl');
  }

  /** Undoes `push`. */
  pop(message: Message): Uint8Array {
    message.reserve(BOTTOM + TOP);
    message.provide(PIXELS + CELLS + BOTTOM + TOP);
    this.#exports.digitsPop(this.#job.address, message.address);
    message.assertIntact();
    return this.#takeImage();
  }

  /** q(z1 | x) of an image of PIXELS levels. */
  bottomPosterior(image: Uint8Array): DiagonalGaussian {
    this.#putImage(image);
    this.#exports.digitsBottomPosterior(this.#job.address);
    return this.#gaussian(BOTTOM);
  }

  /** q(z2 | z1). */
  topPosterior(z1: Float32Array): DiagonalGaussian {
    this.#job.floats('bottom', BOTTOM).set(z1);
    this.#exports.digitsTopPosterior(this.#job.address);
    return this.#gaussian(TOP);
  }

  /** p(z1 | z2). */
  bottomPrior(z2: Float32Array): DiagonalGaussian {
    this.#job.floats('top', TOP).set(z2);
    this.#exports.digitsBottomPrior(this.#job.address);
    return this.#gaussian(BOTTOM);
  }

  /** -log2 p(x | z1) of the real-valued model. */
  imageBits(z1: Float32Array, image: Uint8Array): number {
    this.#job.floats('bottom', BOTTOM).set(z1);
    this.#exports.digitsLikelihood(this.#job.address);
    this.#putImage(image);
    return this.#exports.digitsIntervals(this.#job.address);
  }

  /**
   * -log2 of the share of each pixel's interval, of the image that was pushed last, in raster order; the pixels of a
   * cell share what its ink costs.
   */
  pixelCosts(): Float32Array {
    const sharesOf = (name: 'inkIntervals' | 'intervals', count: number) =>
      new Uint32Array(this.#padded.buffer, this.#job.get(name), 2 * count).filter((_, i) => i % 2 === 1);
    const ink = sharesOf('inkIntervals', CELLS);
    const levels = sharesOf('intervals', this.#job.get('count'));
    const inked = inkedCells(this.#takeImage());
    let next = 0;
    return Float32Array.from({ length: PIXELS }, (_, pixel) => {
      const cell = CELL_OF[pixel];
      const ofInk = (INK_PRECISION - Math.log2(ink[cell])) / PATCH_PIXELS;
      return inked[cell] ? ofInk + MIXTURE_PRECISION - Math.log2(levels[next++]) : ofInk;
    });
  }

  #gaussian(size: number): DiagonalGaussian {
    const values = this.#job.floats('gaussian', 2 * size);
    return { mu: values.slice(0, size), sigma: values.slice(size) };
  }

  #putImage(image: Uint8Array): void {
    for (let y = 0; y < SIDE; y++)
      this.#padded.set(image.subarray(y * SIDE, (y + 1) * SIDE), FIRST_PIXEL + y * STRIDE);
  }

  #takeImage(): Uint8Array {
    const image = new Uint8Array(PIXELS);
    for (let y = 0; y < SIDE; y++) {
      const start = FIRST_PIXEL + y * STRIDE;
      image.set(this.#padded.subarray(start, start + SIDE), y * SIDE);
    }
    return image;
  }
}

function inkedCells(image: Uint8Array): boolean[] {
  const inked = new Array<boolean>(CELLS).fill(false);
  for (const [pixel, level] of image.entries()) if (level > 0) inked[CELL_OF[pixel]] = true;
  return inked;
}
