// What TensorFlow.js trains, by family: data, first parameters and loss, loaded when they are asked for.

import type { Sizes } from '../../codec/binary/architecture.ts';
import { VaezipError } from '../../codec/error.ts';
import type { Preset as CatalogueRow } from '../../models/catalogue.ts';
import type { FamilyName } from '../../models/families.ts';
import type { Preset } from './tensorflow/preset.ts';

type Recipe = Omit<Preset, 'name'>;

const RECIPES: Readonly<Partial<Record<FamilyName, (row: CatalogueRow) => Promise<Recipe>>>> = {
  'vaezip-static': async ({ training }) =>
    (await import('./tensorflow/static/preset.ts')).staticPreset(training.latents),
  'vaezip-digits': async () => (await import('./tensorflow/digits/preset.ts')).digits,
  'vaezip-thumbs': async () => (await import('./tensorflow/thumbs/preset.ts')).thumbs,
  'vaezip-binary': async ({ training }) =>
    (await import('./tensorflow/binary/preset.ts')).binaryPreset(training.sizes as Sizes),
};

/** Throws VaezipError 'bad-argument' for a family that is not trained so. */
export async function loadGradientPreset(row: CatalogueRow): Promise<Preset> {
  const recipe = await RECIPES[row.family]?.(row);
  if (!recipe)
    throw new VaezipError('bad-argument', `the preset ${row.name} is not trained by gradient descent`);
  return { name: row.name, ...recipe };
}
