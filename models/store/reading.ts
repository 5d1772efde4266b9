// What stores that read from somewhere have in common, given how they read a location: null for what is not there.

import { VaezipError } from '../../codec/error.ts';
import type { ModelStore, Weights } from './store.ts';

type Read = (location: string) => Promise<Uint8Array | null>;

const SUFFIX = /\.safetensors(?=$|\?)/;

/** Reads weights, each location once: who asks meanwhile shares the promise. What failed is read again. */
export function weightsBy(read: Read): ModelStore['weights'] {
  const kept = new Map<string, Promise<Weights>>();
  return async ({ name, location, id }) => {
    const reading = kept.get(location) ?? readWeights(read, location);
    kept.set(location, reading);
    try {
      const weights = await reading;
      if (id === null || id === weights.id) return weights;
      throw new VaezipError(
        'bad-file',
        `${location} is damaged: it has the SHA-256 ${weights.id}, not that of the model ${name}; install vaezip again`,
      );
    } catch (error) {
      if (kept.get(location) === reading) kept.delete(location);
      throw error;
    }
  };
}

/** Reads cards, which lie beside the weights. */
export function cardBy(read: Read): ModelStore['card'] {
  return async ({ location }) => {
    const path = SUFFIX.test(location) ? location.replace(SUFFIX, '.json') : null;
    const bytes = path && (await read(path));
    if (!bytes) return null;
    try {
      const card: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (typeof card === 'object' && !Array.isArray(card)) return card as Record<string, unknown> | null;
    } catch {
      // told below
    }
    throw new VaezipError('bad-file', `the card ${path} is not a JSON object`);
  };
}

/** The id of weights. */
export async function idOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function readWeights(read: Read, location: string): Promise<Weights> {
  const bytes = await read(location);
  if (!bytes) throw new VaezipError('unknown-model', `the weights ${location} are not there`);
  return { bytes, id: await idOf(bytes) };
}
