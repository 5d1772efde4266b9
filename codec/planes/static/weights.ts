// The photo model's weights, laid out for the kernel. Tensors are named as they are in the file; a network's weights are
// [inputs][outputs].

import { VaezipError } from '../../error.ts';
import { FEATURES, LATENTS, MODULATION, POOLED_INPUTS } from './job.ts';

export const HIDDEN1 = 32;
export const HIDDEN2 = 16;
export const OUTPUTS = 12;
export const POOLED = 24;
export const POSTERIOR_HIDDEN = 48;
export const MODULATION_HIDDEN = 32;
/** The latents to the left, the posterior means above, 1 where there is no tile to the left, 1 where there is none above. */
export const PRIOR_INPUTS = 2 * LATENTS + 2;

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

export interface PlaneWeights {
  readonly layer1: Float32Array;
  readonly layer2: Float32Array;
  readonly layer3: Float32Array;
  readonly pooled: Float32Array;
}

export interface StaticWeights {
  readonly planes: readonly PlaneWeights[];
  readonly posterior: Float32Array;
  readonly prior: Float32Array;
  readonly modulation: Float32Array;
  /** Whether tiles have latents; a model without them is there to measure what they bring. */
  readonly latents: boolean;
  /** Bytes that all of them take in the kernel's memory, alignment included. */
  readonly bytes: number;
}

/** Whether a tensor is part of the posterior or the prior, which a model without latents lacks. */
export function isOfLatents(name: string): boolean {
  return name.startsWith('posterior.') || name.startsWith('prior.') || name.includes('.pooled.');
}

/** Arranges named tensors for the kernel. Throws VaezipError 'bad-file' when one is missing or of another size. */
export function staticWeights(tensors: ReadonlyMap<string, Float32Array>): StaticWeights {
  const latents = [...tensors.keys()].some(isOfLatents);
  const take = (name: string): Float32Array => {
    const length = STATIC_SHAPES[name].reduce((product, n) => product * n, 1);
    const values = !latents && isOfLatents(name) ? new Float32Array(length) : tensors.get(name);
    if (values?.length !== length) {
      throw new VaezipError(
        'bad-file',
        `the weights lack tensor ${name} of ${length} values; train the model anew`,
      );
    }
    return values;
  };
  const join = (...names: string[]): Float32Array => {
    const parts = names.map(take);
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  };
  const network = (name: string) => join(`${name}.weights`, `${name}.bias`);
  const both = (name: string) =>
    join(`${name}.hidden.weights`, `${name}.hidden.bias`, `${name}.output.weights`, `${name}.output.bias`);
  const planes = FEATURES.map((_, p) => ({
    layer1: take(`plane${p}.layer1`),
    layer2: take(`plane${p}.layer2`),
    layer3: take(`plane${p}.layer3`),
    pooled: network(`plane${p}.pooled`),
  }));
  const posterior = both('posterior');
  const prior = network('prior');
  const modulation = both('modulation');
  const all = [...planes.flatMap((plane) => Object.values(plane)), posterior, prior, modulation];
  return {
    planes,
    posterior,
    prior,
    modulation,
    latents,
    bytes: all.reduce((sum, values) => sum + values.byteLength + 64, 0),
  };
}
