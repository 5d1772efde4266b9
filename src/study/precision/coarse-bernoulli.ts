// Bits whose frequencies are rounded to fewer positions than the coder's 2^28: what precision is worth.

import type { Codec } from '../../../codec/ans/codec.ts';

/** As `bernoullis` (codec/distributions), with frequencies of 2^precision, 1 to 28. */
export function coarseBernoullis(logits: Float32Array, precision: number): Codec<Uint8Array> {
  const total = 2 ** precision;
  return {
    push(message, bits) {
      for (let i = logits.length - 1; i >= 0; i--) {
        const frequency = frequencyOfOne(message.kernel.exports.exp64(-logits[i]), total);
        if (bits[i] === 1) message.push(0, frequency, precision);
        else message.push(frequency, total - frequency, precision);
      }
    },
    pop(message) {
      return Uint8Array.from(logits, (logit) => {
        const frequency = frequencyOfOne(message.kernel.exports.exp64(-logit), total);
        const one = message.peek(precision) < frequency;
        if (one) message.pop(0, frequency, precision);
        else message.pop(frequency, total - frequency, precision);
        return one ? 1 : 0;
      });
    },
  };
}

/** Of an event whose odds are 1 : oddsAgainst, at least 1 and leaving 1. */
function frequencyOfOne(oddsAgainst: number, total: number): number {
  return Math.max(1, Math.min(total - 1, Math.floor(total / (1 + oddsAgainst))));
}
