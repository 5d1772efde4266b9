// Bits back (Townsend et al. 2019): a latent variable is sampled by popping it, so that the
// bits which chose it come back.

import type { Codec } from '../ans/codec.ts';

/** p(z) p(x | z) and the approximate posterior q(z | x). */
export interface LatentModel<X, Z> extends Layer<X, Z> {
  readonly prior: Codec<Z>;
}

/** What one layer of latents needs besides the prior of its latents: p(lower | z) and q(z | lower). */
export interface Layer<Lower, Z> {
  likelihood(z: Z): Codec<Lower>;
  posterior(lower: Lower): Codec<Z>;
}

/** Spends -log2 p(x, z) and earns -log2 q(z | x) back: the negative ELBO on average. */
export function bitsBack<X, Z>({ prior, likelihood, posterior }: LatentModel<X, Z>): Codec<X> {
  return {
    push(message, x) {
      const z = posterior(x).pop(message);
      likelihood(z).push(message, x);
      prior.push(message, z);
    },
    pop(message) {
      const z = prior.pop(message);
      const x = likelihood(z).pop(message);
      posterior(x).push(message, z);
      return x;
    },
  };
}
