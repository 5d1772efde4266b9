// Which latents of a linear VAE collapse (Lucas et al. 2019): data of independent Gaussian dimensions with variances
// lambda_i, p(x|z) of a fixed variance, -ELBO with the KL weighted by beta. Each dimension by itself,
//   (lambda (1 - w v)^2 + w^2 s^2) / (2 sigma^2) + beta (v^2 lambda + s^2 - 1 - log s^2) / 2
// is least, over encoder v x, deviation s and decoder w z, at w^2 = lambda - beta sigma^2, where the KL is
// log(lambda / (beta sigma^2)) / 2; or at 0, with no z, where lambda <= beta sigma^2. So beta sigma^2 is the level of
// reverse water-filling (Cover and Thomas 2006, section 10.3.3). In nats.

export interface LinearLatent {
  readonly encoder: number;
  readonly scale: number;
  readonly decoder: number;
}

/** The KL at the best weights. */
export function exactKl(variance: number, level: number): number {
  return variance > level ? 0.5 * Math.log(variance / level) : 0;
}

/** The KL at given ones. */
export function kl({ encoder, scale }: LinearLatent, variance: number): number {
  return 0.5 * (encoder * encoder * variance + scale * scale - 1) - Math.log(scale);
}

const STEPS = 20_000;

/** The weights at which gradient descent comes to rest, from a latent that says little. */
export function descend(variance: number, noise: number, beta: number): LinearLatent {
  let [v, w, logS] = [0.1, 0.1, 0];
  const rate = 0.05 / (1 / noise + beta * (1 + variance) + variance / noise);
  for (let step = 0; step < STEPS; step++) {
    const s2 = Math.exp(2 * logS);
    const miss = 1 - w * v;
    const byV = (-variance * miss * w) / noise + beta * v * variance;
    const byW = (-variance * miss * v + w * s2) / noise;
    const byLogS = (w * w * s2) / noise + beta * (s2 - 1);
    v -= rate * byV;
    w -= rate * byW;
    logS -= rate * byLogS;
  }
  return { encoder: v, scale: Math.exp(logS), decoder: w };
}
