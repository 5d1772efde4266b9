// Vectors of Gaussian latents over bins of equal mass (Townsend et al. 2019, section 2.5.1): a
// latent is the index of its bin.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { place, take } from './arguments.ts';

/** Each latent's 2^log2 bins, of equal mass under N(mean[i], scale[i]); log2 is 1 to 16, scales are positive. */
export interface Bins {
  readonly log2: number;
  readonly mean: Float32Array;
  readonly scale: Float32Array;
}

/** A diagonal Gaussian, element by element N(mu[i], sigma[i]), sigma positive. */
export interface DiagonalGaussian {
  readonly mu: Float32Array;
  readonly sigma: Float32Array;
}

/** N(0, 1) for each of `count` latents. */
export function standardGaussian(count: number): DiagonalGaussian {
  return { mu: new Float32Array(count), sigma: new Float32Array(count).fill(1) };
}

/** Bins of `count` latents with the prior N(0, 1). */
export function standardBins(count: number, log2: number): Bins {
  return { log2, mean: new Float32Array(count), scale: new Float32Array(count).fill(1) };
}

/** Latents that follow the Gaussian whose bins they are: log2 bits each, exactly. */
export function equalMassLatents(bins: Bins): Codec<Uint16Array> {
  const count = checkedCount(bins);
  return {
    push(message, latents) {
      checkLatents(latents, bins);
      const [at] = place(message, latents);
      message.pushVector(count, (from, to) =>
        message.kernel.exports.uniformVectorPush(message.address, at + 2 * from, to - from, bins.log2),
      );
    },
    pop(message) {
      const latents = new Uint16Array(count);
      const [at] = place(message, latents);
      message.popVector(count, (from, to) =>
        message.kernel.exports.uniformVectorPop(message.address, at + 2 * from, to - from, bins.log2),
      );
      return take(message, at, latents);
    },
  };
}

/** Latents that follow `gaussian`, in the given bins: a posterior, or a prior that the bins were not made for. */
export function gaussianLatents(bins: Bins, gaussian: DiagonalGaussian): Codec<Uint16Array> {
  const count = checkedCount(bins);
  if (gaussian.mu.length !== count || gaussian.sigma.length !== count)
    throw new VaezipError('bad-argument', `${count} latents need as many means and scales`);
  const place5 = (message: Message, latents: Uint16Array) =>
    place(message, latents, bins.mean, bins.scale, gaussian.mu, gaussian.sigma);
  return {
    push(message, latents) {
      checkLatents(latents, bins);
      const [at, mean, scale, mu, sigma] = place5(message, latents);
      message.pushVector(count, (from, to) =>
        message.kernel.exports.gaussianVectorPush(
          message.address,
          at + 2 * from,
          mean + 4 * from,
          scale + 4 * from,
          mu + 4 * from,
          sigma + 4 * from,
          to - from,
          bins.log2,
        ),
      );
    },
    pop(message) {
      const latents = new Uint16Array(count);
      const [at, mean, scale, mu, sigma] = place5(message, latents);
      message.popVector(count, (from, to) =>
        message.kernel.exports.gaussianVectorPop(
          message.address,
          at + 2 * from,
          mean + 4 * from,
          scale + 4 * from,
          mu + 4 * from,
          sigma + 4 * from,
          to - from,
          bins.log2,
        ),
      );
      return take(message, at, latents);
    },
  };
}

/** The real values that latents stand for: each bin's median. `message` lends its kernel and scratch memory. */
export function latentValues(message: Message, latents: Uint16Array, bins: Bins): Float32Array {
  const count = checkedCount(bins);
  checkLatents(latents, bins);
  const values = new Float32Array(count);
  const [at, mean, scale, out] = place(message, latents, bins.mean, bins.scale, values);
  message.kernel.exports.gaussianVectorCentres(out, at, mean, scale, count, bins.log2);
  return take(message, out, values);
}

/** Sum of log2 of the density of `gaussian` at `values`, of the real-valued model: for reports. */
export function gaussianLog2Density(
  message: Message,
  values: Float32Array,
  gaussian: DiagonalGaussian,
): number {
  const [at, mu, sigma] = place(message, values, gaussian.mu, gaussian.sigma);
  return message.kernel.exports.gaussianVectorLog2Density(at, mu, sigma, values.length);
}

function checkedCount({ log2, mean, scale }: Bins): number {
  if (!(Number.isInteger(log2) && log2 >= 1 && log2 <= 16))
    throw new VaezipError('bad-argument', `latents have 2^1 to 2^16 bins, not 2^${log2}`);
  if (mean.length !== scale.length)
    throw new VaezipError('bad-argument', `${mean.length} latents need as many scales, not ${scale.length}`);
  return mean.length;
}

function checkLatents(latents: Uint16Array, { log2, mean }: Bins): void {
  let isIn = latents.length === mean.length;
  for (let i = 0; i < latents.length; i++) isIn &&= latents[i] >> log2 === 0;
  if (!isIn)
    throw new VaezipError(
      'bad-argument',
      `${latents.length} latents do not fit ${mean.length} of 2^${log2} bins`,
    );
}
