// The static family's preset: the VAE of 8-bit RGB photographs, a latent vector for each 16x16 tile. And the
// same without latents, to measure what they bring.

import type { NamedArrays } from '../../../../codec/network/safetensors.ts';
import {
  HIDDEN1,
  HIDDEN2,
  isOfLatents,
  MODULATION,
  OUTPUTS,
  STATIC_SHAPES,
} from '../../../../codec/planes/static/architecture.ts';
import type { Random } from '../../run/random.ts';
import type { Preset } from '../preset.ts';
import { openPhotos } from './data.ts';
import { staticLoss } from './loss.ts';

/** Standard deviation of initial weights, relative to 1 / sqrt(inputs). */
function initialGain(name: string): number {
  if (name.endsWith('layer3')) return 0.1;
  if (name.startsWith('modulation.output')) return 0.3;
  if (name.startsWith('prior')) return 0.1;
  return name.endsWith('layer1') || name.startsWith('posterior.output') ? 1 : Math.SQRT2;
}

function initialParameters(random: Random, latents: boolean): NamedArrays {
  const shapes = Object.entries(STATIC_SHAPES).filter(([name]) => latents || !isOfLatents(name));
  return Object.fromEntries(
    shapes.map(([name, shape]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      if (shape.length === 1) return [name, { shape, data: initialBias(name, length) }];
      const deviation = initialGain(name) / Math.sqrt(shape[0]);
      return [name, { shape, data: random.normals(length).map((x) => x * deviation) }];
    }),
  );
}

function initialBias(name: string, length: number): Float32Array {
  const bias = new Float32Array(length);
  if (name === 'posterior.output.bias') bias.fill(-2, length / 2);
  if (name === 'modulation.output.bias') {
    for (let plane = 0; plane < length; plane += MODULATION) {
      bias.fill(1, plane, plane + HIDDEN1);
      bias.fill(1, plane + 2 * HIDDEN1, plane + 2 * HIDDEN1 + HIDDEN2);
      // Components of different width, so that they begin to specialise.
      const logScales = plane + 2 * HIDDEN1 + 2 * HIDDEN2 + OUTPUTS / 3;
      bias.set([-1.2, -0.75, -0.25, 0.2], logScales);
    }
  }
  return bias;
}

/** All but the name, with latents or without. */
export function staticPreset(latents: boolean): Omit<Preset, 'name'> {
  return {
    format: 'vaezip-static',
    hyperparameters: { latents: latents ? '16 per 16x16 tile' : 'none' },
    shards: 2,
    steps: 60_000,
    learningRate: 3e-3,
    klWarmUp: 0.3,
    clipNorm: 1,
    initialParameters: (random) => initialParameters(random, latents),
    openData: openPhotos,
    loss: (parameters, batch, { klWeight }) => staticLoss(parameters, batch, klWeight, latents),
  };
}
