// Binary digits on disk: a network of the study codes images in one chain by bits back, on the codec's engine, and
// gives them back.

import type { Codec } from '../../../codec/ans/codec.ts';
import { Message } from '../../../codec/ans/message.ts';
import { bitsBack } from '../../../codec/bitsback/bits-back.ts';
import { bernoullis, bernoullisLog2Probability } from '../../../codec/distributions/bernoulli-vector.ts';
import {
  type DiagonalGaussian,
  equalMassLatents,
  gaussianLatents,
  gaussianLog2Density,
  latentValues,
  standardBins,
} from '../../../codec/distributions/gaussian.ts';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';
import { Engine, engineBytes } from '../../../codec/network/engine.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { mlpInEngine } from '../mlp/engine.ts';
import { CONTEXT_HIDDEN, type DigitsModel, digitsShapes, PIXELS } from './model.ts';
import { contextAt, contextOf } from './neighbours.ts';

const WORKING_BYTES = 2 ** 21;
export const BINS_LOG2 = 12;

/** Bits of all images together. */
export interface OnDisk {
  /** -log2 p(x|z) of the real-valued model at the latents drawn. */
  readonly likelihood: number;
  /** log2 q(z|x) - log2 p(z) of the real-valued model at the latents drawn. */
  readonly kl: number;
  /** What the message grew by. */
  readonly net: number;
  /** All of the message, initial bits included. */
  readonly file: number;
}

/**
 * Codes images of bits in one chain, reads the bytes back and throws where another image comes out.
 * `binsLog2`: bits of a latent's bins.
 */
export function codeDigits(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  binsLog2 = BINS_LOG2,
): OnDisk {
  const shapes = digitsShapes(model);
  const bytes = engineBytes(shapes) + WORKING_BYTES;
  const kernel = instantiateKernel(kernelMemory(bytes));
  const start = () => {
    const arena = new Arena(kernel);
    const engine = new Engine(kernel, arena, tensors, shapes, 'the weights of the study');
    return { arena, engine };
  };
  const written = start();
  const message = Message.create(kernel, written.arena);
  // Puts a seed word in place of the empty message's zeros, which would choose the first latents.
  message.pop(0, 1, 32);
  const before = message.netBits;
  const tally = { likelihood: 0, kl: 0 };
  const codec = imageCodec(model, tensors, written.engine, message, binsLog2, tally);
  for (const image of images.toReversed()) codec.push(message, image);
  const net = message.netBits - before;
  const file = message.toBytes();

  const read = start();
  const received = Message.fromBytes(kernel, read.arena, file);
  const back = imageCodec(model, tensors, read.engine, received, binsLog2, { likelihood: 0, kl: 0 });
  for (const [i, image] of images.entries())
    if (!back.pop(received).every((bit, pixel) => bit === image[pixel]))
      throw new Error(`image ${i} comes back changed`);
  received.push(0, 1, 32);
  received.assertRestored();
  return { ...tally, net, file: 8 * file.length };
}

/** Pushes are added to `tally`. */
function imageCodec(
  model: DigitsModel,
  tensors: NamedArrays,
  engine: Engine,
  message: Message,
  binsLog2: number,
  tally: { likelihood: number; kl: number },
): Codec<Uint8Array> {
  const { latents } = model.sizes;
  const bins = standardBins(latents, binsLog2);
  const encoder = mlpInEngine(engine, model.encoder);
  const decoder = mlpInEngine(engine, model.decoder);
  const scales = engine.buffer(latents);
  const pixels = pixelsCodec(model, tensors, engine, (bits) => {
    tally.likelihood += bits;
  });
  const prior = { mu: new Float32Array(latents), sigma: new Float32Array(latents).fill(1) };
  const density = (z: Uint16Array, gaussian: DiagonalGaussian) =>
    gaussianLog2Density(message, latentValues(message, z, bins), gaussian);
  const posterior = (image: Uint8Array): DiagonalGaussian => {
    const outputs = encoder(Float32Array.from(image));
    engine.write(scales, outputs.subarray(latents));
    engine.kernel.exports.networkExp(scales.address, latents);
    return { mu: outputs.slice(0, latents), sigma: engine.read(scales) };
  };
  const uniform = equalMassLatents(bins);
  return bitsBack<Uint8Array, Uint16Array>({
    posterior: (image) => {
      const gaussian = posterior(image);
      const { push, pop } = gaussianLatents(bins, gaussian);
      return {
        push,
        pop(from) {
          const z = pop(from);
          tally.kl += density(z, gaussian);
          return z;
        },
      };
    },
    likelihood: (z) => pixels(decoder(latentValues(message, z, bins))),
    prior: {
      push(to, z) {
        tally.kl -= density(z, prior);
        uniform.push(to, z);
      },
      pop: uniform.pop,
    },
  });
}

/** From what the decoder says of the pixels, the codec of an image. */
function pixelsCodec(
  { sizes }: DigitsModel,
  tensors: NamedArrays,
  engine: Engine,
  onPush: (bits: number) => void,
): (fromLatents: Float32Array) => Codec<Uint8Array> {
  const { neighbours } = sizes;
  const report = (message: Message, image: Uint8Array, logits: Float32Array) =>
    onPush(-bernoullisLog2Probability(message, image, logits));
  if (neighbours === 0)
    return (logits) => {
      const codec = bernoullis(logits);
      return {
        push(message, image) {
          report(message, image, logits);
          codec.push(message, image);
        },
        pop: codec.pop,
      };
    };
  const rows = contextInEngine(engine, neighbours, tensors['context.output.weight'].data);
  return (fromLatents) => ({
    push(message, image) {
      const logits = rows(contextOf([image], neighbours)).map((logit, i) => logit + fromLatents[i]);
      report(message, image, logits);
      bernoullis(logits).push(message, image);
    },
    pop(message) {
      const image = new Uint8Array(PIXELS);
      for (let i = 0; i < PIXELS; i++) {
        const [logit] = rows(contextAt(image, i, neighbours));
        image[i] = bernoullis(Float32Array.of(logit + fromLatents[i])).pop(message)[0];
      }
      return image;
    },
  });
}

/** The context network of any number of rows: rows do not depend on each other. */
function contextInEngine(
  engine: Engine,
  neighbours: number,
  weights: ArrayLike<number>,
): (context: Float32Array) => Float32Array {
  const input = engine.buffer(PIXELS * neighbours);
  const hidden = engine.buffer(PIXELS * CONTEXT_HIDDEN);
  return (context) => {
    const rows = context.length / neighbours;
    engine.write(input, context);
    engine.dense('context.hidden', hidden, input, rows, 'elu');
    const units = engine.read({ address: hidden.address, length: rows * CONTEXT_HIDDEN });
    return Float32Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let unit = 0; unit < CONTEXT_HIDDEN; unit++)
        sum += units[row * CONTEXT_HIDDEN + unit] * weights[unit];
      return sum;
    });
  };
}
