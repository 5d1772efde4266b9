// The command `report`: what it takes.
import type { CommandModule } from 'yargs';
import type { ReportArguments } from '../actions/report.ts';
import { measuringOptions } from '../common/measuring-options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: 'report <files..>',
  describe: 'write a page of HTML for each image: its heat map, the split of its file, other formats',
  builder: (yargs) =>
    measuringOptions(yargs)
      .epilogue(
        'The page is one file that loads nothing, with pictures of at most 1000 pixels a side. It has WebP, and ' +
          'oxipng and JPEG XL where they are installed (@jsquash/oxipng; cjxl or @jsquash/jxl). It takes vega and ' +
          'vega-lite (npm install vega vega-lite), and about 50 bytes of memory a pixel.',
      )
      .example('$0 report photo.png', 'writes photo.report.html beside it')
      .example(
        '$0 report photo.png -o report.html --model photo-static',
        'with the latents of each tile, too',
      ),
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/report.ts')).writeReports(args);
  },
};
