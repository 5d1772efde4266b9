// Integers with given weights.

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { PRECISION } from './precision.ts';

/**
 * Integers 0..weights.length - 1 (1 to 2^16 of them) with probabilities in proportion to `weights` (finite, >= 0; all
 * zero counts as all equal). Each value keeps a frequency of at least 1 of 2^28.
 */
export function categorical(weights: ArrayLike<number>): Codec<number> {
  const size = weights.length;
  if (!(size >= 1 && size <= 65536))
    throw new VaezipError('bad-argument', `a categorical distribution has 1 to 65536 values, not ${size}`);
  const copy = Float64Array.from(weights);
  if (!copy.every((weight) => weight >= 0 && weight < Infinity))
    throw new VaezipError(
      'bad-argument',
      'the weights of a categorical distribution must be finite and not negative',
    );
  let table: Uint32Array | undefined;
  return {
    push(message, value) {
      if (!(Number.isInteger(value) && value >= 0 && value < size))
        throw new VaezipError('bad-argument', `${value} is not an integer in 0..${size - 1}`);
      table ??= categoricalTable(message, copy);
      message.push(table[value], table[value + 1] - table[value], PRECISION);
    },
    pop(message) {
      table ??= categoricalTable(message, copy);
      const position = message.peek(PRECISION);
      let value = 0;
      for (let high = size; high - value > 1; ) {
        const middle = (value + high) >> 1;
        if (table[middle] <= position) value = middle;
        else high = middle;
      }
      message.pop(table[value], table[value + 1] - table[value], PRECISION);
      return value;
    },
  };
}

/** Cumulatives 0..2^28 of the weights, one more than there are weights. */
function categoricalTable(message: Message, weights: Float64Array): Uint32Array {
  const { exports, memory } = message.kernel;
  const at = message.scratch(12 * weights.length + 4);
  const table = at + 8 * weights.length;
  new Float64Array(memory.buffer, at, weights.length).set(weights);
  exports.categoricalTable(at, weights.length, table);
  return new Uint32Array(memory.buffer, table, weights.length + 1).slice();
}
