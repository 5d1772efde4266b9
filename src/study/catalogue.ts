// The claims in the order of the book (docs/study/), each loaded when it is asked for.

import { VaezipError } from '../../codec/error.ts';
import { nearest } from '../text/nearest.ts';
import type { Claim } from './frame/claim.ts';

const CLAIMS: Readonly<Record<string, () => Promise<Claim>>> = {
  linear: async () => (await import('./claims/linear.ts')).linear,
  toy: async () => (await import('./claims/toy.ts')).toy,
  'latent-dimensions': async () => (await import('./claims/latent-dimensions.ts')).latentDimensions,
  flow: async () => (await import('./claims/flow.ts')).flow,
  gradients: async () => (await import('./claims/gradients.ts')).gradients,
  channel: async () => (await import('./claims/channel.ts')).channel,
  'rate-distortion': async () => (await import('./claims/rate-distortion.ts')).rateDistortion,
  expressivity: async () => (await import('./claims/expressivity.ts')).expressivity,
  importance: async () => (await import('./claims/importance.ts')).importance,
  'mutual-information': async () => (await import('./claims/mutual-information.ts')).mutualInformation,
  'squared-error': async () => (await import('./claims/squared-error.ts')).squaredError,
  discrete: async () => (await import('./claims/discrete.ts')).discrete,
  bottleneck: async () => (await import('./claims/bottleneck.ts')).bottleneck,
  anomaly: async () => (await import('./claims/anomaly.ts')).anomaly,
  generate: async () => (await import('./claims/generate.ts')).generate,
  precision: async () => (await import('./claims/precision.ts')).precision,
  chains: async () => (await import('./claims/chains.ts')).chains,
};

export const CLAIM_NAMES: readonly string[] = Object.keys(CLAIMS);

/** Throws VaezipError 'bad-argument' for a name that no claim has. */
export async function findClaim(name: string): Promise<Claim> {
  if (Object.hasOwn(CLAIMS, name)) return CLAIMS[name]();
  const meant = nearest(name, CLAIM_NAMES);
  const remedy = meant ? `did you mean ${meant}?` : 'vaezip study lists them';
  throw new VaezipError('bad-argument', `there is no study ${name}; ${remedy}`);
}
