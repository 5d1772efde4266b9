// Adaptive probabilities of a binary decision. One is an i32, 0 at first: above, in units of 2^-22, its probability
// of a 1 less 1/2; below, in 10 bits, how often it has been asked, up to a limit. So memory of all zeros knows
// nothing.

import { log64 } from '../../distributions/assembly/elementary';
import { integerOf } from '../../network/assembly/math';

@inline const COUNT_BITS: i32 = 10;
@inline const COUNT_MASK: i32 = 1023;
@inline const MOST: i32 = (1 << 21) - 1;
@inline const LEAST: i32 = -(1 << 21);
/** Probabilities are told apart by their upper 12 bits where their log-odds are looked up. */
@inline const LOOKUP_SHIFT: i32 = 20;
@inline const LOOKUPS: i32 = 4096;
/** What the n-th answer says moves a probability by 1 / (n + 0.5) of the way. */
@inline const DELAY: f32 = 1.5;
/** Times that a probability is asked before it begins to forget, at most. */
@inline export const LONGEST_MEMORY: i32 = 255;

/** f32 [4096]: log-odds; then f32 [256]: rates of learning. */
@inline export const TABLE_BYTES: usize = 4 * (4096 + 256);

/** Fills the table that all functions here are given. */
export function fillTable(table: usize): void {
  for (let index: i32 = 0; index < LOOKUPS; index++) {
    const p = (<f64>(index ^ (LOOKUPS >> 1)) + 0.5) / <f64>LOOKUPS;
    store<f32>(table + ((<usize>index) << 2), <f32>log64(p / (1 - p)));
  }
  for (let n: i32 = 0; n <= LONGEST_MEMORY; n++) {
    store<f32>(table + ((<usize>(LOOKUPS + n)) << 2), <f32>1 / (<f32>n + DELAY));
  }
}

/** Log-odds in nats, within 9.1. */
@inline
export function logOdds(table: usize, state: i32): f32 {
  return load<f32>(table + ((<usize>(<u32>state >> LOOKUP_SHIFT)) << 2));
}

/** How often it has been asked. */
@inline
export function timesAsked(state: i32): i32 {
  return state & COUNT_MASK;
}

/** Takes an answer, 0 or 1, into the probability at an address. */
@inline
export function takeAnswer(table: usize, at: usize, answer: i32, memory: i32): void {
  const state = load<i32>(at);
  const n = state & COUNT_MASK;
  const p = state >> COUNT_BITS;
  const target = answer != 0 ? MOST : LEAST;
  const rate = load<f32>(table + ((<usize>(LOOKUPS + n)) << 2));
  const moved = p + integerOf(<f32>(target - p) * rate);
  store<i32>(at, (moved << COUNT_BITS) | min(n + 1, memory));
}

/** A probability that is p (0..1) at first, as if asked n times. */
@inline
export function initialState(p: f64, n: i32): i32 {
  const scaled = <i32>((p - 0.5) * 4194304);
  return (min(MOST, max(LEAST, scaled)) << COUNT_BITS) | n;
}
