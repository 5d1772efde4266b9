// The store of the platform: the file system in Node, fetch elsewhere. Each is loaded only where it is used.

import type { ModelStore, ShippedFile } from './store.ts';

export async function openStore(shipped: readonly ShippedFile[]): Promise<ModelStore> {
  return typeof process === 'object' && process.versions?.node
    ? (await import('./node.ts')).nodeStore(shipped)
    : (await import('./web.ts')).webStore(shipped);
}
