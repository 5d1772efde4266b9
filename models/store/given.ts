// Weights that the caller has handed over, kept for as long as the process lasts.

import { VaezipError } from '../../codec/error.ts';
import type { ModelFile, ModelStore, Weights } from './store.ts';

/** A store that grows: what is added is found from then on, the first of an id. */
export interface GivenStore extends ModelStore {
  add(name: string, weights: Weights): void;
}

export function givenStore(): GivenStore {
  const held = new Map<string, { readonly file: ModelFile; readonly weights: Weights }>();
  return {
    add: (name, weights) => {
      const { id } = weights;
      if (!held.has(id)) held.set(id, { file: { name, location: name, id }, weights });
    },
    places: () => 'what loadModel was given',
    list: async () => [...held.values()].map(({ file }) => file),
    problems: async () => [],
    find: async (start) => [...held.values()].find(({ file }) => file.id?.startsWith(start))?.file ?? null,
    weights: async ({ name, id }) => {
      const found = held.get(id ?? '')?.weights;
      if (!found) throw new VaezipError('unknown-model', `no weights ${name} were given`);
      return found;
    },
    card: async () => null,
  };
}
