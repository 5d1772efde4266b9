// Distributions given by a few numbers: uniform, Bernoulli and categorical, as intervals of 2^28.

import { PRECISION, TOTAL } from './precision';

/** Start of `index` of 0..size when all of 0..size - 1 are equally likely; size is 1 to 2^24. */
export function uniformStart(index: u32, size: u32): u32 {
  return <u32>(((<u64>index) << PRECISION) / size);
}

/** The index whose interval holds `position`: the inverse of `uniformStart`. */
export function uniformFind(position: u32, size: u32): u32 {
  return <u32>(((<u64>position + 1) * size - 1) >> PRECISION);
}

/** Frequency of an event of this probability, 1 to 2^28 - 1; NaN counts as 0. */
export function bernoulliFrequency(probability: f64): u32 {
  if (!(probability > 0)) return 1;
  return min<u32>(max<u32>(<u32>(min<f64>(probability, 1) * <f64>TOTAL), 1), TOTAL - 1);
}

@inline
function weightAt(weights: usize, index: u32): f64 {
  const weight = load<f64>(weights + ((<usize>index) << 3));
  return weight > 0 ? min<f64>(weight, 1e300) : 0;
}

/**
 * Cumulatives of a categorical distribution: `count` (1 to 2^20) weights f64 into count + 1 u32, from 0 to 2^28.
 * cumulative(i) = floor(S(i) / S(count) * (2^28 - count)) + i with S the running sum: S, the division and the product
 * never decrease, so that each frequency is at least 1, and more than (1 - count / 2^28) of the symbol's probability.
 * Weights that are negative or NaN count as 0; if all are 0, all are equally likely.
 */
export function categoricalTable(weights: usize, count: u32, table: usize): void {
  let total: f64 = 0;
  for (let i: u32 = 0; i < count; i++) total += weightAt(weights, i);
  const shared = <f64>(TOTAL - count);
  let sum: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const share = total > 0 ? sum / total : <f64>i / <f64>count;
    store<u32>(table + ((<usize>i) << 2), <u32>(share * shared) + i);
    sum += weightAt(weights, i);
  }
  store<u32>(table + ((<usize>count) << 2), TOTAL);
}
