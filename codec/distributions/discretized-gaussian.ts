// Vectors of samples 0..2^depth - 1, each from a Gaussian over bins of equal width: real values that were rounded.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { place, take } from './arguments.ts';
import type { DiagonalGaussian } from './gaussian.ts';

/**
 * One Gaussian a sample, in sample units: sample v stands for [v - 1/2, v + 1/2), the first and the last one for the
 * tails.
 */
export interface DiscretizedGaussians extends DiagonalGaussian {
  /** Bits a sample, 1 to 16. */
  readonly depth: number;
}

/** Codes as many samples as there are Gaussians; every value has a frequency of at least 1 of 2^28. */
export function discretizedGaussians(gaussians: DiscretizedGaussians): Codec<Uint16Array> {
  const { mu, sigma, depth } = gaussians;
  const count = checkedCount(gaussians);
  return {
    push(message, samples) {
      checkSamples(samples, gaussians);
      const [at, mean, scale] = place(message, samples, mu, sigma);
      message.pushVector(count, (from, to) =>
        message.kernel.exports.discretizedGaussianVectorPush(
          message.address,
          at + 2 * from,
          mean + 4 * from,
          scale + 4 * from,
          to - from,
          depth,
        ),
      );
    },
    pop(message) {
      const samples = new Uint16Array(count);
      const [at, mean, scale] = place(message, samples, mu, sigma);
      message.popVector(count, (from, to) =>
        message.kernel.exports.discretizedGaussianVectorPop(
          message.address,
          at + 2 * from,
          mean + 4 * from,
          scale + 4 * from,
          to - from,
          depth,
        ),
      );
      return take(message, at, samples);
    },
  };
}

/**
 * Sum of log2 of the real-valued probabilities of the samples: for reports. `message` lends its kernel and scratch
 * memory.
 */
export function gaussiansLog2Probability(
  message: Message,
  samples: Uint16Array,
  gaussians: DiscretizedGaussians,
): number {
  const count = checkedCount(gaussians);
  checkSamples(samples, gaussians);
  const [at, mean, scale] = place(message, samples, gaussians.mu, gaussians.sigma);
  return message.kernel.exports.discretizedGaussianVectorLog2Probability(
    at,
    mean,
    scale,
    count,
    gaussians.depth,
  );
}

function checkedCount({ mu, sigma, depth }: DiscretizedGaussians): number {
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= 16))
    throw new VaezipError('bad-argument', `samples have 1 to 16 bits, not ${depth}`);
  if (mu.length !== sigma.length)
    throw new VaezipError('bad-argument', `${mu.length} means need as many scales, not ${sigma.length}`);
  return mu.length;
}

function checkSamples(samples: Uint16Array, { mu, depth }: DiscretizedGaussians): void {
  if (samples.length !== mu.length || !samples.every((sample) => sample >> depth === 0))
    throw new VaezipError(
      'bad-argument',
      `${samples.length} samples do not fit ${mu.length} Gaussians of ${depth} bits`,
    );
}
