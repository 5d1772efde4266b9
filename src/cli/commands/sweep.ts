// The command `sweep`: what it takes. The work is in sweep-betas.ts, loaded when it is done.
import type { CommandModule } from 'yargs';
import { checkTraining, trainingOptions } from '../common/training-options.ts';

export interface SweepArguments {
  preset: string;
  betas: string;
  data: string;
  out: string;
  minutes?: number;
  steps?: number;
  seed: number;
  threads?: number;
  backend?: string;
  json: boolean;
}

export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep',
  describe: 'train one model per beta, code the test images with each, and plot the rates',
  builder: (yargs) =>
    trainingOptions(yargs)
      .option('preset', { type: 'string', choices: ['digits'], default: 'digits', describe: 'which model' })
      .option('betas', {
        type: 'string',
        requiresArg: true,
        default: '0.25,0.5,1,2,4',
        describe: 'weights of the KL term',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: 'sweep-digits',
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
  handler: async (args) => (await import('../work/sweep-betas.ts')).sweepBetas(args),
};

/** The numbers of --betas; NaN for what is none. */
export function parseBetas(betas: string): number[] {
  return String(betas)
    .split(',')
    .map((beta) => (beta.trim() === '' ? Number.NaN : Number(beta)));
}
