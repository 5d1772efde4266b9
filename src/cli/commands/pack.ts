// The commands `pack` and `add`: what they take.
import type { Argv, CommandModule } from 'yargs';
import { GROUP_PIXELS } from '../../../library/archive-write.ts';
import type { AddArguments, PackArguments } from '../actions/pack.ts';
import { checkEffortOption, checkThreads, EFFORT, FORCE, inputs, THREADS } from '../common/options.ts';
import { quantityOf } from '../common/quantities.ts';
import { warnOfModels } from '../common/warnings.ts';

/** What both take. */
function grouped(yargs: Argv) {
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

export const packCommand: CommandModule<object, PackArguments> = {
  command: 'pack <files..>',
  describe: 'store many images in one .vza archive',
  builder: (yargs) =>
    grouped(
      yargs
        .positional('files', inputs('images, folders of them, idx files'))
        .option('output', {
          alias: 'o',
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'the archive, such as set.vza',
        })
        .option('force', FORCE),
    )
      .example('$0 pack photos/ -o photos.vza', 'all images in a tree, with their names and times')
      .example(
        '$0 pack t10k-images-idx3-ubyte.gz -o digits.vza',
        'each digit by itself',
      ) as unknown as Argv<PackArguments>,
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/pack.ts')).packFiles(args);
  },
};

export const addCommand: CommandModule<object, AddArguments> = {
  command: 'add <archive> <files..>',
  describe: 'store more images in an archive',
  builder: (yargs) =>
    grouped(
      yargs
        .positional('archive', { type: 'string', demandOption: true, describe: 'a .vza file' })
        .positional('files', inputs('images, folders of them, idx files')),
    ).example('$0 add photos.vza 2026/', 'those of another folder') as unknown as Argv<AddArguments>,
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/pack.ts')).addFiles(args);
  },
};
