// The photo model's weights, laid out for the kernel. Tensors are named as they are in the
// file; a network's weights are [inputs][outputs].

import { VaezipError } from '../../error.ts';
import { FEATURES, isOfLatents, STATIC_SHAPES } from './architecture.ts';

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
  return {
    planes,
    posterior: both('posterior'),
    prior: network('prior'),
    modulation: both('modulation'),
    latents,
  };
}
