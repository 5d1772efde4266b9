// A stream that says nothing: what a decoder makes of it is a sample of its model.

import type { Random } from '../../train/run/random.ts';

/** Bytes of a message (`Message.fromBytes`) with a random state and so many random words on its stack. */
export function randomStream(words: number, random: Random): Uint8Array {
  const stream = Uint32Array.from({ length: 2 + words }, () => random.word());
  // The state, of which this is the upper half, is at least 2^32.
  stream[1] |= 1;
  return new Uint8Array(stream.buffer);
}
