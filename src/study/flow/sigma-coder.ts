// The Sigma-VAE on disk: x rounded to bins, z popped by q(z1|x) and q(z2|z1, x), x pushed by p(x|z), z by its prior.

import type { Codec } from '../../../codec/ans/codec.ts';
import { Message } from '../../../codec/ans/message.ts';
import { bitsBack } from '../../../codec/bitsback/bits-back.ts';
import { discretizedGaussians } from '../../../codec/distributions/discretized-gaussian.ts';
import {
  equalMassLatents,
  gaussianLatents,
  latentValues,
  standardBins,
} from '../../../codec/distributions/gaussian.ts';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';
import { backward, type Covariance, forward, type Pair, spread } from './sigma-vae.ts';

/** Of a latent. */
const BINS_LOG2 = 16;
const ONE = standardBins(1, BINS_LOG2);
const TWO = standardBins(2, BINS_LOG2);
/** Coordinates lie in [-16, 16), 5 bits before the point. */
const REACH = 16;
const MEMORY_BYTES = 2 ** 20;

/** Bits that a message grows by, in all, for the points in bins of 2^-bits, `bits` up to 11; they are read back. */
export function sigmaBitsOnDisk(
  points: readonly Pair[],
  covariance: Covariance,
  epsilon: number,
  bits: number,
): number {
  const unit = 2 ** bits;
  const data = points.map((point) => Uint16Array.from(point, (x) => Math.floor((x + REACH) * unit)));
  const kernel = instantiateKernel(kernelMemory(MEMORY_BYTES));
  const message = Message.create(kernel, new Arena(kernel));
  // Puts a seed word in place of the empty message's zeros, which would choose the first latents.
  message.pop(0, 1, 32);
  const before = message.netBits;
  const codec = pointCodec(message, covariance, epsilon, unit);
  for (const point of data) codec.push(message, point);
  const net = message.netBits - before;
  for (const point of data.toReversed())
    if (codec.pop(message).join() !== point.join()) throw new Error('a point comes back changed');
  return net;
}

function pointCodec(
  message: Message,
  covariance: Covariance,
  epsilon: number,
  unit: number,
): Codec<Uint16Array> {
  const values = (z: Uint16Array) => latentValues(message, z, TWO);
  return bitsBack<Uint16Array, Uint16Array>({
    posterior: (bins) => {
      const mean = backward([(bins[0] + 0.5) / unit - REACH, (bins[1] + 0.5) / unit - REACH]);
      return posteriorCodec(mean, spread(mean, covariance), epsilon);
    },
    likelihood: (z) => {
      const [z1, z2] = values(z);
      const centre = forward([z1, z2]);
      return discretizedGaussians({
        mu: Float32Array.from(centre, (x) => (x + REACH) * unit - 0.5),
        sigma: new Float32Array(2).fill(epsilon * unit),
        depth: Math.log2(2 * REACH * unit),
      });
    },
    prior: equalMassLatents(TWO),
  });
}

/** z1 by its own Gaussian, then z2 by its Gaussian given z1. */
function posteriorCodec(
  mean: Pair,
  [first, along, second]: readonly [number, number, number],
  epsilon: number,
): Codec<Uint16Array> {
  const firstCodec = gaussianLatents(ONE, {
    mu: Float32Array.of(mean[0]),
    sigma: Float32Array.of(epsilon * first),
  });
  const secondCodec = (message: Message, z1: Uint16Array) => {
    const [value] = latentValues(message, z1, ONE);
    return gaussianLatents(ONE, {
      mu: Float32Array.of(mean[1] + (along / first) * (value - mean[0])),
      sigma: Float32Array.of(epsilon * second),
    });
  };
  return {
    push(message, z) {
      const z1 = z.slice(0, 1);
      secondCodec(message, z1).push(message, z.slice(1));
      firstCodec.push(message, z1);
    },
    pop(message) {
      const z1 = firstCodec.pop(message);
      return Uint16Array.of(z1[0], secondCodec(message, z1).pop(message)[0]);
    },
  };
}
