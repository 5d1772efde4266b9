// The command `compress`: what it takes.
import type { CommandModule } from 'yargs';
import type { CompressArguments } from '../actions/compress.ts';
import {
  checkEffortOption,
  checkExisting,
  checkOutput,
  checkRemove,
  checkThreads,
  DRY_RUN,
  EFFORT,
  FORCE,
  inputs,
  LIMIT_MEMORY,
  limitPixels,
  OUTPUT,
  PIXELS,
  REMOVE,
  recursive,
  SKIP_EXISTING,
  THREADS,
} from '../common/options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const compressCommand: CommandModule<object, CompressArguments> = {
  command: 'compress <files..>',
  describe: 'store images without loss in .vz files',
  builder: (yargs) =>
    yargs
      .positional('files', inputs('images; - is stdin'))
      .option('output', OUTPUT)
      .option('effort', EFFORT)
      .option('model', {
        type: 'string',
        requiresArg: true,
        describe: 'name of the model (see models), whatever the effort',
      })
      .option('threads', THREADS)
      .option('limit-pixels', limitPixels('keep images of more pixels as they are'))
      .option('limit-memory', LIMIT_MEMORY)
      .option('recursive', recursive('images'))
      .option('skip-existing', SKIP_EXISTING)
      .option('force', FORCE)
      .option('rm', REMOVE)
      .option('pixels', PIXELS)
      .option('preview', {
        type: 'boolean',
        default: false,
        describe: 'hold a small picture as well, of 256 pixels a side at most',
      })
      .option('dry-run', DRY_RUN)
      .option('verify', { type: 'boolean', default: true, hidden: true })
      .option('no-verify', { type: 'boolean', describe: 'do not decode the result to compare it' })
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
      .check(checkThreads)
      .check(checkExisting)
      .check(checkRemove)
      .check(checkOutput)
      .check(checkEffortOption)
      .example('$0 compress photo.png', 'writes photo.vz beside it')
      .example('$0 compress photo.png --effort 9', 'smaller, and slower')
      .example('$0 compress *.png -o packed/', 'writes packed/NAME.vz for each')
      .example(
        '$0 compress -r photos/ -o packed/ --skip-existing',
        'all photos in a tree; again: what is missing',
      )
      .example('$0 compress t10k-images-idx3-ubyte.gz', 'all digits in one chain')
      .example('$0 compress photo.jpg --pixels', 'its pixels, to come back as photo.png')
      .example('cat a.png | $0 compress - > a.vz', 'from stdin to stdout'),
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/compress.ts')).compressFiles(args);
  },
};
