// The digits family: 28x28 grey images of 8 bits, all images in one message, in Bit-Swap order.

import { chainSession, type ImageChain } from '../bitsback/image-chain.ts';
import { Arena } from '../kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../kernel/kernel.ts';
import type { Family, Model } from '../model/model.ts';
import { Engine, engineBytes } from '../network/engine.ts';
import type { Safetensors } from '../network/safetensors.ts';
import type { Shape } from '../pixels/pixels.ts';
import { FORMAT, PIXELS, SHAPES, SIDE } from './architecture.ts';
import { DigitsModel, MODEL_BYTES } from './digits-model.ts';

/** A cell's ink costs at least -log2(1 - 2^-10) bits, and 49 cells without any are an image. */
const MAX_PIXELS_PER_BIT = 11_352;

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
        codec: (_message, tally) => ({
          push: (message, image) => model.push(message, image, tally),
          pop: (message) => model.pop(message),
        }),
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
