// Options that the commands share which draw where the bits of images go.
import type { Argv } from 'yargs';
import {
  checkEffortOption,
  checkOutput,
  checkThreads,
  EFFORT,
  FORCE,
  inputs,
  LIMIT_MEMORY,
  OUTPUT,
  THREADS,
} from './options.ts';

export function measuringOptions(yargs: Argv<object>) {
  return yargs
    .positional('files', inputs('images; - is stdin'))
    .option('output', OUTPUT)
    .option('effort', EFFORT)
    .option('model', {
      type: 'string',
      requiresArg: true,
      describe: 'name of the model (see models), whatever the effort',
    })
    .option('threads', THREADS)
    .option('limit-memory', LIMIT_MEMORY)
    .option('force', FORCE)
    .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
    .check(checkThreads)
    .check(checkOutput)
    .check(checkEffortOption);
}
