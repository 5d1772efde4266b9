// Vectors of the linear model on disk: rounded to steps of 2^-8, coded in one chain by bits back with any posterior of
// two latents, and read back.

import type { Codec } from '../../../codec/ans/codec.ts';
import { Message } from '../../../codec/ans/message.ts';
import { bitsBack } from '../../../codec/bitsback/bits-back.ts';
import { chain, dependent, mapped } from '../../../codec/bitsback/combinators.ts';
import { discretizedGaussians } from '../../../codec/distributions/discretized-gaussian.ts';
import {
  equalMassLatents,
  gaussianLatents,
  latentValues,
  standardBins,
} from '../../../codec/distributions/gaussian.ts';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';
import { DATA, dataMean, LATENTS, latentMean, type Posterior, SIGMA, secondMean } from './model.ts';

export const STEP_LOG2 = -8;
const STEP = 2 ** STEP_LOG2;
/** Of a sample: values from -8 to 8. */
const DEPTH = 12;
const ZERO = 2 ** (DEPTH - 1);
const BINS_LOG2 = 12;
const MEMORY_BYTES = 2 ** 20;

/** The nearest steps of a vector, as samples. */
export function rounded(x: readonly number[]): Uint16Array {
  return Uint16Array.from(x, (value) =>
    Math.max(0, Math.min(2 ** DEPTH - 1, Math.round(value / STEP) + ZERO)),
  );
}

/** The vector that samples stand for. */
export function vectorOf(samples: Uint16Array): number[] {
  return Array.from(samples, (sample) => (sample - ZERO) * STEP);
}

/** Bits that the message grew by, of all vectors. Throws where something else is read back. */
export function codeVectors(vectors: readonly Uint16Array[], posterior: Posterior): number {
  const kernel = instantiateKernel(kernelMemory(MEMORY_BYTES));
  const message = Message.create(kernel, new Arena(kernel));
  // Puts a seed word in place of the empty message's zeros, which would choose the first latents.
  message.pop(0, 1, 32);
  const before = message.netBits;
  chain(vectorCodec(message, posterior), vectors.length).push(message, [...vectors]);
  const net = message.netBits - before;

  const received = Message.fromBytes(kernel, new Arena(kernel), message.toBytes());
  const back = chain(vectorCodec(received, posterior), vectors.length).pop(received);
  if (back.some((samples, i) => samples.join() !== vectors[i].join()))
    throw new Error('vectors come back changed');
  received.push(0, 1, 32);
  received.assertRestored();
  return net;
}

/** `message` lends its memory. */
function vectorCodec(message: Message, posterior: Posterior): Codec<Uint16Array> {
  const bins = standardBins(LATENTS, BINS_LOG2);
  const sigma = new Float32Array(DATA).fill(SIGMA / STEP);
  return bitsBack<Uint16Array, Uint16Array>({
    prior: equalMassLatents(bins),
    likelihood: (z) => {
      const mu = Float32Array.from(dataMean(latentValues(message, z, bins)), (mean) => mean / STEP + ZERO);
      return discretizedGaussians({ mu, sigma, depth: DEPTH });
    },
    posterior: (samples) => posteriorCodec(message, posterior, latentMean(vectorOf(samples))),
  });
}

/** z1, then z2 given z1. */
function posteriorCodec(message: Message, posterior: Posterior, mean: readonly number[]): Codec<Uint16Array> {
  const bins = standardBins(1, BINS_LOG2);
  const latent = (mu: number, scale: number) =>
    gaussianLatents(bins, { mu: Float32Array.of(mu), sigma: Float32Array.of(scale) });
  const [scale1, scale2] = posterior.scales;
  const both = dependent(latent(mean[0], scale1), (first) => {
    const [value] = latentValues(message, first, bins);
    return latent(secondMean(posterior, mean, value), scale2);
  });
  return mapped(
    both,
    (z: Uint16Array): [Uint16Array, Uint16Array] => [z.subarray(0, 1), z.subarray(1)],
    ([first, second]) => Uint16Array.of(first[0], second[0]),
  );
}
