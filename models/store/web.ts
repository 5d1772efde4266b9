// Weights that the site serves beside the library, fetched when they are needed. A page cannot list folders.

import { VaezipError } from '../../codec/error.ts';
import { cardBy, weightsBy } from './reading.ts';
import type { ModelStore, ShippedFile } from './store.ts';

export function webStore(shipped: readonly ShippedFile[]): ModelStore {
  const files = shipped.map(({ name, id, weights }) => ({ name, id, location: weights().href }));
  return {
    places: () => [...new Set(files.map(({ location }) => new URL('.', location).href))].join(', '),
    list: async () => files,
    problems: async () => [],
    find: async (id) => files.find((file) => file.id.startsWith(id)) ?? null,
    weights: weightsBy(read),
    card: cardBy(read),
  };
}

async function read(address: string): Promise<Uint8Array | null> {
  const response = await fetch(address).catch((cause) => {
    throw new VaezipError('unknown-model', `cannot fetch ${address}`, { cause });
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new VaezipError('unknown-model', `cannot fetch ${address} (${response.status})`);
  return new Uint8Array(await response.arrayBuffer());
}
