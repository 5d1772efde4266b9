// Diagonal Gaussians, one an image, and what they make together: the aggregate posterior q(z), their mean.

import type { Random } from '../../train/run/random.ts';
import type { Log2Densities } from './contrast.ts';

/** N(means_i, scales_i^2) for each i: [count][size]. */
export interface Gaussians {
  readonly means: ArrayLike<number>;
  /** Standard deviations. */
  readonly scales: ArrayLike<number>;
  readonly size: number;
}

const LOG2_TWO_PI = Math.log2(2 * Math.PI);

/** One sample of each. */
export function sampleGaussians({ means, scales }: Gaussians, random: Random): Float64Array {
  return Float64Array.from(means, (mean, k) => mean + scales[k] * random.normal());
}

/** log2 of the density of sample i under Gaussian j. */
export function gaussianDensities(gaussians: Gaussians, samples: Float64Array): Log2Densities {
  const { means, scales, size } = gaussians;
  const count = means.length / size;
  const inverses = Float64Array.from(scales, (scale) => 1 / scale);
  const heights = Float64Array.from({ length: count }, (_, j) => {
    let sum = -0.5 * size * LOG2_TWO_PI;
    for (let k = j * size; k < (j + 1) * size; k++) sum -= Math.log2(scales[k]);
    return sum;
  });
  const values = Float64Array.from(means);
  return (i, start, end) => {
    const row = new Float64Array(end - start);
    for (let j = start; j < end; j++) {
      let distance = 0;
      for (let k = 0; k < size; k++) {
        const off = (samples[i * size + k] - values[j * size + k]) * inverses[j * size + k];
        distance += off * off;
      }
      row[j - start] = heights[j] - 0.5 * Math.LOG2E * distance;
    }
    return row;
  };
}

/** log2 q(z_i|x_i) - log2 p(z_i) at sample i, with p = N(0, I): its mean is R. */
export function log2Ratios({ means, scales, size }: Gaussians, samples: ArrayLike<number>): Float64Array {
  const ratios = new Float64Array(samples.length / size);
  for (let k = 0; k < samples.length; k++) {
    const z = samples[k];
    const noise = (z - means[k]) / scales[k];
    ratios[Math.floor(k / size)] += 0.5 * Math.LOG2E * (z * z - noise * noise) - Math.log2(scales[k]);
  }
  return ratios;
}
