// The command `pack`: what it takes.
import type { Argv, CommandModule } from 'yargs';
import type { PackArguments } from '../actions/pack.ts';
import { FORCE, inputs } from '../common/options.ts';
import { packingOptions } from '../common/packing-options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const packCommand: CommandModule<object, PackArguments> = {
  command: 'pack <files..>',
  describe: 'store many images in one .vza archive',
  builder: (yargs) =>
    packingOptions(
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
