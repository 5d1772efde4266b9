// Vectors of bits by their logits (f32): bit i is 1 with probability 1 / (1 + e^-logit). A 1 takes the first
// `bernoulliFrequency` positions of 2^28. Pushes go from the last bit to the first, pops from the first to the last.

import { peek, pop, push } from '../../ans/assembly/rans';
import { exp64, log64 } from './elementary';
import { PRECISION, TOTAL } from './precision';
import { bernoulliFrequency } from './table';

@inline const LOG2_E: f64 = 1.4426950408889634074;
/** A bit costs at most 28 bits, as its frequency is at least 1: a logit beyond this makes no difference. */
@inline const LARGEST: f64 = 20;

/** Logits in [-20, 20]; NaN counts as -20. */
@inline
function boundedLogit(at: usize): f64 {
  const logit = <f64>load<f32>(at);
  return logit > -LARGEST ? min<f64>(logit, LARGEST) : -LARGEST;
}

@inline
function frequencyOfOne(at: usize): u32 {
  return bernoulliFrequency(1 / (1 + exp64(-boundedLogit(at))));
}

/** `bits` are u8, 0 or else. */
export function bernoulliVectorPush(message: usize, bits: usize, logits: usize, count: u32): void {
  for (let i: usize = count; i-- > 0; ) {
    const frequency = frequencyOfOne(logits + (i << 2));
    if (load<u8>(bits + i) != 0) push(message, 0, frequency, PRECISION);
    else push(message, frequency, TOTAL - frequency, PRECISION);
  }
}

/** Pops what `bernoulliVectorPush` pushed, as u8 0 or 1. */
export function bernoulliVectorPop(message: usize, bits: usize, logits: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const frequency = frequencyOfOne(logits + (i << 2));
    const one = peek(message, PRECISION) < frequency;
    if (one) pop(message, 0, frequency, PRECISION);
    else pop(message, frequency, TOTAL - frequency, PRECISION);
    store<u8>(bits + i, one ? 1 : 0);
  }
}

/** Sum of log2 of the real-valued probabilities of the bits, for reports. */
export function bernoulliVectorLog2Probability(bits: usize, logits: usize, count: u32): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const logit = boundedLogit(logits + (i << 2));
    sum -= log64(1 + exp64(load<u8>(bits + i) != 0 ? -logit : logit));
  }
  return sum * LOG2_E;
}
