// Mutual information of pairs (a_i, b_i) whose conditional density p(b|a) is known, by contrast with the other pairs:
//   lower  log p(b_i|a_i) - log 1/n sum_j p(b_i|a_j),          mean <= I, and never above log n
//   upper  log p(b_i|a_i) - log 1/(n-1) sum_(j != i) p(b_i|a_j),  mean >= I
// The lower one is InfoNCE with the best critic there is (van den Oord et al. 2018), the upper one leaves the pair itself
// out (Poole et al. 2019, section 2). What is subtracted is the density of b, of its mixture over the a of the sample.

/** log2 p(b_i|a_j) for j from `start` to before `end`. */
export type Log2Densities = (i: number, start: number, end: number) => Float64Array;

/** Bits, a figure for each pair. */
export interface Contrast {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Of `pairs` pairs in groups of `size`, each pair by contrast with its group; pairs that fill no group are left out. */
export function contrast(pairs: number, size: number, densities: Log2Densities): Contrast {
  const count = pairs - (pairs % size);
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = i - (i % size);
    const row = densities(i, start, start + size);
    const own = row[i - start];
    const most = row.reduce((a, b) => Math.max(a, b));
    let others = 0;
    for (const [j, value] of row.entries()) if (start + j !== i) others += 2 ** (value - most);
    lower[i] = own - most - Math.log2((others + 2 ** (own - most)) / size);
    upper[i] = own - most - Math.log2(others / (size - 1));
  }
  return { lower, upper };
}
