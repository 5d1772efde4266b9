// Options that several commands share, and their checks.

/** For yargs: where results go. */
export const OUTPUT = {
  alias: 'o',
  type: 'string',
  requiresArg: true,
  describe: 'file or folder; - is stdout',
} as const;

/** For yargs: threads to compute on. */
export const THREADS = {
  type: 'number',
  requiresArg: true,
  describe: 'threads to compute on  [default: as many as cores]',
} as const;

/** For yargs' check: true, or throws with what is wrong. */
export function checkThreads({ threads }: { threads?: number }): true {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new Error('--threads must be a whole number of at least 1');
  return true;
}
