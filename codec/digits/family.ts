// The digits family: 28x28 grey images of 8 bits, all images in one message, in Bit-Swap order.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { bitSwap } from '../bitsback/bit-swap.ts';
import { chainSession, type ImageChain } from '../bitsback/image-chain.ts';
import { type Tally, talliedPosterior, talliedPrior } from '../bitsback/tally.ts';
import {
  type Bins,
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
import { FORMAT, PIXELS, SHAPES, SIDE, TOP } from './architecture.ts';
import { BOTTOM_BINS, DigitsModel, MODEL_BYTES, TOP_BINS } from './digits-model.ts';

/** The likeliest level costs at least log2(2^22 / (2^22 - 1020)) bits, 1 / 2850. */
const MAX_PIXELS_PER_BIT = 2850;

/** Loads the model from its weights' file. Throws VaezipError 'bad-file' when it is not one of this format. */
function load(name: string, id: string, { tensors }: Safetensors): Model {
  const bytes = engineBytes(SHAPES) + MODEL_BYTES;
  const chain: ImageChain = {
    images: 'images of digits',
    size: PIXELS,
    samplesPerBit: MAX_PIXELS_PER_BIT,
    start() {
      const kernel = instantiateKernel(kernelMemory(bytes));
      const arena = new Arena(kernel);
      const model = new DigitsModel(new Engine(kernel, arena, tensors, SHAPES, name), arena);
      return {
        ...{ kernel, arena },
        codec: (message, tally) => imageCodec(model, message, tally),
        sampleCosts: () => model.pixelCosts(),
      };
    },
  };
  chain.start();
  return {
    name,
    id,
    accepts,
    memory: (_shape, _direction, fileBytes) => bytes + fileBytes,
    open: (shape, options) => chainSession(chain, shape, options),
  };
}

/** Below what a family says that has looked at the samples. */
export const digitsFamily: Family = { name: FORMAT, score: (shape) => (accepts(shape) ? 0.9 : 0), load };

function accepts({ width, height, channels, bitDepth }: Shape): boolean {
  return width === SIDE && height === SIDE && channels === 1 && bitDepth === 8;
}

/** q(z1|x), p(x|z1), q(z2|z1), p(z1|z2), p(z2), put together by bits back; pushes are added to `tally`. */
function imageCodec(model: DigitsModel, message: Message, tally: Tally): Codec<Uint8Array> {
  const values = (latents: Uint16Array, bins: Bins): Float32Array => latentValues(message, latents, bins);
  return bitSwap(
    {
      posterior: (image: Uint8Array) =>
        talliedPosterior(message, tally, BOTTOM_BINS, model.bottomPosterior(image)),
      likelihood: (z1: Uint16Array) =>
        model.image(values(z1, BOTTOM_BINS), (bits) => {
          tally.likelihood += bits;
        }),
    },
    [
      {
        posterior: (z1) =>
          talliedPosterior(message, tally, TOP_BINS, model.topPosterior(values(z1, BOTTOM_BINS))),
        likelihood: (z2) => {
          const gaussian = model.bottomPrior(values(z2, TOP_BINS));
          const codec = gaussianLatents(BOTTOM_BINS, gaussian);
          return talliedPrior(message, tally, BOTTOM_BINS, gaussian, codec);
        },
      },
    ],
    talliedPrior(message, tally, TOP_BINS, standardGaussian(TOP), equalMassLatents(TOP_BINS)),
  );
}
