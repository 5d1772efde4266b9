// What latents alone add to a message: each is popped by its posterior and pushed by its prior, as bits back does
// around the data, which are left out here.

import { Message } from '../../../codec/ans/message.ts';
import { equalMassLatents, gaussianLatents, standardBins } from '../../../codec/distributions/gaussian.ts';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';

const BINS = standardBins(1, 12);
const MEMORY_BYTES = 2 ** 20;

/** Bits that the message grows by for each of the means, with posteriors N(mean, variance) and the prior N(0, 1). */
export function latentBitsOnDisk(means: Float32Array, variance: number): number {
  const kernel = instantiateKernel(kernelMemory(MEMORY_BYTES));
  const message = Message.create(kernel, new Arena(kernel));
  const sigma = Float32Array.of(Math.sqrt(variance));
  const prior = equalMassLatents(BINS);
  // Puts a seed word in place of the empty message's zeros, which would choose the first latent.
  message.pop(0, 1, 32);
  const before = message.netBits;
  for (const mean of means) {
    const z = gaussianLatents(BINS, { mu: Float32Array.of(mean), sigma }).pop(message);
    prior.push(message, z);
  }
  return (message.netBits - before) / means.length;
}
