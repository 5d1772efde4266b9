// A VAE of grey digits whose encoder and decoder are perceptrons, under one of three likelihoods. Names and shapes of
// its tensors, which training, estimates and coding share.

import { type Mlp, mlpShapes } from '../mlp/shapes.ts';

export const PIXELS = 784;
export const LATENTS = 16;
const HIDDEN = [256];

export type LikelihoodName = 'squared-error' | 'gaussian' | 'logistic';

/** Logistic scales are e^output of this many levels. */
export const UNIT = 24;
/** log(UNIT), written out: streams depend on it, and Math.log may differ between engines. */
export const LOG_UNIT = 3.1780538303479458;
/** Log scales of logistics are clamped to +- this. */
export const LOG_SCALE_LIMIT = 4;
/** The one log scale that a Gaussian likelihood learns, of the range. */
export const LOG_SCALE = 'likelihood.log-scale';

/** Outputs are the means of z, then its log scales. */
export const ENCODER: Mlp = { name: 'encoder', inputs: PIXELS, hidden: HIDDEN, outputs: 2 * LATENTS };

/** Outputs are the means of the pixels, of the range; under a logistic likelihood a log scale each follows. */
export function decoderOf(likelihood: LikelihoodName): Mlp {
  const outputs = likelihood === 'logistic' ? 2 * PIXELS : PIXELS;
  return { name: 'decoder', inputs: LATENTS, hidden: HIDDEN, outputs };
}

/** Of the perceptrons alone. */
export function levelsShapes(likelihood: LikelihoodName): Record<string, readonly number[]> {
  return { ...mlpShapes(ENCODER), ...mlpShapes(decoderOf(likelihood)) };
}
