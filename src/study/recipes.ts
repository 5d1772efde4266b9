// What makes a preset of a study's network, by the network's recipe; each is loaded when it is asked for.

import type { Preset } from '../train/tensorflow/preset.ts';
import type { CodesOptions } from './codes/preset.ts';
import type { DigitsOptions } from './digits/preset.ts';
import type { FlowOptions } from './flow/preset.ts';
import type { Network } from './frame/network.ts';
import type { Recipe } from './frame/recipe.ts';
import type { LevelsOptions } from './levels/preset.ts';
import type { ToyOptions } from './toy/preset.ts';

const RECIPES: Readonly<Record<string, (options: unknown) => Promise<Recipe>>> = {
  'binary-digits': async (options) =>
    (await import('./digits/preset.ts')).digitsPreset(options as DigitsOptions),
  codes: async (options) => (await import('./codes/preset.ts')).codesPreset(options as CodesOptions),
  levels: async (options) => (await import('./levels/preset.ts')).levelsPreset(options as LevelsOptions),
  toy: async (options) => (await import('./toy/preset.ts')).toyPreset(options as ToyOptions),
  flow: async (options) => (await import('./flow/preset.ts')).flowPreset(options as FlowOptions),
};

export async function presetOf({ name, recipe, options }: Network): Promise<Preset> {
  return { name, ...(await RECIPES[recipe](options)) };
}
