// Hashes of contexts: 64 bits, of which the upper ones tell slots and lines, the lower ones collisions.

/** 2^64 over the golden ratio, odd (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
@inline const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

/** A hash of what `hash` is of, and a value more. */
@inline
export function mix(hash: u64, value: u32): u64 {
  const product = (hash ^ <u64>value) * MULTIPLIER;
  return product ^ (product >> 32);
}

/** The upper bits of a hash, after all of it has had its say. */
@inline
export function upperBits(hash: u64, bits: i32): usize {
  return <usize>((hash * MULTIPLIER) >> (64 - bits));
}

/** What tells two contexts in one slot apart: 16 bits, never 0. */
@inline
export function checkOf(hash: u64): u32 {
  return (<u32>hash & 0xffff) | 1;
}
