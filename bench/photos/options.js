// The command line of bench/photos.js as an object. The one place of its defaults.

import { parseArgs } from 'node:util';

export const USAGE =
  'usage: node bench/photos.js FOLDER [--out FILE.svg] [--json FILE] [--efforts 1,6,9] [--limit N]';

/** Of who called it: the usage should follow. */
export class UsageError extends Error {}

/**
 * @param {string[]} args what follows the script's name
 * @returns {{folder: string, out?: string, json?: string, efforts: number[], limit: number}} `limit` photos at most
 * @throws {UsageError} for what is no such command
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args);
  if (positionals.length !== 1) throw new UsageError('one folder of photos is needed');
  const efforts = values.efforts.split(',').map((effort) => wholeNumber('--efforts', effort, 1, 9));
  return {
    folder: positionals[0],
    out: values.out,
    json: values.json,
    efforts: [...new Set(efforts)].sort((a, b) => a - b),
    limit: values.limit === undefined ? Infinity : wholeNumber('--limit', values.limit, 1, Infinity),
  };
}

function parse(args) {
  const options = {
    out: { type: 'string' },
    json: { type: 'string' },
    efforts: { type: 'string', default: '1,6,9' },
    limit: { type: 'string' },
  };
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function wholeNumber(name, text, low, high) {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
    throw new UsageError(`${name}: ${text} is no whole number from ${low} to ${high}`);
  return value;
}
