// Finds trained models by name, by id or by the images they are made for. Weights lie beside this file, in the source
// tree and in the package alike, and in the folders that the environment variable VAEZIP_MODELS lists.

import { VaezipError } from '../codec/error.ts';
import type { Family, Model } from '../codec/model/model.ts';
import { readSafetensors } from '../codec/network/safetensors.ts';
import type { Shape } from '../codec/pixels/pixels.ts';
import { checkEffort, DEFAULT_EFFORT, effortsOf, modelNames } from './catalogue.ts';
import { type ModelFile, modelFiles, placesSearched, readCard, readWeights } from './store/store.ts';

/** The families, by the key `format` of the safetensors file's metadata. */
const FAMILIES: Record<string, () => Promise<Family>> = {
  'vaezip-adaptive': async () => (await import('../codec/planes/learning/family.ts')).learningFamily,
  'vaezip-photo': async () => (await import('../codec/planes/static/family.ts')).staticFamily,
  'vaezip-digits': async () => (await import('../codec/digits/family.ts')).digitsFamily,
};

/** A model as found: its weights, what they are, and the card that tells how they came about. */
export interface ModelEntry extends ModelFile {
  /** SHA-256 of the weights' file, 64 hexadecimal digits; empty where that cannot be read. */
  readonly id: string;
  /** The kind of model, as the file's own metadata says; null where it says nothing. */
  readonly format: string | null;
  readonly bytes: number;
  /** Data, command, hours and rates, as training wrote them; null without a card. */
  readonly card: Record<string, unknown> | null;
  /** What is wrong with the weights' file or the card; null where both can be read. */
  readonly problem: string | null;
}

const loaded = new Map<string, Model>();

/** All models here, those beside this file first; damaged ones are listed with what is wrong. */
export async function listModels(): Promise<ModelEntry[]> {
  return Promise.all((await modelFiles()).map(describe));
}

/**
 * A model by its name, by its id, or (in Node) by the path of a .safetensors file.
 * @throws VaezipError 'unknown-model', which says where it was looked for.
 */
export async function findModel(nameOrId: string): Promise<Model> {
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
export async function loadModel(name: string, weights: Uint8Array): Promise<Model> {
  return codecOf({ name, location: name }, await idOf(weights), weights);
}

/** The model that a file's header names. Throws VaezipError 'unknown-model', which says where it was looked for. */
export async function findModelById(id: string): Promise<Model> {
  const known = loaded.get(id);
  if (known) return known;
  const files = await modelFiles();
  const found = await fileOfId(id, files);
  if (found) return codecOf(found.file, id, found.weights);
  throw new VaezipError(
    'unknown-model',
    `it needs the model ${id}, which is not among ${names(files)} in ${placesSearched()}; ` +
      'name the folder that holds its .safetensors file in VAEZIP_MODELS',
  );
}

/** What is known of a model by its id alone. */
export interface KnownModel {
  readonly name: string;
  /** The efforts at which it is chosen, given the other models here; null where it is chosen by name alone. */
  readonly efforts: { readonly lowest: number; readonly highest: number } | null;
}

/** Name and efforts of the model of that id; null where it is not here. */
export async function describeModel(id: string): Promise<KnownModel | null> {
  const files = await modelFiles();
  const file = (await fileOfId(id, files))?.file;
  if (!file) return null;
  const chosenByName = files.find(({ name }) => name === file.name) === file;
  const present = new Set(files.map(({ name }) => name));
  return { name: file.name, efforts: chosenByName ? effortsOf(file.name, present) : null };
}

/**
 * The model made for such images at an effort of 1 (fast) to 9 (small); of its kind, the next lower one that is here and
 * has room for so many pixels; null without any. Throws VaezipError 'bad-argument' for what is no effort.
 */
export async function modelForShape(shape: Shape, effort = DEFAULT_EFFORT): Promise<Model | null> {
  checkEffort(effort);
  const files = await modelFiles();
  let unsuitable: Model | null = null;
  for (const wanted of modelNames(shape, effort)) {
    const file = files.find(({ name }) => name === wanted);
    if (!file) continue;
    const model = await load(file);
    if (model.accepts(shape)) return model;
    unsuitable ??= model;
  }
  return unsuitable;
}

async function load(file: ModelFile): Promise<Model> {
  const weights = await readWeights(file);
  return codecOf(file, await idOf(weights), weights);
}

async function codecOf(file: ModelFile, id: string, weights: Uint8Array): Promise<Model> {
  const known = loaded.get(id);
  if (known) return known;
  const content = readSafetensors(weights, file.location);
  const { format } = content.metadata;
  const family = FAMILIES[format ?? ''];
  if (!family)
    throw new VaezipError(
      'unknown-model',
      `${file.location} is of the kind '${format}', which is not known here: a newer vaezip may load it`,
    );
  const model = (await family()).load(file.name, id, content);
  loaded.set(id, model);
  return model;
}

/** The first file of that id. Others' content does not matter, nor whether they can be read at all. */
async function fileOfId(
  id: string,
  files: readonly ModelFile[],
): Promise<{ file: ModelFile; weights: Uint8Array } | null> {
  for (const file of files) {
    const weights = await readWeights(file).catch(() => null);
    if (weights && (await idOf(weights)) === id) return { file, weights };
  }
  return null;
}

async function describe(file: ModelFile): Promise<ModelEntry> {
  let entry: ModelEntry = { ...file, id: '', format: null, bytes: 0, card: null, problem: null };
  try {
    const weights = await readWeights(file);
    entry = { ...entry, id: await idOf(weights), bytes: weights.length };
    entry = { ...entry, format: formatOf(file, weights) };
    entry = { ...entry, card: await readCard(file) };
  } catch (error) {
    entry = { ...entry, problem: error instanceof Error ? error.message : String(error) };
  }
  return entry;
}

async function idOf(weights: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', weights as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function formatOf(file: ModelFile, weights: Uint8Array): string | null {
  return readSafetensors(weights, file.location).metadata.format ?? null;
}

function names(files: readonly ModelFile[]): string {
  return files.map(({ name }) => name).join(', ') || 'none';
}
