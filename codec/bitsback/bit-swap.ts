// A hierarchy of latents in Bit-Swap order (Kingma et al. 2019): x <- z1 <- z2 <- ... with q(z1 | x), q(z2 | z1), ...
// The prior of z1 is itself a bits-back codec whose data is z1, so a layer's posterior pops from what the layer below
// has just pushed: initial bits are needed for about one layer, not for all of them.

import type { Codec } from '../ans/codec.ts';
import { bitsBack, type Layer } from './bits-back.ts';

/** Codes x through `bottom`, z1 through the first of `layers` and so on; the last latents have the prior `top`. */
export function bitSwap<X, Z>(bottom: Layer<X, Z>, layers: readonly Layer<Z, Z>[], top: Codec<Z>): Codec<X> {
  const prior = layers.reduceRight((above, layer) => bitsBack({ ...layer, prior: above }), top);
  return bitsBack({ ...bottom, prior });
}
