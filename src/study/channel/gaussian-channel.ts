// The memoryless Gaussian channel: what is received is what is sent, of power P, plus noise of variance N; here
// P + N = 1. Its capacity is -log2(N) / 2 bits a use (Cover and Thomas 2006, section 9.1; Yu 2020, equation 35).

import type { Random } from '../../train/run/random.ts';

/** Bits a use. */
export function capacity(noise: number): number {
  return -0.5 * Math.log2(noise);
}

/** KL(N(mean, variance) || N(0, 1)), bits (Yu 2020, equation 7). */
export function standardKl(mean: number, variance: number): number {
  return 0.5 * ((mean * mean + variance - 1) * Math.LOG2E - Math.log2(variance));
}

export interface RandomCode {
  readonly noise: number;
  /** Uses of the channel for a message. */
  readonly uses: number;
  /** A message is one of 2^bits. */
  readonly bits: number;
}

/** Trials with the same code book. */
const TRIALS_A_BOOK = 100;

/**
 * The share of messages that are decoded wrongly, of `books` * 100. A book has a word for each message: `uses` normal
 * numbers of power 1 - noise. The decoder takes the word that is nearest to what it receives.
 */
export function randomCodeErrors({ noise, uses, bits }: RandomCode, books: number, random: Random): number {
  const words = Math.round(2 ** bits);
  const amplitude = Math.sqrt(1 - noise);
  let errors = 0;
  for (let book = 0; book < books; book++) {
    const code = random.normals(words * uses).map((value) => amplitude * value);
    for (let trial = 0; trial < TRIALS_A_BOOK; trial++) {
      const sent = random.integer(words);
      const received = Float64Array.from(
        { length: uses },
        (_, use) => code[sent * uses + use] + Math.sqrt(noise) * random.normal(),
      );
      if (nearestWord(code, received) !== sent) errors++;
    }
  }
  return errors / (books * TRIALS_A_BOOK);
}

function nearestWord(code: Float32Array, received: Float64Array): number {
  const uses = received.length;
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let word = 0; word * uses < code.length; word++) {
    let distance = 0;
    for (let use = 0; use < uses; use++) distance += (received[use] - code[word * uses + use]) ** 2;
    if (distance < least) {
      least = distance;
      nearest = word;
    }
  }
  return nearest;
}
