// The command line of bench/photos.js as an object. The one place of its defaults.

import { parse, UsageError, wholeNumber, wholeNumbers } from '../common/command-line.js';

export const USAGE =
  'usage: node bench/photos.js FOLDER [--out FILE.svg] [--json FILE] [--efforts 1,6,9] [--limit N]';

/**
 * @param {string[]} args what follows the script's name
 * @returns {{folder: string, out?: string, json?: string, efforts: number[], limit: number}} `limit` photos at most
 * @throws {UsageError} for what is no such command
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args, {
    out: { type: 'string' },
    json: { type: 'string' },
    efforts: { type: 'string', default: '1,6,9' },
    limit: { type: 'string' },
  });
  if (positionals.length !== 1) throw new UsageError('one folder of photos is needed');
  return {
    folder: positionals[0],
    out: values.out,
    json: values.json,
    efforts: wholeNumbers('--efforts', values.efforts, 1, 9),
    limit: values.limit === undefined ? Infinity : wholeNumber('--limit', values.limit, 1, Infinity),
  };
}
