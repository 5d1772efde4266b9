// The binary family: 28x28 images of black and white, all images in one message, one layer of latents.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { bitsBack } from '../bitsback/bits-back.ts';
import { chainSession, type ImageChain } from '../bitsback/image-chain.ts';
import { type Tally, talliedPosterior, talliedPrior } from '../bitsback/tally.ts';
import { equalMassLatents, latentValues, standardGaussian } from '../distributions/gaussian.ts';
import type { Family, Model } from '../model/model.ts';
import type { Safetensors } from '../network/safetensors.ts';
import type { Samples, Shape } from '../pixels/pixels.ts';
import { FORMAT, PIXELS, SIDE, sizesOf } from './architecture.ts';
import { BinaryModel, modelBytes } from './binary-model.ts';

/** The likelier colour costs at least -log2(1 - 2^-16) bits, 1 / 45426. */
const MAX_PIXELS_PER_BIT = 45_426;
/** Of kernel memory, for the message. */
const MESSAGE_BYTES = 1 << 18;

/** Loads the model from its weights' file. Throws VaezipError 'bad-file' when it is not one of this format. */
function load(name: string, id: string, { tensors }: Safetensors): Model {
  const bytes = modelBytes(sizesOf(tensors, name)) + MESSAGE_BYTES;
  const chain: ImageChain = {
    images: 'binary images',
    size: PIXELS,
    samplesPerBit: MAX_PIXELS_PER_BIT,
    start() {
      const model = BinaryModel.start(tensors, name, MESSAGE_BYTES);
      const { kernel, arena } = model;
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

/** Of the families that take such shapes, this one is for what has no greys, which the shape alone does not tell. */
export const binaryFamily: Family = {
  name: FORMAT,
  score: (shape, pixels) => (accepts(shape) && pixels && isBinary(pixels.data) ? 1 : 0),
  load,
};

function accepts({ width, height, channels, bitDepth }: Shape): boolean {
  return width === SIDE && height === SIDE && channels === 1 && bitDepth === 8;
}

function isBinary(samples: Samples): boolean {
  return samples.every((sample) => sample === 0 || sample === 255);
}

/** q(z|x), p(x|z), p(z), put together by bits back; pushes are added to `tally`. */
function imageCodec(model: BinaryModel, message: Message, tally: Tally): Codec<Uint8Array> {
  const { bins, sizes } = model;
  return bitsBack({
    posterior: (image: Uint8Array) => talliedPosterior(message, tally, bins, model.posterior(image)),
    likelihood: (z: Uint16Array) =>
      model.image(latentValues(message, z, bins), (bits) => {
        tally.likelihood += bits;
      }),
    prior: talliedPrior(message, tally, bins, standardGaussian(sizes.latents), equalMassLatents(bins)),
  });
}
