// Going on from weights that have latents: what they know of where learning starts, as what each input adds.

import { readFile } from 'node:fs/promises';
import type { OriginWeights } from '../../../codec/planes/online/origin.ts';
import { cardPath } from '../run/card.ts';
import { type Networks, splitPlanes } from './networks.ts';
import { addScaled, type OriginStart } from './origin-episode.ts';
import type { Whitening } from './whitening.ts';

/** Adds to what each input adds the mean of the latents' shift. */
export function addLatents(
  { parameters, shifts }: Pick<OriginStart, 'parameters' | 'shifts'>,
  { latents, centre, scale, posterior, bases }: OriginWeights,
  whitening: Whitening,
  networks: Networks,
): void {
  const size = parameters.length;
  const statistics = centre.length;
  const row = 2 * latents;
  const basis = new Float32Array(size);
  for (let latent = 0; latent < latents; latent++) {
    for (const [plane, [part]] of splitPlanes(networks, basis).entries())
      part.set(bases[plane].subarray(latent * part.length, (latent + 1) * part.length));
    // The mean is shorter than what has variance 1 over images.
    const deviation = Math.exp(posterior[statistics * row + latents + latent]);
    const length = Math.sqrt(1 - deviation * deviation);
    const ofStatistics = Float64Array.from({ length: statistics }, (_, i) => posterior[i * row + latent]);
    const constant = posterior[statistics * row + latent];
    const ofInputs = whitening.inputsOf(constant, ofStatistics, { centre, scale });
    for (const [i, weight] of ofInputs.entries())
      addScaled(shifts.subarray(i * size, (i + 1) * size), weight / length, basis);
  }
}

/** Rounds of training behind a weights' file with latents, by the card beside it; 0 where none tells. */
export async function roundsBehind(weights: string): Promise<number> {
  const text = await readFile(cardPath(weights), 'utf8').catch(() => '{}');
  try {
    const { rounds } = JSON.parse(text);
    return Number.isInteger(rounds) && rounds > 0 ? rounds : 0;
  } catch {
    return 0;
  }
}
