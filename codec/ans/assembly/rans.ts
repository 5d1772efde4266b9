// rANS stack: 64-bit state in [2^32, 2^64), 32-bit words, precision up to 32 bits. Last in, first out.
// A message lies at an address: see codec/ans/message.ts for its layout.

@inline export const STATE: usize = 0; // u64
@inline export const TOP: usize = 8; // u32, words on the stack
@inline export const CAPACITY: usize = 12; // u32, words that fit
@inline export const SEEDS: usize = 16; // u32, seed words drawn so far
@inline export const OVERFLOW: usize = 20; // u32, 1 once a push found the stack full
@inline export const WORDS: usize = 24;
/** The state of an empty message. */
@inline export const EMPTY_STATE: u64 = 1 << 32;

/** The n-th seed word: splitmix64's finaliser of n + 1, high half. */
@inline
export function seedWord(n: u32): u32 {
  let z: u64 = (<u64>n + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return <u32>((z ^ (z >> 31)) >> 32);
}

/** Pushes the interval [start, start + frequency) of 2^precision. frequency >= 1. */
@inline
export function push(message: usize, start: u32, frequency: u32, precision: u32): void {
  let state = load<u64>(message, STATE);
  if (state >> (64 - precision) >= <u64>frequency) {
    const top = load<u32>(message, TOP);
    if (top >= load<u32>(message, CAPACITY)) {
      store<u32>(message, 1, OVERFLOW);
      return;
    }
    store<u32>(message + WORDS + ((<usize>top) << 2), <u32>state);
    store<u32>(message, top + 1, TOP);
    state >>= 32;
  }
  const quotient = state / frequency;
  store<u64>(message, (quotient << precision) + (state - quotient * frequency) + start, STATE);
}

/** The position in [0, 2^precision) that the next pop is to resolve. */
@inline
export function peek(message: usize, precision: u32): u32 {
  return <u32>(load<u64>(message, STATE) & (((<u64>1) << precision) - 1));
}

/** Removes the interval [start, start + frequency) that holds `peek(message, precision)`. */
@inline
export function pop(message: usize, start: u32, frequency: u32, precision: u32): void {
  let state = load<u64>(message, STATE);
  const position = state & (((<u64>1) << precision) - 1);
  state = <u64>frequency * (state >> precision) + position - start;
  if (state >> 32 == 0) {
    const top = load<u32>(message, TOP);
    let word: u32;
    if (top > 0) {
      word = load<u32>(message + WORDS + ((<usize>top - 1) << 2));
      store<u32>(message, top - 1, TOP);
    } else {
      const seeds = load<u32>(message, SEEDS);
      word = seedWord(seeds);
      store<u32>(message, seeds + 1, SEEDS);
    }
    state = (state << 32) | word;
  }
  store<u64>(message, state, STATE);
}

/** Has a message, which is empty, start from the state 2^32 + `start`. */
export function startFrom(message: usize, start: u32): void {
  store<u64>(message, EMPTY_STATE + <u64>start, STATE);
}

/** Seed words that pops from an empty message have drawn. */
@inline
export function seedsDrawn(message: usize): u32 {
  return load<u32>(message, SEEDS);
}

/**
 * Goes on with the message that lies below one that has been popped to its end: its state is the next two words, the
 * lower one first. Returns false where the message is not at its end, or no state follows.
 */
export function restart(message: usize): bool {
  const top = load<u32>(message, TOP);
  if (load<u64>(message, STATE) != EMPTY_STATE || load<u32>(message, SEEDS) > 0 || top < 2) return false;
  const words = message + WORDS + ((<usize>top) << 2);
  const state = ((<u64>load<u32>(words - 8)) << 32) | <u64>load<u32>(words - 4);
  store<u32>(message, top - 2, TOP);
  store<u64>(message, state, STATE);
  return state >> 32 != 0;
}
