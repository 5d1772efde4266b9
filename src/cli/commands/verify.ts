// The command `verify`: what it takes.
import type { CommandModule } from 'yargs';
import type { VerifyArguments } from '../actions/verify.ts';
import { checkThreads, inputs, LIMIT_MEMORY, recursive, THREADS } from '../common/options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify <files..>',
  aliases: ['test'],
  describe: 'decode .vz files and archives without writing, to see whether they are whole',
  builder: (yargs) =>
    yargs
      .positional('files', inputs('.vz files, .vza archives; - is stdin'))
      .option('threads', THREADS)
      .option('limit-memory', LIMIT_MEMORY)
      .option('recursive', { ...recursive(''), describe: 'take the .vz files in folders' })
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
      .check(checkThreads)
      .example('$0 verify photo.vz', 'whether it decodes to the pixels that went in')
      .example('$0 verify -r packed/ -q', 'a whole tree; the exit status tells'),
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/verify.ts')).verifyFiles(args);
  },
};
