// The mean over images, each weighted by its number of samples.
import type { BitsPerDim } from '../../library/index.ts';

type Rates = BitsPerDim & { readonly png: number | null; readonly webp: number | null };

export interface Measurement {
  readonly images: number;
  readonly dims: number;
  readonly bitsPerDim: Rates;
}

/**
 * Means of each figure: of the model's own over the images that a model coded, of the others over all that have one.
 * `modelDims` tells how many samples the former cover.
 */
export function summarise(
  measurements: readonly Measurement[],
): Measurement & { readonly modelDims: number } {
  const mean = (figure: keyof Rates): number | null => {
    const present = measurements.filter(({ bitsPerDim }) => bitsPerDim[figure] !== null);
    const bits = sum(present.map(({ dims, bitsPerDim }) => dims * (bitsPerDim[figure] ?? 0)));
    return present.length > 0 ? bits / sum(present.map(({ dims }) => dims)) : null;
  };
  return {
    images: sum(measurements.map(({ images }) => images)),
    dims: sum(measurements.map(({ dims }) => dims)),
    modelDims: sum(measurements.map(({ dims, bitsPerDim }) => (bitsPerDim.negElbo === null ? 0 : dims))),
    bitsPerDim: {
      likelihood: mean('likelihood'),
      kl: mean('kl'),
      negElbo: mean('negElbo'),
      net: mean('net'),
      initial: mean('initial'),
      file: mean('file'),
      baseline: mean('baseline'),
      png: mean('png'),
      webp: mean('webp'),
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
