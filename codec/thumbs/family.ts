// The thumbs family: small colour images of 8 bits, all of one size, all in one message, three layers of latents in
// Bit-Swap order.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { bitSwap } from '../bitsback/bit-swap.ts';
import { chainSession, type ImageChain } from '../bitsback/image-chain.ts';
import { type Tally, talliedPosterior, talliedPrior } from '../bitsback/tally.ts';
import {
  type Bins,
  type DiagonalGaussian,
  equalMassLatents,
  gaussianLatents,
  latentValues,
  standardGaussian,
} from '../distributions/gaussian.ts';
import { Arena } from '../kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../kernel/kernel.ts';
import type { Family, Model } from '../model/model.ts';
import { Engine, engineBytes } from '../network/engine.ts';
import type { Safetensors } from '../network/safetensors.ts';
import type { Shape } from '../pixels/pixels.ts';
import { FORMAT, LARGEST_SIDE, LEAST_SIDE, SHAPES } from './architecture.ts';
import type { Size } from './pixels-plan.ts';
import { modelBytes, ThumbsModel } from './thumbs-model.ts';

/** The likeliest level costs at least log2(2^22 / (2^22 - 1020)) bits, 1 / 2850. */
const MAX_SAMPLES_PER_BIT = 2850;

/** Loads the model from its weights' file. Throws VaezipError 'bad-file' when it is not one of this format. */
function load(name: string, id: string, { tensors }: Safetensors): Model {
  const bytesOf = (size: Size) => engineBytes(SHAPES) + modelBytes(size);
  const chainOf = (size: Size): ImageChain => ({
    images: 'small images',
    size: 3 * size.width * size.height,
    samplesPerBit: MAX_SAMPLES_PER_BIT,
    start() {
      const kernel = instantiateKernel(kernelMemory(bytesOf(size)));
      const arena = new Arena(kernel);
      const model = new ThumbsModel(new Engine(kernel, arena, tensors, SHAPES, name), arena, size);
      return {
        ...{ kernel, arena },
        codec: (message, tally) => imageCodec(model, message, tally),
        sampleCosts: () => model.sampleCosts(),
      };
    },
  });
  chainOf({ width: LEAST_SIDE, height: LEAST_SIDE }).start();
  return {
    name,
    id,
    accepts,
    memory: (shape, _direction, fileBytes) => bytesOf(shape) + fileBytes,
    open: (shape, options) => chainSession(chainOf(shape), shape, options),
  };
}

/** Below what families say whose models are chosen by efforts. */
export const thumbsFamily: Family = { name: FORMAT, score: (shape) => (accepts(shape) ? 0.5 : 0), load };

function accepts({ width, height, channels, bitDepth }: Shape): boolean {
  const fits = (side: number) => side >= LEAST_SIDE && side <= LARGEST_SIDE;
  return fits(width) && fits(height) && channels === 3 && bitDepth === 8;
}

/**
 * q(z1|x), p(x|z1), q(z2|z1), p(z1|z2), q(z3|z2), p(z2|z3), p(z3), put together by bits back; pushes are added to
 * `tally`.
 */
function imageCodec(model: ThumbsModel, message: Message, tally: Tally): Codec<Uint8Array> {
  const [bottom, middle, top] = model.bins;
  const values = (latents: Uint16Array, bins: Bins): Float32Array => latentValues(message, latents, bins);
  const posterior = (bins: Bins, gaussian: DiagonalGaussian) =>
    talliedPosterior(message, tally, bins, gaussian);
  const prior = (bins: Bins, gaussian: DiagonalGaussian) =>
    talliedPrior(message, tally, bins, gaussian, gaussianLatents(bins, gaussian));
  return bitSwap(
    {
      posterior: (image: Uint8Array) => posterior(bottom, model.posteriorOfImage(image)),
      likelihood: (z1: Uint16Array) =>
        model.image(values(z1, bottom), (bits) => {
          tally.likelihood += bits;
        }),
    },
    [
      {
        posterior: (z1) => posterior(middle, model.posteriorOfLatents(2, values(z1, bottom))),
        likelihood: (z2) => prior(bottom, model.priorBelow(2, values(z2, middle))),
      },
      {
        posterior: (z2) => posterior(top, model.posteriorOfLatents(3, values(z2, middle))),
        likelihood: (z3) => prior(middle, model.priorBelow(3, values(z3, top))),
      },
    ],
    talliedPrior(message, tally, top, standardGaussian(top.mean.length), equalMassLatents(top)),
  );
}
