// Trained models by name, by id, or by the images that they are made for: finds their weights in the stores, reads
// those alone that are needed, and makes models of them, each once a process.

import { VaezipError } from '../codec/error.ts';
import { ARITHMETIC } from '../codec/model/arithmetic.ts';
import type { Model } from '../codec/model/model.ts';
import { readSafetensors } from '../codec/network/safetensors.ts';
import type { Pixels, Shape } from '../codec/pixels/pixels.ts';
import { plainModel } from '../codec/plain/family.ts';
import { DEFAULT_EFFORT, SHIPPED, shippedModel } from './catalogue.ts';
import { checkEffort, modelsFor } from './choose.ts';
import { isFamilyName, loadFamily } from './families.ts';
import { givenStore } from './store/given.ts';
import { openStore } from './store/open.ts';
import { idOf } from './store/reading.ts';
import type { ModelFile, ModelStore, Weights } from './store/store.ts';

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

/** What is known of a model by its id alone. */
export interface KnownModel {
  readonly name: string;
  /** All of it. */
  readonly id: string;
  /** The efforts at which it is chosen for images of its kind; null where it is chosen by name alone. */
  readonly efforts: { readonly lowest: number; readonly highest: number } | null;
}

/** A model chosen for an image. */
export interface Choice {
  readonly model: Model;
  /** Whether it takes the image. */
  readonly accepts: boolean;
}

const given = givenStore();
let opened: Promise<ModelStore> | undefined;
const models = new Map<string, Promise<Model>>();

/** All models here, those that ship first. All weights are read; what is damaged is listed with what is wrong. */
export async function listModels(): Promise<ModelEntry[]> {
  const entries = (await stores()).map(async (store) => {
    const files = await store.list();
    return Promise.all(files.map((file) => describe(store, file)));
  });
  return (await Promise.all(entries)).flat();
}

/** Where models cannot be looked for, a sentence each, such as a folder in VAEZIP_MODELS that is missing. */
export async function modelProblems(): Promise<string[]> {
  return (await Promise.all((await stores()).map((store) => store.problems()))).flat();
}

/**
 * A model by its name, by its id, or (in Node) by the path of a .safetensors file.
 * @throws VaezipError 'unknown-model', which says where it was looked for.
 */
export async function findModel(nameOrId: string): Promise<Model> {
  if (/^[0-9a-f]{64}$/.test(nameOrId)) return findModelById(nameOrId);
  const here = await stores();
  for (const store of here) {
    const files = await store.list();
    const file = files.find(({ name, location }) => name === nameOrId || location === nameOrId);
    if (file) return load(store, file);
  }
  if (nameOrId.endsWith('.safetensors')) {
    const name = nameOrId.replace(/^.*[/\\]|\.safetensors$/g, '');
    return load(here[0], { name, location: nameOrId, id: null });
  }
  throw new VaezipError(
    'unknown-model',
    `no model is called ${nameOrId}; there are: ${await namesIn(here)} (${await placesOf(here[0])})`,
  );
}

/**
 * The model that a file's header names, by its id or the first digits of it: none for the plain one.
 * @throws VaezipError 'unknown-model', which says where it was looked for.
 */
export async function findModelById(id: string): Promise<Model> {
  if (id === plainModel.id) return plainModel;
  const known = [...models.keys()].find((known) => known.startsWith(id));
  if (known) return models.get(known) as Promise<Model>;
  const here = await stores();
  for (const store of here) {
    const file = await store.find(id);
    if (file) return load(store, file);
  }
  throw new VaezipError(
    'unknown-model',
    `it needs the model ${id}, which is not among ${await namesIn(here)} in ${await placesOf(here[0])}; ` +
      'name the folder that holds its .safetensors file in VAEZIP_MODELS',
  );
}

/**
 * A model of weights that the caller has, such as a page that fetched them itself; it is found by its id, and by the
 * name unless another one is called so, from then on.
 * @throws VaezipError 'bad-file' for what is not a model's file, 'unknown-model' for a kind not known here.
 */
export async function loadModel(name: string, weights: Uint8Array): Promise<Model> {
  const id = await idOf(weights);
  const model = await modelOf({ name, location: name, id }, { id, bytes: weights });
  given.add(name, { id, bytes: weights });
  return model;
}

/** What is known of the model whose id begins so; null where it is not here. No weights that ship are read. */
export async function describeModel(id: string): Promise<KnownModel | null> {
  if (id === plainModel.id) return { name: plainModel.name, id: plainModel.id, efforts: null };
  const shipped = SHIPPED.find((row) => row.id.startsWith(id));
  if (shipped) return { name: shipped.name, id: shipped.id, efforts: effortsOf(shipped.name) };
  const here = await stores();
  for (const store of here) {
    const file = await store.find(id);
    if (!file) continue;
    const chosen = await firstOf(file.name, here);
    return {
      name: file.name,
      id: file.id ?? id,
      efforts: chosen?.file.location === file.location ? effortsOf(file.name) : null,
    };
  }
  return null;
}

/**
 * The model made for an image whose colours have such a shape, at an effort of 1 (fast) to 9 (small); where that is not
 * here or has no room for so many pixels, the next one that has. Where none has room, the first of them; null without
 * any. Pixels, if given, are the whole image's, with alpha.
 * @throws VaezipError 'bad-argument' for what is no effort.
 */
export async function chooseModel(
  shape: Shape,
  effort = DEFAULT_EFFORT,
  pixels?: Pixels,
): Promise<Choice | null> {
  return (await chooseModels(shape, effort, pixels))[0] ?? null;
}

/** The same with those of other kinds that suit the image as well: which of them makes it smallest is to be tried. */
export async function chooseModels(
  shape: Shape,
  effort = DEFAULT_EFFORT,
  pixels?: Pixels,
): Promise<Choice[]> {
  checkEffort(effort);
  const here = await stores();
  const chosen = new Map<string, Choice>();
  let score = 0;
  let unsuitable: Model | null = null;
  for (const row of await modelsFor(shape, effort, pixels)) {
    const kind = row.training.data;
    if (row.score < score) break;
    if (chosen.has(kind)) continue;
    const found = models.has(row.id) ? null : await firstOf(row.name, here);
    const model = await (found ? load(found.store, found.file) : models.get(row.id));
    if (!model) continue;
    if (model.accepts(model.codesAlpha && pixels ? pixels : shape)) {
      chosen.set(kind, { model, accepts: true });
      score = row.score;
    } else unsuitable ??= model;
  }
  if (chosen.size > 0 || !unsuitable) return [...chosen.values()];
  return [{ model: unsuitable, accepts: false }];
}

/** Whether another model chooses the model's scans. */
export function hasScout({ id }: Model): boolean {
  return SHIPPED.some((row) => row.id === id && row.scout !== undefined);
}

/** The model that chooses a shipped model's scans, where there is one and it is here. */
export async function scoutOf({ id }: Model): Promise<Model | null> {
  const name = SHIPPED.find((row) => row.id === id)?.scout;
  const found = name === undefined ? null : await firstOf(name, await stores());
  return found && load(found.store, found.file);
}

/** The platform's store first: what its names mean does not change with what is given. */
async function stores(): Promise<readonly ModelStore[]> {
  opened ??= openStore(SHIPPED);
  return [await opened, given];
}

/** The file that counts of those of a name. */
async function firstOf(name: string, here: readonly ModelStore[]) {
  for (const store of here) {
    const file = (await store.list()).find((file) => file.name === name);
    if (file) return { store, file };
  }
  return null;
}

async function load(store: ModelStore, file: ModelFile): Promise<Model> {
  const known = file.id === null ? undefined : models.get(file.id);
  return known ?? modelOf(file, await store.weights(file));
}

function modelOf(file: ModelFile, weights: Weights): Promise<Model> {
  const known = models.get(weights.id);
  if (known) return known;
  const model = makeModel(file, weights);
  models.set(weights.id, model);
  model.catch(() => models.delete(weights.id));
  return model;
}

async function makeModel({ name, location }: ModelFile, { id, bytes }: Weights): Promise<Model> {
  const content = readSafetensors(bytes, location);
  const { format = '' } = content.metadata;
  if (!isFamilyName(format))
    throw new VaezipError(
      'unknown-model',
      `${location} is of the kind '${format}', which is not known here: a newer vaezip may load it`,
    );
  const { arithmetic } = content.metadata;
  if (arithmetic !== ARITHMETIC)
    throw new VaezipError(
      'unknown-model',
      `${location} is made for the revision ${arithmetic} of the arithmetic, not ${ARITHMETIC}: ` +
        'another vaezip may load it',
    );
  return (await loadFamily(format)).load(name, id, content);
}

async function describe(store: ModelStore, file: ModelFile): Promise<ModelEntry> {
  let entry: ModelEntry = { ...file, id: file.id ?? '', format: null, bytes: 0, card: null, problem: null };
  try {
    const { id, bytes } = await store.weights(file);
    entry = { ...entry, id, bytes: bytes.length };
    entry = { ...entry, format: readSafetensors(bytes, file.location).metadata.format ?? null };
    entry = { ...entry, card: await store.card(file) };
  } catch (error) {
    entry = { ...entry, problem: error instanceof Error ? error.message : String(error) };
  }
  return entry;
}

function effortsOf(name: string): KnownModel['efforts'] {
  const efforts = shippedModel(name)?.efforts;
  return efforts ? { lowest: efforts[0], highest: efforts[1] } : null;
}

async function namesIn(here: readonly ModelStore[]): Promise<string> {
  const files = (await Promise.all(here.map((store) => store.list()))).flat();
  return files.map(({ name }) => name).join(', ') || 'none';
}

/** Where a store looks, and where it cannot. */
async function placesOf(store: ModelStore): Promise<string> {
  return [store.places(), ...(await store.problems())].join('; ');
}
