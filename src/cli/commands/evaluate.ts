// The command `evaluate`: what it takes.
import type { CommandModule } from 'yargs';
import type { EvaluateArguments } from '../actions/evaluate.ts';
import { checkEffortOption, checkThreads, EFFORT, inputs, THREADS } from '../common/options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const evaluateCommand: CommandModule<object, EvaluateArguments> = {
  command: 'evaluate <paths..>',
  describe: 'measure bits/dim on images: -ELBO, net, file, and PNG and WebP on the same pixels',
  builder: (yargs) =>
    yargs
      .positional('paths', inputs('images or folders'))
      .option('effort', EFFORT)
      .option('model', {
        type: 'string',
        requiresArg: true,
        describe: 'name of the model (see models), whatever the effort',
      })
      .option('threads', THREADS)
      .option('verify', { type: 'boolean', default: true, hidden: true })
      .option('no-verify', { type: 'boolean', describe: 'do not decode the results to compare them' })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'print one JSON object an image, then a summary',
      })
      .check(checkThreads)
      .check(checkEffortOption)
      .example('$0 evaluate kodak/', 'a table of each image and the mean')
      .example('$0 evaluate t10k-images-idx3-ubyte.gz --json', 'an idx file is one chain of images'),
  handler: async (args) => {
    await warnOfModels();
    await (await import('../actions/evaluate.ts')).evaluateImages(args);
  },
};
