// An event that happens or does not.

import type { Codec } from '../ans/codec.ts';
import { PRECISION, TOTAL } from './precision.ts';

/** true with this probability; each outcome keeps at least 2^-28, so that no value is impossible. */
export function bernoulli(probability: number): Codec<boolean> {
  return {
    push(message, value) {
      const frequency = message.kernel.exports.bernoulliFrequency(probability);
      if (value) message.push(0, frequency, PRECISION);
      else message.push(frequency, TOTAL - frequency, PRECISION);
    },
    pop(message) {
      const frequency = message.kernel.exports.bernoulliFrequency(probability);
      const value = message.peek(PRECISION) < frequency;
      if (value) message.pop(0, frequency, PRECISION);
      else message.pop(frequency, TOTAL - frequency, PRECISION);
      return value;
    },
  };
}
