// Weights in the file system: those of the package, and those in the folders that VAEZIP_MODELS lists.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VaezipError } from '../../codec/error.ts';
import { cardBy, weightsBy } from './reading.ts';
import type { ModelFile, ModelStore, ShippedFile } from './store.ts';

const SUFFIX = '.safetensors';

export function nodeStore(shipped: readonly ShippedFile[]): ModelStore {
  const ofPackage = shipped.map(({ name, id, weights }) => ({
    name,
    id,
    location: fileURLToPath(weights()),
  }));
  const weights = weightsBy(read);
  const present = () => ofPackage.filter(({ location }) => existsSync(location));
  const ofUser = async () => (await Promise.all(userFolders().map(filesIn))).flat();
  const find = async (id: string) => {
    const known = present().find((file) => file.id.startsWith(id));
    if (known) return known;
    for (const file of await ofUser()) {
      // Others' content does not matter, nor whether they can be read at all.
      if ((await weights(file).catch(() => null))?.id.startsWith(id)) return file;
    }
    return null;
  };
  return {
    places: () => [...foldersOf(shipped), ...userFolders()].join(', '),
    list: async () => [...present(), ...(await ofUser())],
    find,
    weights,
    card: cardBy(read),
  };
}

function foldersOf(shipped: readonly ShippedFile[]): Set<string> {
  return new Set(shipped.map(({ weights }) => fileURLToPath(new URL('.', weights()))));
}

function userFolders(): string[] {
  return (process.env.VAEZIP_MODELS ?? '').split(delimiter).filter((folder) => folder !== '');
}

async function filesIn(folder: string): Promise<ModelFile[]> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new VaezipError('unknown-model', `cannot list the models in ${folder} (${error.code})`);
  });
  return entries
    .filter((entry) => entry.endsWith(SUFFIX))
    .sort()
    .map((entry) => ({ name: entry.slice(0, -SUFFIX.length), location: join(folder, entry), id: null }));
}

function read(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new VaezipError('unknown-model', `cannot read ${path} (${error.code})`);
  });
}
