// The command `unpack`: what it takes.
import type { CommandModule } from 'yargs';
import type { UnpackArguments } from '../actions/unpack.ts';
import { checkThreads, FORCE, THREADS } from '../common/options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const unpackCommand: CommandModule<object, UnpackArguments> = {
  command: 'unpack <archive>',
  describe: 'write the images of an archive again',
  builder: (yargs) =>
    yargs
      .positional('archive', { type: 'string', demandOption: true, describe: 'a .vza file' })
      .option('output', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        default: '.',
        describe: 'folder to write to',
      })
      .option('only', {
        type: 'string',
        requiresArg: true,
        describe: "those whose names fit a pattern, such as 'photos/**/*.png'",
      })
      .option('threads', THREADS)
      .option('force', FORCE)
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
      .check(checkThreads)
      .example('$0 unpack photos.vza -o out/', 'all of them')
      .example("$0 unpack photos.vza --only 'photos/a*.png'", 'some'),
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/unpack.ts')).unpackArchive(args);
  },
};
