// Mean and variance of gradients that were drawn again and again.

/** Of vectors: sums, so that they need not be kept. */
export class Spread {
  #count = 0;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;

  constructor(size: number) {
    this.#sum = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  add(vector: ArrayLike<number>): void {
    this.#count++;
    for (let i = 0; i < this.#sum.length; i++) {
      this.#sum[i] += vector[i];
      this.#squares[i] += vector[i] ** 2;
    }
  }

  get mean(): Float64Array {
    return this.#sum.map((sum) => sum / this.#count);
  }

  /** Of each entry. */
  get variances(): Float64Array {
    const n = this.#count;
    return this.#squares.map((squares, i) => (squares - this.#sum[i] ** 2 / n) / (n - 1));
  }

  /** Summed over entries: the mean squared distance of a vector from the mean. */
  get variance(): number {
    return this.variances.reduce((sum, variance) => sum + variance, 0);
  }

  /** The squared norm of the mean, less what the variance adds to it. */
  get signal(): number {
    return this.mean.reduce((sum, mean) => sum + mean * mean, 0) - this.variance / this.#count;
  }

  /**
   * Mean over entries of the squared distance of the mean from `expected`, in units of its standard error: 1, but for
   * chance, where `expected` is the true mean. `variances`: squared standard errors of `expected` itself.
   */
  squaredErrors(expected: ArrayLike<number>, variances?: Float64Array): number {
    const { mean, variances: own } = this;
    const n = this.#count;
    let [sum, entries] = [0, 0];
    for (let i = 0; i < mean.length; i++) {
      const variance = own[i] / n + (variances ? variances[i] : 0);
      if (variance === 0) continue;
      sum += (mean[i] - expected[i]) ** 2 / variance;
      entries++;
    }
    return sum / entries;
  }

  /** Squared standard errors of the mean's entries. */
  get errors(): Float64Array {
    return this.variances.map((variance) => variance / this.#count);
  }
}
