// The command `decompress`: what it takes. The work is in decompress-files.ts, loaded when it is done.
import type { CommandModule } from 'yargs';
import { checkThreads, OUTPUT, THREADS } from './options.ts';

export interface DecompressArguments {
  files: string[];
  output?: string;
  threads?: number;
  force: boolean;
  json: boolean;
  quiet: boolean;
}

export const decompressCommand: CommandModule<object, DecompressArguments> = {
  command: 'decompress <files..>',
  describe: 'get the images back: PNG, idx, or the stored original',
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: '.vz files; - is stdin',
      })
      .option('output', OUTPUT)
      .option('threads', THREADS)
      .option('force', { alias: 'f', type: 'boolean', default: false, describe: 'overwrite what exists' })
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
      .check(checkThreads)
      .example('$0 decompress photo.vz', 'writes photo.png beside it')
      .example('$0 decompress *.vz -o images/', 'writes images/NAME.png for each')
      .example('cat a.vz | $0 decompress - > a.png', 'from stdin to stdout'),
  handler: async (args) => (await import('./decompress-files.ts')).decompressFiles(args),
};
