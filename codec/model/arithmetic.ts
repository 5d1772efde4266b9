// The revision of the arithmetic that decides the bits of streams: order of sums, polynomials, thresholds.

/**
 * To be raised by any change after which the same weights would write other streams. Weights name it in their metadata
 * (key `arithmetic`), so that with it their id changes, and no file is decoded by other arithmetic than wrote it.
 */
export const ARITHMETIC = '1';
