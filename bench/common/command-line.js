// The command line of a bench: options as an object; usage and errors as a line or two on stderr.

import { parseArgs } from 'node:util';

/** Of who called it: the usage should follow. */
export class UsageError extends Error {}

/**
 * As `parseArgs` of Node, positionals allowed; throws UsageError for what is no such command.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @param {string[]} args
 * @param {Options} options
 */
export function parse(args, options) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/**
 * The number that the option's text says; throws UsageError for any other than a whole one in that range.
 * @param {string} name
 * @param {string} text
 * @param {number} low
 * @param {number} high
 */
export function wholeNumber(name, text, low, high) {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
    throw new UsageError(`${name}: ${text} is no whole number from ${low} to ${high}`);
  return value;
}

/**
 * Numbers with commas between them, each once, in ascending order.
 * @param {string} name
 * @param {string} text
 * @param {number} low
 * @param {number} high
 */
export function wholeNumbers(name, text, low, high) {
  const values = text.split(',').map((part) => wholeNumber(name, part, low, high));
  return [...new Set(values)].sort((a, b) => a - b);
}

/**
 * Does the work; an error ends the program with status 1, a UsageError with the usage and status 2.
 * @param {string} usage
 * @param {() => Promise<void>} work
 */
export async function runBench(usage, work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\n${usage}` : error.message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
