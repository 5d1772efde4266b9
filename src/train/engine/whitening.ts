// Statistics of images made into inputs that are as good as uncorrelated, with means of 0 and variances of at most 1: a
// constant 1 first, then by the Cholesky factor of their correlations, with a ridge.

import { Constants } from '../../../codec/kernel/layouts.ts';
import { cholesky } from './linear-algebra.ts';

/** Added to the diagonal of the correlations: what hardly varies by itself counts less. */
const RIDGE = 0.1;
const { MOST_DEVIATIONS } = Constants['planes/online/origin'];

/** What threads are told of it. */
export interface WhiteningNumbers {
  /** Of each statistic: what it is less, and then times. */
  readonly centre: Float32Array;
  readonly scale: Float32Array;
  /** Lower triangular, of the constant and the statistics. */
  readonly factor: readonly Float64Array[];
}

export class Whitening {
  readonly numbers: WhiteningNumbers;

  constructor(numbers: WhiteningNumbers) {
    this.numbers = numbers;
  }

  /** That of the statistics of some images. */
  static of(samples: readonly Float64Array[]): Whitening {
    const size = samples[0].length;
    const mean = (value: (sample: Float64Array) => number) =>
      samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
    const centre = Float32Array.from({ length: size }, (_, i) => mean((sample) => sample[i]));
    const scale = Float32Array.from(
      { length: size },
      (_, i) => 1 / (Math.sqrt(mean((sample) => (sample[i] - centre[i]) ** 2)) + 1e-3),
    );
    const scaled = samples.map((sample) => scaledOf(sample, centre, scale));
    const products = Array.from({ length: size + 1 }, (_, i) =>
      Float64Array.from({ length: size + 1 }, (_, j) => {
        const sum = scaled.reduce((sum, sample) => sum + sample[i] * sample[j], 0);
        return sum / samples.length + (i === j && i > 0 ? RIDGE : 0);
      }),
    );
    return new Whitening({ centre, scale, factor: cholesky(products) });
  }

  /** Inputs of an image: those of its statistics behind a constant. */
  apply(statistics: Float64Array): Float64Array {
    const { centre, scale, factor } = this.numbers;
    const inputs = scaledOf(statistics, centre, scale);
    for (const [i, row] of factor.entries()) {
      for (let j = 0; j < i; j++) inputs[i] -= row[j] * inputs[j];
      inputs[i] /= row[i];
    }
    return inputs;
  }

  /** Weights of the constant and the scaled statistics in a sum of inputs with these weights. */
  weightsOf(ofInputs: ArrayLike<number>): Float64Array {
    const { factor } = this.numbers;
    const weights = Float64Array.from(ofInputs);
    for (let i = weights.length - 1; i >= 0; i--) {
      for (let j = i + 1; j < weights.length; j++) weights[i] -= factor[j][i] * weights[j];
      weights[i] /= factor[i][i];
    }
    return weights;
  }

  /** Weights of the inputs in a sum of a constant and of statistics that are scaled otherwise: undoes `weightsOf`. */
  inputsOf(
    constant: number,
    ofStatistics: Float64Array,
    scaling: Pick<WhiteningNumbers, 'centre' | 'scale'>,
  ): Float64Array {
    const { centre, scale, factor } = this.numbers;
    const weights = new Float64Array(factor.length);
    weights[0] = constant;
    for (const [i, weight] of ofStatistics.entries()) {
      weights[0] += weight * (centre[i] - scaling.centre[i]) * scaling.scale[i];
      weights[i + 1] = (weight * scaling.scale[i]) / scale[i];
    }
    return weights.map((_, i) => {
      let sum = 0;
      for (let j = i; j < weights.length; j++) sum += factor[j][i] * weights[j];
      return sum;
    });
  }
}

/** The constant, then each statistic less its mean over its standard deviation. */
function scaledOf(statistics: Float64Array, centre: Float32Array, scale: Float32Array): Float64Array {
  const scaled = new Float64Array(statistics.length + 1);
  scaled[0] = 1;
  for (const [i, statistic] of statistics.entries())
    scaled[i + 1] = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, (statistic - centre[i]) * scale[i]));
  return scaled;
}
