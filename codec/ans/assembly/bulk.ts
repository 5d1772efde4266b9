// Many symbols of one precision in one call, with the state in a register. An interval is two u32, start and frequency;
// `count` of them lie in a row. A decoder pops first symbol first, so the encoder pushes last symbol first.

import { CAPACITY, OVERFLOW, SEEDS, STATE, seedWord, TOP, WORDS } from './rans';

/** Bytes of an interval. */
@inline export const INTERVAL_BYTES: usize = 8;

/** Pushes the intervals from the last to the first: `popMany` undoes it. Stops at a full stack, which sets OVERFLOW. */
export function pushManyReverse(message: usize, intervals: usize, count: u32, precision: u32): void {
  pushMany(message, intervals + ((<usize>count) << 3) - 8, count, precision, -8);
}

/** Pushes the intervals from the first to the last. Stops at a full stack, which sets OVERFLOW. */
export function pushManyForward(message: usize, intervals: usize, count: u32, precision: u32): void {
  pushMany(message, intervals, count, precision, 8);
}

@inline
function pushMany(message: usize, interval: usize, count: u32, precision: u32, step: i32): void {
  let state = load<u64>(message, STATE);
  let top = load<u32>(message, TOP);
  const capacity = load<u32>(message, CAPACITY);
  for (; count > 0; count--) {
    const start = <u64>load<u32>(interval);
    const frequency = <u64>load<u32>(interval, 4);
    interval += step;
    if (state >> (64 - precision) >= frequency) {
      if (top >= capacity) {
        store<u32>(message, 1, OVERFLOW);
        break;
      }
      store<u32>(message + WORDS + ((<usize>top) << 2), <u32>state);
      top++;
      state >>= 32;
    }
    const quotient = state / frequency;
    state = (quotient << precision) + (state - quotient * frequency) + start;
  }
  store<u64>(message, state, STATE);
  store<u32>(message, top, TOP);
}

/** Pops the intervals from the first to the last; each must hold the position that `peek` gives when its turn comes. */
export function popMany(message: usize, intervals: usize, count: u32, precision: u32): void {
  let state = load<u64>(message, STATE);
  let top = load<u32>(message, TOP);
  let seeds = load<u32>(message, SEEDS);
  const mask = ((<u64>1) << precision) - 1;
  for (const end = intervals + ((<usize>count) << 3); intervals < end; intervals += INTERVAL_BYTES) {
    state = <u64>load<u32>(intervals, 4) * (state >> precision) + (state & mask) - load<u32>(intervals);
    if (state >> 32 == 0) {
      let word: u32;
      if (top > 0) {
        top--;
        word = load<u32>(message + WORDS + ((<usize>top) << 2));
      } else {
        word = seedWord(seeds);
        seeds++;
      }
      state = (state << 32) | word;
    }
  }
  store<u64>(message, state, STATE);
  store<u32>(message, top, TOP);
  store<u32>(message, seeds, SEEDS);
}
