// The digits family: 28x28 grey images of 8 bits, all images in one message, in Bit-Swap order.
// The first image's posterior pops seed words; those of the others pop what the images before them pushed.

import type { Codec } from '../ans/codec.ts';
import { Message } from '../ans/message.ts';
import { bitSwap } from '../bitsback/bit-swap.ts';
import {
  type Bins,
  type DiagonalGaussian,
  equalMassLatents,
  gaussianLatents,
  gaussianLog2Density,
  latentValues,
} from '../distributions/gaussian.ts';
import { VaezipError } from '../error.ts';
import { Arena } from '../kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../kernel/kernel.ts';
import type { Coded, CodingOptions, Encoded, Family, Model } from '../model/model.ts';
import { checkSides } from '../model/sides.ts';
import { Engine, engineBytes } from '../network/engine.ts';
import type { Safetensors } from '../network/safetensors.ts';
import type { Samples, Shape } from '../pixels/pixels.ts';
import { FORMAT, PIXELS, SHAPES, SIDE, TOP } from './architecture.ts';
import { BOTTOM_BINS, DigitsModel, MODEL_BYTES, TOP_BINS } from './digits-model.ts';

/**
 * The state of an empty message ends in 32 zeros, which would choose the first latents: always the least likely ones.
 * Popping them as one symbol puts a seed word there; the decoder pushes it back at the end.
 */
const FIRST_WORD_BITS = 32;
/** Images coded between two looks at the event loop. */
const IMAGES_A_TURN = 50;
/** Words of the message in the kernel's memory at a time: many images' worth. */
const WINDOW_WORDS = 1 << 14;
/** Most pixels that a bit can stand for: the likeliest level costs at least log2(2^22 / (2^22 - 1020)) bits. */
const MAX_PIXELS_PER_BIT = 2850;
/**
 * Bits back may give more than an image costs, but s bits in all only with probability 2^-s: the expectation of
 * p(x, z) / q(z | x) is at most 1 (Ville's inequality). A message that shows more is none of this encoder's.
 */
const LUCK_WORDS = 256;

/** Loads the model from its weights' file. Throws VaezipError 'bad-file' when it is not one of this format. */
function load(name: string, id: string, { tensors }: Safetensors): Model {
  const bytes = engineBytes(SHAPES) + MODEL_BYTES;
  const start = () => {
    const kernel = instantiateKernel(kernelMemory(bytes));
    const arena = new Arena(kernel);
    const engine = new Engine(kernel, arena, tensors, SHAPES, name);
    const model = new DigitsModel(engine, arena);
    return { kernel, arena, model };
  };
  start();

  const encode = async (samples: Samples, { images }: Shape, options: CodingOptions): Promise<Encoded> => {
    const { kernel, arena, model } = start();
    const message = Message.create(kernel, arena, WINDOW_WORDS);
    message.pop(0, 1, FIRST_WORD_BITS);
    const before = message.netBits;
    const tally: Tally = { likelihood: 0, kl: 0 };
    const codec = imageCodec(model, message, tally);
    let longest = 0;
    for (let n = images - 1; n >= 0; n--) {
      codec.push(message, Uint8Array.from(samples.subarray(n * PIXELS, (n + 1) * PIXELS)));
      longest = Math.max(longest, message.length);
      if (!canHold(message, images - n))
        throw new VaezipError('too-large', 'the images take fewer bits than a decoder believes');
      if (n % IMAGES_A_TURN === 0) await turn(options, 1 - n / images);
    }
    if (longest > message.length + LUCK_WORDS)
      throw new VaezipError('too-large', 'the message shrinks more than a decoder believes');
    const net = message.netBits - before;
    return {
      sides: {},
      groups: [message.toBytes()],
      lengths: { ...tally, net, initial: message.bits - net },
    };
  };

  const decode = async (
    { sides, groups }: Coded,
    { images }: Shape,
    options: CodingOptions,
  ): Promise<Samples> => {
    checkSides(sides);
    if (groups.length !== 1) {
      throw new VaezipError('bad-file', `digits have 1 group, not ${groups.length}: the file is damaged`);
    }
    const { kernel, arena, model } = start();
    const message = Message.fromBytes(kernel, arena, groups[0], WINDOW_WORDS);
    if (!canHold(message, images))
      throw new VaezipError(
        'bad-file',
        `${groups[0].length} bytes cannot hold ${images} images: the file is damaged`,
      );
    const longest = message.length + LUCK_WORDS;
    const codec = imageCodec(model, message, { likelihood: 0, kl: 0 });
    const data = new Uint8Array(images * PIXELS);
    for (let n = 0; n < images; n++) {
      data.set(codec.pop(message), n * PIXELS);
      // A message that an encoder wrote never runs dry, nor does it grow without end.
      if (message.length > longest)
        throw new VaezipError('bad-file', 'the stream grows while it is read: the file is damaged');
      if (message.seeds > 0 || !canHold(message, images - 1 - n))
        throw new VaezipError('bad-file', 'the images end too early: the file is damaged');
      if (n % IMAGES_A_TURN === 0) await turn(options, n / images);
    }
    message.push(0, 1, FIRST_WORD_BITS);
    message.assertRestored();
    return data;
  };

  return {
    name,
    id,
    accepts,
    memory: (_shape, _direction, fileBytes) => bytes + fileBytes,
    open: (shape, options) => ({
      encode: (samples) => encode(samples, shape, options),
      decode: (coded) => decode(coded, shape, options),
    }),
  };
}

export const digitsFamily: Family = { name: FORMAT, score: (shape) => (accepts(shape) ? 1 : 0), load };

/** Whether a message may hold so many images; an encoder's always does. */
function canHold({ length }: Message, images: number): boolean {
  return images * PIXELS <= MAX_PIXELS_PER_BIT * 32 * (length + 1 + LUCK_WORDS);
}

function accepts({ width, height, channels, bitDepth }: Shape): boolean {
  return width === SIDE && height === SIDE && channels === 1 && bitDepth === 8;
}

/** What the images pushed so far cost by the real-valued model at the latents drawn, in bits. */
interface Tally {
  likelihood: number;
  kl: number;
}

/** q(z1|x), p(x|z1), q(z2|z1), p(z1|z2), p(z2), put together by bits back; pushes are added to `tally`. */
function imageCodec(model: DigitsModel, message: Message, tally: Tally): Codec<Uint8Array> {
  const values = (latents: Uint16Array, bins: Bins): Float32Array => latentValues(message, latents, bins);
  const density = (latents: Uint16Array, bins: Bins, gaussian: DiagonalGaussian): number =>
    gaussianLog2Density(message, values(latents, bins), gaussian);
  const posterior = (bins: Bins, gaussian: DiagonalGaussian): Codec<Uint16Array> => {
    const { push, pop } = gaussianLatents(bins, gaussian);
    return {
      push,
      pop(from) {
        const latents = pop(from);
        tally.kl += density(latents, bins, gaussian);
        return latents;
      },
    };
  };
  const prior = (bins: Bins, gaussian: DiagonalGaussian, codec: Codec<Uint16Array>): Codec<Uint16Array> => ({
    push(to, latents) {
      tally.kl -= density(latents, bins, gaussian);
      codec.push(to, latents);
    },
    pop: codec.pop,
  });
  return bitSwap(
    {
      posterior: (image: Uint8Array) => posterior(BOTTOM_BINS, model.bottomPosterior(image)),
      likelihood: (z1: Uint16Array) =>
        model.image(values(z1, BOTTOM_BINS), (bits) => {
          tally.likelihood += bits;
        }),
    },
    [
      {
        posterior: (z1) => posterior(TOP_BINS, model.topPosterior(values(z1, BOTTOM_BINS))),
        likelihood: (z2) => {
          const gaussian = model.bottomPrior(values(z2, TOP_BINS));
          return prior(BOTTOM_BINS, gaussian, gaussianLatents(BOTTOM_BINS, gaussian));
        },
      },
    ],
    prior(TOP_BINS, standardGaussian(TOP), equalMassLatents(TOP_BINS)),
  );
}

function standardGaussian(count: number): DiagonalGaussian {
  return { mu: new Float32Array(count), sigma: new Float32Array(count).fill(1) };
}

/** Lets others have a turn of the event loop: progress bars, signals. Throws the reason of a signal that is raised. */
async function turn({ onProgress, signal }: CodingOptions, share: number): Promise<void> {
  onProgress?.(share);
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
