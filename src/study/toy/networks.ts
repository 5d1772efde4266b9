// The nine toy models of the book: three densities, each trained as a VAE, as a VAE with large batches, and as an IWAE
// with ten samples. Units and steps are fewer than the published ones; the steps are such that the figures agree.

import type { Network } from '../frame/network.ts';
import { DENSITIES } from './densities.ts';
import type { Density } from './density.ts';
import { type ToyModel, toyModel } from './model.ts';
import { type ToyOptions, toyNetwork } from './preset.ts';

export const HIDDEN = [48, 48, 48, 48, 48, 48];

interface Variant {
  /** Of its weights' files. */
  readonly name: string;
  readonly title: string;
  readonly steps: number;
  readonly options: Omit<ToyOptions, 'density' | 'hidden'>;
}

export const VARIANTS = {
  vae: {
    name: 'vae',
    title: 'VAE',
    steps: 20_000,
    options: { points: 200, samples: 1, learningRate: 0.004, orthogonalRate: 0.02 },
  },
  large: {
    name: 'large-batch',
    title: 'VAE, large batch',
    steps: 3000,
    options: { points: 8000, samples: 1, learningRate: 0.004, orthogonalRate: 0.02 },
  },
  iwae: {
    name: 'iwae',
    title: 'IWAE-10',
    steps: 12_000,
    options: { points: 200, samples: 10, learningRate: 0.002, orthogonalRate: 0.02 },
  },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof VARIANTS;

export const TOY_MODEL: ToyModel = toyModel(HIDDEN);

export function toyStudyNetwork(density: Density, variant: VariantName): Network {
  const { name, steps, options } = VARIANTS[variant];
  return toyNetwork(
    `toy-${density.name}-${name}`,
    { ...options, density: density.name, hidden: HIDDEN },
    steps,
  );
}

/** All nine, density by density. */
export function toyStudyNetworks(): Network[] {
  const variants = Object.keys(VARIANTS) as VariantName[];
  return DENSITIES.flatMap((density) => variants.map((variant) => toyStudyNetwork(density, variant)));
}
