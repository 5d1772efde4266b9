// A VAE of perceptrons on disk: one latent vector a datum with prior N(0, I), a diagonal Gaussian posterior, and any
// likelihood. Data are coded in one chain by bits back, on the codec's engine, and read back.

import type { Codec } from '../../../codec/ans/codec.ts';
import { Message } from '../../../codec/ans/message.ts';
import { bitsBack } from '../../../codec/bitsback/bits-back.ts';
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
import type { Random } from '../../train/run/random.ts';
import { randomStream } from '../coding/random-stream.ts';
import { mlpInEngine } from './engine.ts';
import type { Mlp } from './shapes.ts';

const WORKING_BYTES = 2 ** 22;
export const BINS_LOG2 = 12;
/** Of random words, those that there are for a datum; where they end, a message draws seed words. */
const MOST_WORDS = 40;

/** What codes a datum, and what it costs by the real-valued model. */
export interface Likelihood<X> extends Codec<X> {
  /** log2 of the real-valued probability; `message` lends its memory. */
  log2Probability(message: Message, x: X): number;
}

export interface CodedVae<X> {
  readonly tensors: NamedArrays;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Outputs are the means of z, then its log scales; latents in fours. */
  readonly encoder: Mlp;
  readonly decoder: Mlp;
  /** What the encoder takes of a datum. */
  inputs(x: X): Float32Array;
  /** From the decoder's outputs, p(x|z); `engine` has the tensors. */
  likelihood(engine: Engine): (outputs: Float32Array) => Likelihood<X>;
}

/** Bits of all data together. */
export interface OnDisk {
  /** -log2 p(x|z) of the real-valued model at the latents drawn. */
  readonly likelihood: number;
  /** log2 q(z|x) - log2 p(z) of the real-valued model at the latents drawn. */
  readonly kl: number;
  /** What the message grew by. */
  readonly net: number;
  /** What it grew by with each datum. */
  readonly nets: Float64Array;
  /** All of the message, initial bits included. */
  readonly file: number;
}

interface Tally {
  likelihood: number;
  kl: number;
}

/**
 * Codes the data in one chain, reads the bytes back and throws where something else comes out.
 * `binsLog2`: bits of a latent's bins, 1 to 16.
 */
export function codeChain<X extends Uint8Array | Uint16Array>(
  vae: CodedVae<X>,
  data: readonly X[],
  binsLog2 = BINS_LOG2,
): OnDisk {
  const writer = openEngine(vae);
  const message = Message.create(writer.engine.kernel, writer.arena);
  // Puts a seed word in place of the empty message's zeros, which would choose the first latents.
  message.pop(0, 1, 32);
  const before = message.netBits;
  const tally: Tally = { likelihood: 0, kl: 0 };
  const codec = datumCodec(vae, writer.engine, message, binsLog2, tally);
  const nets = new Float64Array(data.length);
  for (let i = data.length - 1; i >= 0; i--) {
    const held = message.netBits;
    codec.push(message, data[i]);
    nets[i] = message.netBits - held;
  }
  const net = message.netBits - before;
  const bytes = message.toBytes();

  const reader = openEngine(vae);
  const received = Message.fromBytes(reader.engine.kernel, reader.arena, bytes);
  const back = datumCodec(vae, reader.engine, received, binsLog2, { likelihood: 0, kl: 0 });
  for (const [i, x] of data.entries())
    if (!back.pop(received).every((value, j) => value === x[j]))
      throw new Error(`datum ${i} comes back changed`);
  received.push(0, 1, 32);
  received.assertRestored();
  return { ...tally, net, nets, file: 8 * bytes.length };
}

/** Data that random bits decode to, which are samples of the model, and the bits that each took. */
export function decodeRandomBits<X>(
  vae: CodedVae<X>,
  count: number,
  random: Random,
): { data: X[]; bits: Float64Array } {
  const { arena, engine } = openEngine(vae);
  const message = Message.fromBytes(engine.kernel, arena, randomStream(count * MOST_WORDS, random));
  const codec = datumCodec(vae, engine, message, BINS_LOG2, { likelihood: 0, kl: 0 });
  const bits = new Float64Array(count);
  const data = Array.from({ length: count }, (_, i) => {
    const held = message.netBits;
    const x = codec.pop(message);
    bits[i] = held - message.netBits;
    return x;
  });
  return { data, bits };
}

function openEngine<X>({ tensors, shapes }: CodedVae<X>): { arena: Arena; engine: Engine } {
  const kernel = instantiateKernel(kernelMemory(engineBytes(shapes) + WORKING_BYTES));
  const arena = new Arena(kernel);
  return { arena, engine: new Engine(kernel, arena, tensors, shapes, "the study's weights") };
}

/** q(z|x), p(x|z) and p(z), put together by bits back; pushes are added to `tally`. */
function datumCodec<X>(
  vae: CodedVae<X>,
  engine: Engine,
  message: Message,
  binsLog2: number,
  tally: Tally,
): Codec<X> {
  const latents = vae.decoder.inputs;
  const bins = standardBins(latents, binsLog2);
  const encode = mlpInEngine(engine, vae.encoder);
  const decode = mlpInEngine(engine, vae.decoder);
  const scales = engine.buffer(latents);
  const likelihood = vae.likelihood(engine);
  const prior = equalMassLatents(bins);
  const standard = { mu: new Float32Array(latents), sigma: new Float32Array(latents).fill(1) };
  const log2Density = (z: Uint16Array, gaussian: DiagonalGaussian) =>
    gaussianLog2Density(message, latentValues(message, z, bins), gaussian);
  const posteriorOf = (x: X): DiagonalGaussian => {
    const outputs = encode(vae.inputs(x));
    engine.write(scales, outputs.subarray(latents));
    engine.kernel.exports.networkExp(scales.address, latents);
    return { mu: outputs.slice(0, latents), sigma: engine.read(scales) };
  };
  return bitsBack<X, Uint16Array>({
    posterior: (x) => {
      const gaussian = posteriorOf(x);
      const { push, pop } = gaussianLatents(bins, gaussian);
      return {
        push,
        pop(from) {
          const z = pop(from);
          tally.kl += log2Density(z, gaussian);
          return z;
        },
      };
    },
    likelihood: (z) => {
      const { push, pop, log2Probability } = likelihood(decode(latentValues(message, z, bins)));
      return {
        push(to, x) {
          tally.likelihood -= log2Probability(to, x);
          push(to, x);
        },
        pop,
      };
    },
    prior: {
      push(to, z) {
        tally.kl -= log2Density(z, standard);
        prior.push(to, z);
      },
      pop: prior.pop,
    },
  });
}
