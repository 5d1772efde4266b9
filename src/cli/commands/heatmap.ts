// The command `heatmap`: what it takes.
import type { CommandModule } from 'yargs';
import type { HeatmapArguments } from '../actions/heatmap.ts';
import { measuringOptions } from '../common/measuring-options.ts';
import { warnOfModels } from '../common/warnings.ts';

export const heatmapCommand: CommandModule<object, HeatmapArguments> = {
  command: 'heatmap <files..>',
  describe: 'draw where the bits of images go: bits per pixel, and KL per tile where there is z',
  builder: (yargs) =>
    measuringOptions(yargs)
      .epilogue(
        'Bits are -log2 of the integer frequencies that each sample is coded with. Alpha is not in the picture. ' +
          'It takes vega (npm install vega), and about 50 bytes of memory a pixel.',
      )
      .example('$0 heatmap photo.png', 'writes photo.bits.png beside it')
      .example('$0 heatmap photo.png -o bits.png --effort 9', 'by another model')
      .example('$0 heatmap photo.png --model photo-static', 'with the latents of each tile, too'),
  handler: async (args) => {
    await warnOfModels(args.quiet);
    await (await import('../actions/heatmap.ts')).drawHeatmaps(args);
  },
};
