// Finds trained models by name, by id or by the images they are made for. Weights lie beside this file, in the source
// tree and in the package alike, and in the folders that the environment variable VAEZIP_MODELS lists.
import { VaezipError } from '../codec/error.ts';
import type { ImageCodec, Shape } from '../codec/image-codec.ts';
import { readSafetensors } from '../codec/network/safetensors.ts';
import { type ModelFile, modelFiles, placesSearched, readModelFile } from './model-files.ts';

/** Makes a codec of a model's weights. */
export type ModelLoader = (name: string, id: string, weights: Uint8Array) => ImageCodec | Promise<ImageCodec>;

/** The kinds of models, by the key `format` of the safetensors file's metadata. */
const LOADERS: Record<string, () => Promise<ModelLoader>> = {
  'vaezip-photo': async () => (await import('../codec/photo/photo-codec.ts')).loadPhoto,
  'vaezip-digits': async () => (await import('../codec/digits/digits-codec.ts')).loadDigits,
};

/** The model made for images of a shape, the first that fits. */
const MADE_FOR: readonly { readonly name: string; readonly fits: (shape: Shape) => boolean }[] = [
  { name: 'photo', fits: (shape) => shape.channels === 3 && shape.bitDepth === 8 && shape.images === 1 },
  {
    name: 'digits',
    fits: ({ width, height, channels, bitDepth }) =>
      width === 28 && height === 28 && channels === 1 && bitDepth === 8,
  },
];

/** A model as found: its weights, what they are, and the card that tells how they came about. */
export interface ModelEntry extends ModelFile {
  /** SHA-256 of the weights' file, 64 hexadecimal digits. */
  readonly id: string;
  /** The kind of model, as the file's own metadata says; null where it says nothing. */
  readonly format: string | null;
  readonly bytes: number;
  /** Data, command, hours and rates, as training wrote them; null without a card. */
  readonly card: Record<string, unknown> | null;
}

const loaded = new Map<string, ImageCodec>();

/** All models here, those beside this file first. */
export async function listModels(): Promise<ModelEntry[]> {
  return Promise.all((await modelFiles()).map(async (file) => (await read(file)).entry));
}

/**
 * A model by its name, by its id, or (in Node) by the path of a .safetensors file.
 * @throws VaezipError 'unknown-model', which says where it was looked for.
 */
export async function findModel(nameOrId: string): Promise<ImageCodec> {
  if (/^[0-9a-f]{64}$/.test(nameOrId)) return findModelById(nameOrId);
  const files = nameOrId.endsWith('.safetensors')
    ? [{ name: nameOrId.replace(/^.*[/\\]|\.safetensors$/g, ''), location: nameOrId }]
    : await modelFiles();
  const file = files.find(({ name, location }) => name === nameOrId || location === nameOrId);
  if (file) return load(file);
  throw new VaezipError(
    'unknown-model',
    `no model is called ${nameOrId}; there are: ${names(files)} (${placesSearched()})`,
  );
}

/**
 * A model of weights that the caller has, such as a page that fetched them itself; files that need it are decoded from
 * then on. Throws VaezipError 'bad-file' for what is not a model's file, 'unknown-model' for a kind not known here.
 */
export async function loadModel(name: string, weights: Uint8Array): Promise<ImageCodec> {
  const entry = await describe({ name, location: name }, weights, null);
  return loaded.get(entry.id) ?? construct(entry, weights);
}

/** The model that a file's header names. Throws VaezipError 'unknown-model', which says where it was looked for. */
export async function findModelById(id: string): Promise<ImageCodec> {
  const known = loaded.get(id);
  if (known) return known;
  const files = await modelFiles();
  for (const file of files) {
    const found = await read(file);
    if (found.entry.id === id) return construct(found.entry, found.weights);
  }
  throw new VaezipError(
    'unknown-model',
    `it needs the model ${id}, which is not among ${names(files)} in ${placesSearched()}; ` +
      'name the folder that holds its .safetensors file in VAEZIP_MODELS',
  );
}

/** The model made for such images; null where there is none here. */
export async function modelForShape(shape: Shape): Promise<ImageCodec | null> {
  const name = MADE_FOR.find(({ fits }) => fits(shape))?.name;
  const file = name && (await modelFiles()).find((candidate) => candidate.name === name);
  return file ? load(file) : null;
}

async function load(file: ModelFile): Promise<ImageCodec> {
  const { entry, weights } = await read(file);
  return loaded.get(entry.id) ?? construct(entry, weights);
}

async function construct(entry: ModelEntry, weights: Uint8Array): Promise<ImageCodec> {
  const loader = LOADERS[entry.format ?? ''];
  if (!loader)
    throw new VaezipError(
      'unknown-model',
      `${entry.location} is of the kind '${entry.format}', which is not known here: a newer vaezip may load it`,
    );
  const codec = await (await loader())(entry.name, entry.id, weights);
  loaded.set(entry.id, codec);
  return codec;
}

async function read(file: ModelFile): Promise<{ entry: ModelEntry; weights: Uint8Array }> {
  const { weights, card } = await readModelFile(file);
  return { entry: await describe(file, weights, card), weights };
}

async function describe(file: ModelFile, weights: Uint8Array, card: ModelEntry['card']): Promise<ModelEntry> {
  const digest = await crypto.subtle.digest('SHA-256', weights as Uint8Array<ArrayBuffer>);
  const id = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const format = readSafetensors(weights, file.location).metadata.format ?? null;
  return { ...file, id, format, bytes: weights.length, card };
}

function names(files: readonly ModelFile[]): string {
  return files.map(({ name }) => name).join(', ') || 'none';
}
