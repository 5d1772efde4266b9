// The command `list`: what it takes.
import type { CommandModule } from 'yargs';
import type { ListArguments } from '../actions/list.ts';

export const listCommand: CommandModule<object, ListArguments> = {
  command: 'list <archive>',
  describe: 'show the names in an archive, without decoding it',
  builder: (yargs) =>
    yargs
      .positional('archive', { type: 'string', demandOption: true, describe: 'a .vza file' })
      .option('only', {
        type: 'string',
        requiresArg: true,
        describe: "those that fit a pattern, such as 'photos/**/*.png'",
      })
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a name' })
      .example('$0 list photos.vza', 'times and names'),
  handler: async (args) => {
    await (await import('../actions/list.ts')).listArchive(args);
  },
};
