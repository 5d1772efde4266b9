// The nine toy models of the book: three densities, each trained as a VAE, as a VAE with large batches, and as an IWAE
// with ten samples. Units and steps are fewer than the published ones; the steps are such that the figures agree.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Bench } from '../frame/bench.ts';
import type { Network } from '../frame/network.ts';
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
    options: { points: 16_000, samples: 1, learningRate: 0.004, orthogonalRate: 0.02 },
  },
  iwae: {
    name: 'iwae',
    title: 'IWAE-10',
    steps: 6000,
    options: { points: 200, samples: 10, learningRate: 0.0005, orthogonalRate: 0.005 },
  },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof VARIANTS;

export const TOY_MODEL: ToyModel = toyModel(HIDDEN);

function toyStudyNetwork(density: Density, variant: VariantName, start?: NamedArrays): Network {
  const { name, steps, options } = VARIANTS[variant];
  return toyNetwork(
    `toy-${density.name}-${name}`,
    { ...options, density: density.name, hidden: HIDDEN, ...(start ? { start } : {}) },
    steps,
  );
}

/** Weights of the models, density by density. An IWAE starts from the VAE of its density. */
export async function toyStudyWeights(
  bench: Pick<Bench, 'weights'>,
  densities: readonly Density[],
  variants: readonly VariantName[],
): Promise<NamedArrays[]> {
  const vaes = await bench.weights(densities.map((density) => toyStudyNetwork(density, 'vae')));
  const networks = densities.flatMap((density, d) =>
    variants.map((variant) =>
      toyStudyNetwork(density, variant, variant === 'iwae' ? vaes[d].tensors : undefined),
    ),
  );
  return (await bench.weights(networks)).map(({ tensors }) => tensors);
}
