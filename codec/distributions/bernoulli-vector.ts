// Vectors of bits, each with a probability of its own: binary images.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { place, take } from './arguments.ts';

/** Bits, 0 or 1; bit i is 1 with probability 1 / (1 + e^-logits[i]). Logits count as at most 20 in magnitude. */
export function bernoullis(logits: Float32Array): Codec<Uint8Array> {
  const count = logits.length;
  return {
    push(message, bits) {
      checkBits(bits, logits);
      const [at, logit] = place(message, bits, logits);
      message.pushVector(count, (from, to) =>
        message.kernel.exports.bernoulliVectorPush(message.address, at + from, logit + 4 * from, to - from),
      );
    },
    pop(message) {
      const bits = new Uint8Array(count);
      const [at, logit] = place(message, bits, logits);
      message.popVector(count, (from, to) =>
        message.kernel.exports.bernoulliVectorPop(message.address, at + from, logit + 4 * from, to - from),
      );
      return take(message, at, bits);
    },
  };
}

/**
 * Sum of log2 of the real-valued probabilities of the bits: for reports. `message` lends its kernel and scratch memory.
 */
export function bernoullisLog2Probability(message: Message, bits: Uint8Array, logits: Float32Array): number {
  checkBits(bits, logits);
  const [at, logit] = place(message, bits, logits);
  return message.kernel.exports.bernoulliVectorLog2Probability(at, logit, logits.length);
}

function checkBits(bits: Uint8Array, logits: Float32Array): void {
  if (bits.length !== logits.length || !bits.every((bit) => bit <= 1))
    throw new VaezipError('bad-argument', `${bits.length} values are no bits for ${logits.length} logits`);
}
