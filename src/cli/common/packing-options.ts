// Options of the commands that write archives.
import type { Argv } from 'yargs';
import { GROUP_PIXELS } from '../../../container/archive/group-pixels.ts';
import { checkEffortOption, checkThreads, EFFORT, THREADS } from './options.ts';
import { quantityOf } from './quantities.ts';

/** What all of them take. */
export function packingOptions(yargs: Argv) {
  return yargs
    .option('effort', EFFORT)
    .option('model', {
      type: 'string',
      requiresArg: true,
      describe: 'name of the model (see models), whatever the effort',
    })
    .option('group', {
      type: 'string',
      requiresArg: true,
      coerce: quantityOf('group'),
      describe: `pixels of images that are coded together, read together and lost together  [default: ${GROUP_PIXELS}]`,
    })
    .option('threads', THREADS)
    .option('verify', { type: 'boolean', default: true, hidden: true })
    .option('no-verify', { type: 'boolean', describe: 'do not decode the groups to compare them' })
    .option('json', { type: 'boolean', default: false, describe: 'print one JSON object' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
    .check(checkThreads)
    .check(checkEffortOption);
}
