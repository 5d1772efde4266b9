// The static family's sizes, which the kernel is compiled for, and the shapes of its tensors.

import { Constants } from '../../kernel/layouts.ts';

export const { HIDDEN1, HIDDEN2, OUTPUTS } = Constants['planes/static/job'];
export const { TILE, LATENTS, MODULATION, POOLED } = Constants['planes/latents/latents'];
export const { POOLED_INPUTS } = Constants['planes/latents/pool'];
const { POSTERIOR_HIDDEN, PRIOR_INPUTS, MODULATION_HIDDEN } = Constants['planes/latents/latents'];
const { OWN_FEATURES, CODED_FEATURES, LATER_FEATURES } = Constants['planes/context/context'];

/** Features of each plane. */
export const FEATURES = [0, 1, 2].map(
  (plane) => OWN_FEATURES + plane * CODED_FEATURES + (2 - plane) * LATER_FEATURES,
);

/** Numbers of the planes. */
export const PLANES = [0, 1, 2] as const;

/** Shape of every tensor of the model, by name. */
export const STATIC_SHAPES: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(
    FEATURES.flatMap((inputs, p) => [
      [`plane${p}.layer1`, [inputs, HIDDEN1]],
      [`plane${p}.layer2`, [HIDDEN1, HIDDEN2]],
      [`plane${p}.layer3`, [HIDDEN2, OUTPUTS]],
      [`plane${p}.pooled.weights`, [POOLED_INPUTS, POOLED]],
      [`plane${p}.pooled.bias`, [POOLED]],
    ]),
  ),
  'posterior.hidden.weights': [3 * POOLED, POSTERIOR_HIDDEN],
  'posterior.hidden.bias': [POSTERIOR_HIDDEN],
  'posterior.output.weights': [POSTERIOR_HIDDEN, 2 * LATENTS],
  'posterior.output.bias': [2 * LATENTS],
  'prior.weights': [PRIOR_INPUTS, 2 * LATENTS],
  'prior.bias': [2 * LATENTS],
  'modulation.hidden.weights': [LATENTS, MODULATION_HIDDEN],
  'modulation.hidden.bias': [MODULATION_HIDDEN],
  'modulation.output.weights': [MODULATION_HIDDEN, 3 * MODULATION],
  'modulation.output.bias': [3 * MODULATION],
};

/** Whether a tensor is part of the posterior or the prior, which a model without latents lacks. */
export function isOfLatents(name: string): boolean {
  return name.startsWith('posterior.') || name.startsWith('prior.') || name.includes('.pooled.');
}
