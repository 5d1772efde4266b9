// Equally likely integers: what to code by when nothing is known.

import type { Codec } from '../ans/codec.ts';
import { VaezipError } from '../error.ts';
import { PRECISION } from './precision.ts';

/** Integers 0..size - 1, size 1 to 2^24. Costs log2(size) bits, within 0.001 bit. */
export function uniform(size: number): Codec<number> {
  if (!(Number.isInteger(size) && size >= 1 && size <= 2 ** 24))
    throw new VaezipError('bad-argument', `a uniform distribution has 1 to 2^24 values, not ${size}`);
  return {
    push(message, value) {
      if (!(Number.isInteger(value) && value >= 0 && value < size))
        throw new VaezipError('bad-argument', `${value} is not an integer in 0..${size - 1}`);
      const { uniformStart } = message.kernel.exports;
      const start = uniformStart(value, size);
      message.push(start, uniformStart(value + 1, size) - start, PRECISION);
    },
    pop(message) {
      const { uniformFind, uniformStart } = message.kernel.exports;
      const value = uniformFind(message.peek(PRECISION), size);
      const start = uniformStart(value, size);
      message.pop(start, uniformStart(value + 1, size) - start, PRECISION);
      return value;
    },
  };
}
