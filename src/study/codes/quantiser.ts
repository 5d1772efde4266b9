// A row of numbers made a code: each number its bin, of 2^bits bins of equal width around the mean of many images, with
// the frequencies that the bins have in those.

import type { Codec } from '../../../codec/ans/codec.ts';
import { mapped, sequence } from '../../../codec/bitsback/combinators.ts';
import { categorical } from '../../../codec/distributions/categorical.ts';
import type { Code } from './coder.ts';

/** Standard deviations to either side of the mean that have bins; what lies further out counts as the last bin. */
const REACH = 4;

export class Quantiser implements Code {
  readonly prior: Codec<Uint16Array>;
  readonly #bins: number;
  readonly #ranges: readonly { readonly lowest: number; readonly width: number }[];

  /** `fitted`: numbers of the images that means, deviations and frequencies are of. */
  constructor(bits: number, fitted: readonly Float32Array[]) {
    const places = [...fitted[0].keys()];
    this.#bins = 2 ** bits;
    this.#ranges = places.map((place) => {
      const mean = meanOf(fitted.map((numbers) => numbers[place]));
      const deviation = Math.sqrt(meanOf(fitted.map((numbers) => (numbers[place] - mean) ** 2)));
      return { lowest: mean - REACH * deviation, width: (2 * REACH * deviation) / this.#bins };
    });
    // Each bin counts once more than it was seen: none is impossible.
    const counts = places.map(() => new Float64Array(this.#bins).fill(1));
    for (const numbers of fitted)
      for (const [place, bin] of this.codeOf(numbers).entries()) counts[place][bin]++;
    this.prior = mapped(
      sequence<number[]>(...counts.map((weights) => categorical(weights))),
      (code: Uint16Array) => [...code],
      (bins) => Uint16Array.from(bins),
    );
  }

  codeOf(numbers: Float32Array): Uint16Array {
    return Uint16Array.from(numbers, (number, place) => {
      const { lowest, width } = this.#ranges[place];
      return Math.min(this.#bins - 1, Math.max(0, Math.floor((number - lowest) / width)));
    });
  }

  /** The middle of each bin. */
  readonly numbers = (code: Uint16Array): Float32Array =>
    Float32Array.from(code, (bin, place) => {
      const { lowest, width } = this.#ranges[place];
      return lowest + (bin + 0.5) * width;
    });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
