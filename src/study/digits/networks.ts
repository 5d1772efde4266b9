// The networks of digits that several claims share: over the weight beta of the KL, and over the number of causal
// neighbours that a pixel sees. Small, so that one trains in about a minute.

import type { Network } from '../frame/network.ts';
import { type DigitsModel, digitsModel } from './model.ts';
import { digitsNetwork } from './preset.ts';

const STEPS = 3000;

export interface DigitsStudy {
  readonly neighbours: number;
  readonly beta: number;
}

export function sharedNetwork({ neighbours, beta }: DigitsStudy): Network {
  const sizes = sizesFor(neighbours);
  return digitsNetwork(`digits-n${neighbours}-beta${beta}`, sizes, { beta, steps: STEPS });
}

export function sharedModel(neighbours: number): DigitsModel {
  return digitsModel(sizesFor(neighbours));
}

function sizesFor(neighbours: number) {
  return { latents: 16, hidden: [128], neighbours };
}
