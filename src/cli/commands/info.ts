// The command `info`: what a .vz file says of itself.
import type { CommandModule } from 'yargs';
import type { InfoArguments } from '../actions/info.ts';
import { inputs } from '../common/options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const infoCommand: CommandModule<object, InfoArguments> = {
  command: 'info <files..>',
  describe: 'show what .vz files hold, without decoding them',
  builder: (yargs) =>
    yargs
      .positional('files', inputs('.vz files; - is stdin'))
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
      .example('$0 info photo.vz', 'size, model, metadata, streams'),
  handler: async (args) => {
    await warnOfModels();
    await (await import('../actions/info.ts')).describeFiles(args);
  },
};
