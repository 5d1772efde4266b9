// The command line of bench/speed.js as an object. The one place of its defaults.

import { SHIPPED } from '#dist/models/catalogue.js';
import { parse, UsageError, wholeNumber, wholeNumbers } from '../common/command-line.js';

export const USAGE =
  'usage: node bench/speed.js PHOTO... [--efforts 1,3,6,8,9] [--models NAME,FILE] [--base photo-static] ' +
  '[--build FOLDER] [--rounds 3]';

/** The model with tiles that have latents, which coded the lowest efforts once. */
const BASE = SHIPPED.find(({ training }) => training.data === 'photos' && training.latents)?.name ?? null;

/**
 * @typedef {object} Wanted
 * @property {number[]} efforts
 * @property {string[]} models names, or paths of weights
 * @property {string | null} base the model that the others are set against; null: each against itself in `build`
 * @property {string | null} build a folder with the dist/ of another build, which the base is of
 * @param {string[]} args what follows the script's name
 * @returns {Wanted & {photos: string[], rounds: number}}
 * @throws {UsageError} for what is no such command
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args, {
    efforts: { type: 'string' },
    models: { type: 'string' },
    base: { type: 'string' },
    build: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  });
  if (positionals.length === 0) throw new UsageError('a photo is needed');
  const efforts = values.efforts ?? (values.models ? null : '1,3,6,8,9');
  return {
    photos: positionals,
    efforts: efforts === null ? [] : wholeNumbers('--efforts', efforts, 1, 9),
    models: values.models?.split(',') ?? [],
    base: values.base ?? (values.build ? null : BASE),
    build: values.build ?? null,
    rounds: wholeNumber('--rounds', values.rounds, 1, 1000),
  };
}
