// Where the weights' files lie and how they are read: through the file system in Node, by fetch in a browser.
import { VaezipError } from '../../codec/error.ts';

/** A file NAME.safetensors, perhaps with a card NAME.json beside it. */
export interface ModelFile {
  readonly name: string;
  /** Path in Node, address in a browser. */
  readonly location: string;
}

/** The models that the package ships: a browser cannot list a folder. */
export const SHIPPED: readonly string[] = [
  'photo',
  'photo-large',
  'photo-max',
  'photo-grey',
  'photo-static',
  'digits',
];

const SUFFIX = '.safetensors';
const HERE = new URL('../', import.meta.url);
const node = typeof process !== 'undefined' && process.versions?.node !== undefined;

/** The models' files, those beside this module first: of two of one name the first counts. */
export async function modelFiles(): Promise<ModelFile[]> {
  if (!node) return SHIPPED.map((name) => ({ name, location: new URL(`${name}${SUFFIX}`, HERE).href }));
  const { readdir } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const files: ModelFile[] = [];
  for (const folder of await folders()) {
    const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      throw new VaezipError('unknown-model', `cannot list the models in ${folder} (${error.code})`);
    });
    for (const entry of entries.sort()) {
      if (!entry.endsWith(SUFFIX)) continue;
      files.push({ name: entry.slice(0, -SUFFIX.length), location: join(folder, entry) });
    }
  }
  return files;
}

/** The weights' bytes. Throws VaezipError 'unknown-model' when they cannot be read. */
export async function readWeights({ location }: ModelFile): Promise<Uint8Array> {
  const weights = await read(location);
  if (!weights) throw new VaezipError('unknown-model', `the weights ${location} are not there`);
  return weights;
}

/** A model's card, null without one. Throws VaezipError 'unknown-model' or 'bad-file' when it cannot be read. */
export async function readCard({ location }: ModelFile): Promise<Record<string, unknown> | null> {
  const path = `${location.slice(0, -SUFFIX.length)}.json`;
  const bytes = await read(path);
  if (!bytes) return null;
  try {
    const card: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof card === 'object' && !Array.isArray(card)) return card as Record<string, unknown> | null;
  } catch {
    // told below
  }
  throw new VaezipError('bad-file', `the card ${path} is not a JSON object`);
}

/** Where models are looked for, for messages. */
export function placesSearched(): string {
  const listed = node ? process.env.VAEZIP_MODELS : undefined;
  const here = node ? decodeURIComponent(HERE.pathname) : HERE.href;
  return listed ? `${here}, ${listed}` : here;
}

async function folders(): Promise<string[]> {
  const { delimiter } = await import('node:path');
  const { fileURLToPath } = await import('node:url');
  const listed = (process.env.VAEZIP_MODELS ?? '').split(delimiter).filter((folder) => folder !== '');
  return [fileURLToPath(HERE), ...listed];
}

const read = node ? readFromDisk : readFromNetwork;

async function readFromDisk(path: string): Promise<Uint8Array | null> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new VaezipError('unknown-model', `cannot read ${path} (${error.code})`);
  });
}

async function readFromNetwork(address: string): Promise<Uint8Array | null> {
  const response = await fetch(address);
  if (response.status === 404) return null;
  if (!response.ok) throw new VaezipError('unknown-model', `cannot fetch ${address} (${response.status})`);
  return new Uint8Array(await response.arrayBuffer());
}
