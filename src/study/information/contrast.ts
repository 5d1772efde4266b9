// Mutual information of pairs (a_i, b_i) whose conditional density p(b|a) is known, by contrast with the other pairs:
//   lower  log p(b_i|a_i) - log 1/n sum_j p(b_i|a_j),          mean <= I, and never above log n
//   upper  log p(b_i|a_i) - log 1/(n-1) sum_(j != i) p(b_i|a_j),  mean >= I
// The lower one is InfoNCE with the best critic there is (van den Oord et al. 2018), the upper one leaves the pair
// itself out (Poole et al. 2019, section 2). What is subtracted stands for p(b): the mixture over the sample's a.

import { log2MeanExp2 } from '../frame/estimate.ts';

/** log2 p(b_i|a_j) for j from `start` to before `end`. */
export type Log2Densities = (i: number, start: number, end: number) => Float64Array;

/** Bits, a figure for each pair. */
export interface Contrast {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Of pairs in groups of `size`, each by contrast with its group; pairs that fill no group are left out. */
export function contrast(pairs: number, size: number, densities: Log2Densities): Contrast {
  const count = pairs - (pairs % size);
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = i - (i % size);
    const row = densities(i, start, start + size);
    const own = row[i - start];
    row[i - start] = Number.NEGATIVE_INFINITY;
    // log2 of the sum over the others: far below the pair itself, where these are few.
    const others = log2MeanExp2(row) + Math.log2(size);
    const most = Math.max(own, others);
    const all = most + Math.log2(2 ** (own - most) + 2 ** (others - most));
    lower[i] = own - all + Math.log2(size);
    upper[i] = own - others + Math.log2(size - 1);
  }
  return { lower, upper };
}
