// Which latents a network uses (Burda et al. 2016): those whose posterior mean differs from image to image.

import type { Posteriors } from './estimates.ts';

/** The number of latents of which the variance over images of the posterior's mean exceeds `least`; published: 0.01. */
export function activeUnits({ means }: Pick<Posteriors, 'means'>, latents: number, least: number): number {
  const images = means.length / latents;
  let active = 0;
  for (let unit = 0; unit < latents; unit++) {
    let sum = 0;
    let squares = 0;
    for (let at = unit; at < means.length; at += latents) {
      sum += means[at];
      squares += means[at] ** 2;
    }
    if (squares / images - (sum / images) ** 2 > least) active++;
  }
  return active;
}
