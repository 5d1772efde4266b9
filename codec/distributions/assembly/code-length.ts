// The code length of a stretch of samples: -log2 of their probabilities, gathered as products
// so that logarithms are few.

import { log2of } from './elementary';

/** f64: product of probabilities not yet in the sum. */
@inline const PRODUCT: usize = 0;
/** f64: sum of -log2 p. */
@inline const BITS: usize = 8;

/** Bytes of a code length. */
@inline export const CODE_LENGTH_BYTES: usize = 16;

/** Sets a code length to 0. */
@inline
export function clearCodeLength(at: usize): void {
  store<f64>(at, 1, PRODUCT);
  store<f64>(at, 0, BITS);
}

@inline
export function addProbability(at: usize, probability: f64): void {
  const product = load<f64>(at, PRODUCT) * probability;
  store<f64>(at, product, PRODUCT);
  if (product < 1e-200) codeLength(at);
}

/** The code length in bits. */
export function codeLength(at: usize): f64 {
  const bits = load<f64>(at, BITS) - log2of(load<f64>(at, PRODUCT));
  store<f64>(at, 1, PRODUCT);
  store<f64>(at, bits, BITS);
  return bits;
}
