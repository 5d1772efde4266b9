// Weights in the file system: those of the package, and those in the folders that VAEZIP_MODELS lists.

import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VaezipError } from '../../codec/error.ts';
import { cardBy, weightsBy } from './reading.ts';
import type { ModelFile, ModelStore, ShippedFile } from './store.ts';

const SUFFIX = '.safetensors';

/** Why a folder cannot be listed, by the system's code. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is none',
  ENOTDIR: 'it is a file',
  EACCES: 'no permission',
};

export function nodeStore(shipped: readonly ShippedFile[]): ModelStore {
  const ofPackage = shipped.map(({ name, id, weights }) => ({
    name,
    id,
    location: fileURLToPath(weights()),
  }));
  const weights = weightsBy(read);
  const present = () => ofPackage.filter(({ location }) => existsSync(location));
  const listings = () => Promise.all(userFolders().map(listingOf));
  const ofUser = async () => (await listings()).flatMap(({ files }) => files);
  const find = async (id: string) => {
    const known = ofPackage.find((file) => file.id.startsWith(id) && existsSync(file.location));
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
    problems: async () => (await listings()).flatMap(({ problem }) => problem ?? []),
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

interface Listing {
  readonly files: readonly ModelFile[];
  readonly problem: string | null;
}

async function listingOf(folder: string): Promise<Listing> {
  try {
    const names = (await readdir(folder)).filter((entry) => entry.endsWith(SUFFIX)).sort();
    const files = names.map((name) => ({
      name: name.slice(0, -SUFFIX.length),
      location: join(folder, name),
      id: null,
    }));
    return { files, problem: null };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = UNREADABLE[code] ?? code;
    return { files: [], problem: `the folder ${folder} in VAEZIP_MODELS cannot be listed: ${reason}` };
  }
}

/** Regular files alone: a named pipe would be waited for. */
async function read(path: string): Promise<Uint8Array | null> {
  try {
    if ((await stat(path)).isFile()) return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new VaezipError('unknown-model', `cannot read ${path} (${code})`);
  }
  throw new VaezipError('unknown-model', `cannot read ${path} (no regular file)`);
}
