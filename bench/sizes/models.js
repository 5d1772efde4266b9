// The models that are compared: with latents, without, and learning while they code, the
// latter also kept from learning.

import { readFileSync } from 'node:fs';
import { readSafetensors, writeSafetensors } from '#dist/codec/network/safetensors.js';
import { findModel, listModels, loadModel } from '#dist/library/index.js';
import { DEFAULT_EFFORT, HIGHEST_EFFORT, SHIPPED } from '#dist/models/catalogue.js';
import { modelsFor } from '#dist/models/choose.js';
import { describeModel } from '#dist/models/models.js';

/** So small that no step changes a weight. */
const NO_RATE = '1e-30';
/** @type {import('#dist/codec/pixels/pixels.js').Shape} */
const PHOTO = { width: 512, height: 512, channels: 3, bitDepth: 8, images: 1 };

/**
 * What the table sets side by side, by name; null for what is not here.
 * @typedef {'withoutLatents' | 'static' | 'frozen' | 'learning' | 'large'} Contestant
 * @typedef {{codec: import('#dist/library/index.js').Model, title: string} | null} Model
 * @param {string | undefined} withoutLatents weights of the preset without latents
 * @param {(line: string) => void} notice told what is not here
 * @returns {Promise<Record<Contestant, Model>>}
 */
export async function contestants(withoutLatents, notice) {
  const here = await listModels();
  const locationOf = (name) => here.find((model) => model.name === name)?.location;
  const find = async (location, missing) => {
    if (location) return describe(await findModel(location));
    notice(missing);
    return null;
  };
  const nameAt = async (effort) => (await modelsFor(PHOTO, effort))[0].name;
  const shipped = (name) =>
    find(locationOf(name), `${name} is left out: no such model here or in VAEZIP_MODELS`);
  const fast = SHIPPED.find(({ fits, training }) => fits(PHOTO) && training.latents)?.name;
  const usual = await nameAt(DEFAULT_EFFORT);
  const learning = await shipped(usual);
  return {
    withoutLatents: await find(
      withoutLatents,
      `${fast} without latents is left out: name its weights by --without-latents`,
    ),
    static: await shipped(fast),
    frozen: learning && (await frozenModel(usual, locationOf(usual))),
    learning,
    large: await shipped(await nameAt(HIGHEST_EFFORT - 1)),
  };
}

/** The weights of a learning model with its rate practically 0: a file of its own. */
export function freeze(weights) {
  const { tensors, metadata } = readSafetensors(weights);
  return writeSafetensors({ tensors, metadata: { ...metadata, rate: NO_RATE } });
}

async function frozenModel(name, location) {
  return describe(await loadModel(`${name}, not learning`, freeze(readFileSync(location))));
}

/** With a title that tells the efforts, of a model that is chosen by them. */
async function describe(codec) {
  const efforts = (await describeModel(codec.id))?.efforts;
  if (!efforts) return { codec, title: codec.name };
  const { lowest, highest } = efforts;
  const range = lowest === highest ? `effort ${lowest}` : `efforts ${lowest} to ${highest}`;
  return { codec, title: `${codec.name}, ${range}` };
}
