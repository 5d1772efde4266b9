// Gradients of -ELBO of one datum where they have a closed form: x_i = a z_i + sigma noise for each of d latents,
// q(z|x) = N(m, s^2 I) not at its best. Parameters are m_i and log s; all in nats.
//   score function   f(z) grad log q(z),  f = log q(z) - log p(x, z)         (REINFORCE: Williams 1992)
//   with baseline    f less the mean of f over the other samples of the batch
//   reparameterised  grad f(m + s u)                                         (Kingma and Welling 2014)

import type { Random } from '../../train/run/random.ts';

export const ESTIMATORS = ['score function', 'with baseline', 'reparameterised'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

const GAIN = 2;
const NOISE = 0.5;
/** Of q, in every dimension: x is 1, its posterior's mean 0.47 and scale 0.24. */
const MEAN = 0.2;
const SCALE = 0.4;
const DATUM = 1;

/** 1 + a^2 / sigma^2: the posterior's precision. */
const PRECISION = 1 + (GAIN / NOISE) ** 2;
/** The derivative of -log p(x, z) by z_i, at the mean; PRECISION is its slope. */
const SLOPE = MEAN - (GAIN * (DATUM - GAIN * MEAN)) / NOISE ** 2;

/** The gradient by each m_i, and by log s_i; the same in every dimension. */
export const EXACT = { mean: SLOPE, logScale: PRECISION * SCALE ** 2 - 1 } as const;

/** The variance of one sample's reparameterised gradient, summed over the parameters of one dimension. */
export const EXACT_VARIANCE =
  (PRECISION * SCALE) ** 2 + (SLOPE * SCALE) ** 2 + 2 * (PRECISION * SCALE ** 2) ** 2;

/** f of noise u, but for a constant: what does not depend on z belongs to no gradient. */
function objective(noise: Float32Array): number {
  let sum = 0;
  for (const u of noise) {
    const z = MEAN + SCALE * u;
    sum += 0.5 * z * z + (0.5 * (DATUM - GAIN * z) ** 2) / NOISE ** 2 - 0.5 * u * u;
  }
  return sum;
}

/** A batch's gradient: the means over samples of z of the derivatives by m_1, log s_1, m_2, log s_2 ... */
export type Gradient = Float64Array;

/** The gradients that the three estimators make of the same `batch` (2 or more) samples of d latents. */
export function batchGradients(
  dimensions: number,
  batch: number,
  random: Random,
): Record<Estimator, Gradient> {
  const samples = Array.from({ length: batch }, () => random.normals(dimensions));
  // Of -log p(x) and log q, the constants: they matter to the plain score function, which f multiplies.
  const constant = dimensions * (0.5 * Math.log(2 * Math.PI * NOISE ** 2) - Math.log(SCALE));
  const values = samples.map((noise) => objective(noise) + constant);
  const total = values.reduce((sum, value) => sum + value, 0);
  const gradients = {
    'score function': new Float64Array(2 * dimensions),
    'with baseline': new Float64Array(2 * dimensions),
    reparameterised: new Float64Array(2 * dimensions),
  };
  for (const [i, noise] of samples.entries()) {
    const advantage = values[i] - (total - values[i]) / (batch - 1);
    for (const [k, u] of noise.entries()) {
      const [byMean, byScale] = [u / SCALE, u * u - 1];
      const slope = SLOPE + PRECISION * SCALE * u;
      add(gradients['score function'], k, values[i] * byMean, values[i] * byScale);
      add(gradients['with baseline'], k, advantage * byMean, advantage * byScale);
      add(gradients.reparameterised, k, slope, SCALE * u * slope - 1);
    }
  }
  for (const gradient of Object.values(gradients))
    for (let i = 0; i < gradient.length; i++) gradient[i] /= batch;
  return gradients;
}

function add(gradient: Gradient, dimension: number, byMean: number, byScale: number): void {
  gradient[2 * dimension] += byMean;
  gradient[2 * dimension + 1] += byScale;
}
