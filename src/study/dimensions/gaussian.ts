// VAEs of an isotropic Gaussian x ~ N(m, s^2 I) in n dimensions, with as many latents (Yu 2020, section 5.2). With
// u = (x - m) / s, each of these is known in closed form:
//   linked by r   q(z|x) = N(r u, (1 - r^2) I),  p(x|z) = N(m + s r z, s^2 (1 - r^2) I): z and u are jointly
//                 Gaussian, q is the posterior, and -ELBO is the entropy for every r; KL is -log(1 - r^2) / 2 a
//                 dimension. r = 0: no z.
//   copied        q(z|x) = N(u, e^2 I),  p(x|z) = N(m + s z, s^2 e^2 I): -ELBO is the entropy and n e^2 / 2.
// On disk: a point in bins of 2^-bits, by bits back. In nats unless something else is said; + - * / and sqrt alone.

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

export const DIMENSIONS = 2;
const MEAN = 3;
const SCALE = 2;

/** Entropy of x, all dimensions together. */
export const ENTROPY = (DIMENSIONS * Math.log(2 * Math.PI * Math.E * SCALE ** 2)) / 2;

/** q(z|x) = N(gain u, noise^2), p(x|z) = N(m + s gain' z, (s noise')^2), each dimension by itself. */
export interface GaussianVae {
  readonly encoder: { readonly gain: number; readonly noise: number };
  readonly decoder: { readonly gain: number; readonly noise: number };
}

export function linked(r: number): GaussianVae {
  const layer = { gain: r, noise: Math.sqrt(1 - r * r) };
  return { encoder: layer, decoder: layer };
}

export function copied(epsilon: number): GaussianVae {
  const layer = { gain: 1, noise: epsilon };
  return { encoder: layer, decoder: layer };
}

/** E_q[-log p(x|z)] and KL(q || N(0, I)) in the mean over x, exactly. */
export function terms({ encoder, decoder }: GaussianVae): { distortion: number; rate: number } {
  const error = (1 - decoder.gain * encoder.gain) ** 2 + (decoder.gain * encoder.noise) ** 2;
  const distortion =
    0.5 * Math.log(2 * Math.PI * (SCALE * decoder.noise) ** 2) + error / (2 * decoder.noise ** 2);
  const rate = 0.5 * (encoder.gain ** 2 + encoder.noise ** 2 - 1) - Math.log(encoder.noise);
  return { distortion: DIMENSIONS * distortion, rate: DIMENSIONS * rate };
}

/** `count` values of u, row after row, become points. */
export function pointsOf(standard: Float32Array): Float64Array {
  return Float64Array.from(standard, (u) => MEAN + SCALE * u);
}

const LATENTS = standardBins(DIMENSIONS, 14);
const MEMORY_BYTES = 2 ** 20;
/** Coordinates lie in [-32, 32), 6 bits before the point. */
const REACH = 32;

/** Bits that a message grows by, in all, for the points in bins of 2^-bits, `bits` up to 10; they are read back. */
export function gaussianBitsOnDisk(
  { encoder, decoder }: GaussianVae,
  points: Float64Array,
  bits: number,
): number {
  const unit = 2 ** bits;
  const kernel = instantiateKernel(kernelMemory(MEMORY_BYTES));
  const message = Message.create(kernel, new Arena(kernel));
  const fill = (value: number) => new Float32Array(DIMENSIONS).fill(value);
  const codec = bitsBack<Uint16Array, Uint16Array>({
    posterior: (bins) =>
      gaussianLatents(LATENTS, {
        mu: Float32Array.from(bins, (bin) => (encoder.gain * ((bin + 0.5) / unit - REACH - MEAN)) / SCALE),
        sigma: fill(encoder.noise),
      }),
    likelihood: (z) =>
      discretizedGaussians({
        mu: latentValues(message, z, LATENTS).map(
          (value) => (MEAN + SCALE * decoder.gain * value + REACH) * unit - 0.5,
        ),
        sigma: fill(SCALE * decoder.noise * unit),
        depth: bits + 6,
      }),
    prior: equalMassLatents(LATENTS),
  });
  // Puts a seed word in place of the empty message's zeros, which would choose the first latents.
  message.pop(0, 1, 32);
  const before = message.netBits;
  const data = Array.from({ length: points.length / DIMENSIONS }, (_, i) =>
    Uint16Array.from(points.subarray(DIMENSIONS * i, DIMENSIONS * (i + 1)), (x) =>
      Math.floor((x + REACH) * unit),
    ),
  );
  for (const point of data) codec.push(message, point);
  const net = message.netBits - before;
  for (const point of data.toReversed())
    if (codec.pop(message).join() !== point.join()) throw new Error('a point comes back changed');
  return net;
}
