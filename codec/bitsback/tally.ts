// What coding with latents costs by the real-valued model, counted while it goes on: codecs of latents that report each
// draw. Nothing that is coded depends on it.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import {
  type Bins,
  type DiagonalGaussian,
  gaussianLatents,
  gaussianLog2Density,
  latentValues,
} from '../distributions/gaussian.ts';

/** Bits of what was pushed, at the latents drawn: -log2 p(x|z), and log2 q(z|x) - log2 p(z). */
export interface Tally {
  likelihood: number;
  kl: number;
}

/** q: drawn (popped) while something is pushed, which adds log2 of its density. */
export function talliedPosterior(
  message: Message,
  tally: Tally,
  bins: Bins,
  gaussian: DiagonalGaussian,
): Codec<Uint16Array> {
  const { push, pop } = gaussianLatents(bins, gaussian);
  return {
    push,
    pop(from) {
      const latents = pop(from);
      tally.kl += gaussianLog2Density(message, latentValues(message, latents, bins), gaussian);
      return latents;
    },
  };
}

/** p: the density of `gaussian`, which `codec` codes; pushes subtract log2 of it. */
export function talliedPrior(
  message: Message,
  tally: Tally,
  bins: Bins,
  gaussian: DiagonalGaussian,
  codec: Codec<Uint16Array>,
): Codec<Uint16Array> {
  return {
    push(to, latents) {
      tally.kl -= gaussianLog2Density(message, latentValues(message, latents, bins), gaussian);
      codec.push(to, latents);
    },
    pop: codec.pop,
  };
}
