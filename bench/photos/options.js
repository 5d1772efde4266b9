// The command line of bench/photos.js as an object. The one place of its defaults.

import { parse, UsageError, wholeNumber, wholeNumbers } from '../common/command-line.js';

export const USAGE =
  'usage: node bench/photos.js FOLDER [--out FILE.svg] [--json FILE] [--efforts 1,6,8,9] [--limit N] [--grey]';

/**
 * @param {string[]} args what follows the script's name
 * @returns {{folder: string, out?: string | undefined, json?: string | undefined, efforts: number[], limit: number,
 *   grey: boolean}} `limit` photos at most; `grey`: their luma instead of their colours
 * @throws {UsageError} for what is no such command
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args, {
    out: { type: 'string' },
    json: { type: 'string' },
    efforts: { type: 'string', default: '1,6,8,9' },
    limit: { type: 'string' },
    grey: { type: 'boolean', default: false },
  });
  if (positionals.length !== 1) throw new UsageError('one folder of photos is needed');
  return {
    folder: positionals[0],
    out: values.out,
    json: values.json,
    efforts: wholeNumbers('--efforts', values.efforts, 1, 9),
    grey: values.grey,
    limit: values.limit === undefined ? Infinity : wholeNumber('--limit', values.limit, 1, Infinity),
  };
}
