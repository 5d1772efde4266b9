// A network of digits as a point of the plane of rate and distortion: what it says of test images, what z tells of x,
// and what then lies on disk.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import type { Bench } from '../frame/bench.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import { contrast } from '../information/contrast.ts';
import { gaussianDensities, sampleGaussians } from '../information/gaussians.ts';
import { codeDigits } from './coder.ts';
import { elboOf, posteriorsOf } from './estimates.ts';
import type { DigitsModel } from './model.ts';
import { type DigitsStudy, sharedModel, sharedNetwork } from './networks.ts';

/** Bits an image. */
export interface DigitsPoint {
  readonly rate: Estimate;
  readonly distortion: Estimate;
  /** Of each image: R, and -ELBO at one sample of z. */
  readonly rates: Float64Array;
  readonly negElbo: Float64Array;
  /** I(x; z) of the encoder, between these; the upper one is R where the estimate is above it. */
  readonly information: { readonly lower: number; readonly upper: number };
  /** What the message grew by, and -ELBO at the latents that were drawn for it. */
  readonly disk: { readonly net: number; readonly negElbo: number };
}

export interface DigitsNetwork extends DigitsStudy {
  readonly model: DigitsModel;
  readonly tensors: NamedArrays;
}

export interface PlacedNetwork extends DigitsNetwork {
  readonly point: DigitsPoint;
}

/** Shared networks, trained, as points; `key` tells their random numbers from others of the claim. */
export async function placeNetworks(
  bench: Bench,
  studies: readonly DigitsStudy[],
  images: readonly Uint8Array[],
  key: number,
): Promise<PlacedNetwork[]> {
  const networks = await trainedNetworks(bench, studies);
  return networks.map((network, i) => {
    bench.signal?.throwIfAborted();
    const { neighbours, beta, model, tensors } = network;
    bench.progress(`coding ${images.length} digits: ${neighbours} neighbours, beta ${beta}`);
    return { ...network, point: digitsPoint(model, tensors, images, bench.random(key, i)) };
  });
}

export async function trainedNetworks(
  bench: Bench,
  studies: readonly DigitsStudy[],
): Promise<DigitsNetwork[]> {
  const weights = await bench.weights(studies.map(sharedNetwork));
  await bench.tensorFlow();
  return studies.map((study, i) => ({
    ...study,
    model: sharedModel(study.neighbours),
    tensors: weights[i].tensors,
  }));
}

export function digitsPoint(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  random: Random,
): DigitsPoint {
  const { distortion, rate } = elboOf(model, tensors, images, random);
  const posteriors = { ...posteriorsOf(model, tensors, images), size: model.sizes.latents };
  const z = sampleGaussians(posteriors, random);
  const { lower, upper } = contrast(images.length, images.length, gaussianDensities(posteriors, z));
  const meanRate = estimate(rate);
  const { net, likelihood, kl } = codeDigits(model, tensors, images);
  return {
    rate: meanRate,
    distortion: estimate(distortion),
    rates: rate,
    negElbo: distortion.map((bits, i) => bits + rate[i]),
    information: {
      lower: estimate(lower).mean,
      upper: Math.min(estimate(upper).mean, meanRate.mean),
    },
    disk: { net: net / images.length, negElbo: (likelihood + kl) / images.length },
  };
}
