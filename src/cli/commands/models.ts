// The command `models`: the trained models that are here.
import type { CommandModule } from 'yargs';
import type { ModelsArguments } from '../actions/models.ts';
import { warnOfModels } from '../common/warnings.ts';

export const modelsCommand: CommandModule<object, ModelsArguments> = {
  command: 'models',
  describe: 'list the trained models',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a model' })
      .example('$0 models', 'those of the package and those in the folders of VAEZIP_MODELS'),
  handler: async (args) => {
    await warnOfModels();
    await (await import('../actions/models.ts')).printModels(args);
  },
};
