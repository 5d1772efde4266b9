// The command `decompress`: what it takes.
import type { CommandModule } from 'yargs';
import type { DecompressArguments } from '../actions/decompress.ts';
import {
  checkExisting,
  checkOutput,
  checkRegion,
  checkRemove,
  checkThreads,
  DRY_RUN,
  FORCE,
  inputs,
  LIMIT_MEMORY,
  limitPixels,
  OUTPUT,
  REGION,
  REMOVE,
  recursive,
  SALVAGE,
  SKIP_EXISTING,
  THREADS,
} from '../common/options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const decompressCommand: CommandModule<object, DecompressArguments> = {
  command: 'decompress <files..>',
  describe: 'get the images back: PNG, idx, or the kept original',
  builder: (yargs) =>
    yargs
      .positional('files', inputs('.vz files; - is stdin'))
      .option('output', OUTPUT)
      .option('threads', THREADS)
      .option('limit-pixels', limitPixels('refuse images of more pixels'))
      .option('limit-memory', LIMIT_MEMORY)
      .option('recursive', recursive('.vz files'))
      .option('skip-existing', SKIP_EXISTING)
      .option('force', FORCE)
      .option('rm', REMOVE)
      .option('dry-run', DRY_RUN)
      .option('salvage', SALVAGE)
      .option('region', REGION)
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object a file' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print errors alone' })
      .check(checkThreads)
      .check(checkExisting)
      .check(checkRemove)
      .check(checkRegion)
      .check(checkOutput)
      .example('$0 decompress photo.vz', 'writes photo.png beside it')
      .example('$0 decompress *.vz -o images/', 'writes images/NAME.png for each')
      .example('$0 decompress photo.vz -o photo.tif', 'as TIFF; .webp, .bmp, .gif, .ppm and .pam likewise')
      .example('$0 decompress -r packed/ -o photos/', 'a whole tree')
      .example('$0 decompress --salvage a.vz', 'what is left of a damaged file')
      .example('$0 decompress a.vz --region 100,50,640,480', 'a part of the photo')
      .example('cat a.vz | $0 decompress - > a.png', 'from stdin to stdout'),
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/decompress.ts')).decompressFiles(args);
  },
};
