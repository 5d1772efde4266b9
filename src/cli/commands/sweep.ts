// The command `sweep`: what it takes.
import type { CommandModule } from 'yargs';
import { SHIPPED } from '../../../models/catalogue.ts';
import type { SweepArguments } from '../actions/sweep.ts';
import { parseBetas } from '../common/betas.ts';
import { checkTraining, trainingOptions } from '../common/training-options.ts';

/** What can be swept: models with latents whose test images are an idx file as it is. */
const presets = SHIPPED.filter(
  ({ training }) => training.latents && training.data === 'idx' && !training.sizes,
).map(({ name }) => name);

export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep',
  describe: 'train one model per beta, code the test images with each, and plot the rates',
  builder: (yargs) =>
    trainingOptions(yargs)
      .option('preset', { type: 'string', choices: presets, default: presets[0], describe: 'which model' })
      .option('betas', {
        type: 'string',
        requiresArg: true,
        default: '0.25,0.5,1,2,4',
        describe: 'weights of the KL term',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: `sweep-${presets[0]}`,
        describe:
          'writes OUT.json, OUT.svg and weights OUT-beta-B.safetensors; weights there are not trained again',
      })
      .option('json', { type: 'boolean', default: false, describe: 'print one JSON object per beta' })
      .conflicts('minutes', 'steps')
      .check(checkTraining)
      .check(({ betas }) => {
        if (parseBetas(betas).every((beta) => beta > 0)) return true;
        throw new Error('--betas must be numbers above 0 with commas between them');
      })
      .example(
        '$0 sweep --data mnist --betas 0.25,0.5,1,2,4 --minutes 3',
        'three minutes for each of five models',
      ),
  handler: async (args) => (await import('../actions/sweep.ts')).sweepBetas(args),
};
