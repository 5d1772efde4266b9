// The command `add`: what it takes.
import type { Argv, CommandModule } from 'yargs';
import type { AddArguments } from '../actions/add.ts';
import { inputs } from '../common/options.ts';
import { packingOptions } from '../common/packing-options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const addCommand: CommandModule<object, AddArguments> = {
  command: 'add <archive> <files..>',
  describe: 'store more images in an archive',
  builder: (yargs) =>
    packingOptions(
      yargs
        .positional('archive', { type: 'string', demandOption: true, describe: 'a .vza file' })
        .positional('files', inputs('images, folders of them, idx files')),
    ).example('$0 add photos.vza 2026/', 'those of another folder') as unknown as Argv<AddArguments>,
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/add.ts')).addFiles(args);
  },
};
