// Means of samples, with how far off they may be; log-mean-exp without overflow.

export interface Estimate {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
}

export function estimate(samples: ArrayLike<number>): Estimate {
  const n = samples.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += samples[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (samples[i] - mean) ** 2;
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}

/** log2 of the mean of 2^x, over `values` from `start` to before `end`. */
export function log2MeanExp2(values: ArrayLike<number>, start = 0, end = values.length): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) most = Math.max(most, values[i]);
  if (most === Number.NEGATIVE_INFINITY) return most;
  let sum = 0;
  for (let i = start; i < end; i++) sum += 2 ** (values[i] - most);
  return most + Math.log2(sum / (end - start));
}
