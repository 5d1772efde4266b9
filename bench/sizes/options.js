// The command line of bench/sizes.js as an object. The one place of its defaults.

import { availableParallelism } from 'node:os';
import { parse, UsageError, wholeNumber, wholeNumbers } from '../common/command-line.js';
import { SIDE } from './images.js';

export const USAGE =
  'usage: node bench/sizes.js FOLDER [--without-latents FILE] [--photos 16] [--sizes 48,64,128,256,512,1024,2048] ' +
  '[--threads N] [--json FILE]';

/** The largest side of a mosaic: a matter of patience. */
const LARGEST = 16 * SIDE;

/**
 * @param {string[]} args what follows the script's name
 * @returns {{folder: string, withoutLatents?: string | undefined, photos: number, sizes: number[], threads: number,
 *   json?: string | undefined}} `withoutLatents` are the weights of the fastest model trained without latents
 * @throws {UsageError} for what is no such command
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args, {
    'without-latents': { type: 'string' },
    photos: { type: 'string', default: '16' },
    sizes: { type: 'string', default: '48,64,128,256,512,1024,2048' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  });
  if (positionals.length !== 1) throw new UsageError('one folder of photos is needed');
  const sizes = wholeNumbers('--sizes', values.sizes, 1, LARGEST);
  const odd = sizes.find((size) => size > SIDE && size % SIDE !== 0);
  if (odd) throw new UsageError(`--sizes: ${odd} is more than ${SIDE} and no multiple of it`);
  return {
    folder: positionals[0],
    withoutLatents: values['without-latents'],
    photos: wholeNumber('--photos', values.photos, 1, Infinity),
    sizes,
    threads: wholeNumber('--threads', values.threads, 1, Infinity),
    json: values.json,
  };
}
