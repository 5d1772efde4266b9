// Checks of options that several commands share.

/** For yargs' check: true, or throws with what is wrong. */
export function checkThreads({ threads }: { threads?: number }): true {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new Error('--threads must be a whole number of at least 1');
  return true;
}
