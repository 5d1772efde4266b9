// The command `train`: what it takes. The work is in train-preset.ts, loaded when it is done.
import type { CommandModule } from 'yargs';
import { checkTraining, trainingOptions } from './training-options.ts';

export interface TrainArguments {
  preset: string;
  data: string;
  out?: string;
  resume: boolean;
  beta: number;
  minutes?: number;
  steps?: number;
  seed: number;
  threads?: number;
  backend?: string;
}

export const trainCommand: CommandModule<object, TrainArguments> = {
  command: 'train',
  describe: 'train a model and write its weights and card',
  builder: (yargs) =>
    trainingOptions(yargs)
      .option('preset', {
        type: 'string',
        demandOption: true,
        describe: 'which model: photo-static or digits',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'weights file  [default: PRESET.safetensors]',
      })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'go on from the checkpoint beside --out',
      })
      .option('beta', { type: 'number', requiresArg: true, default: 1, describe: 'weight of the KL term' })
      .conflicts('minutes', 'steps')
      .check(checkTraining)
      .example('$0 train --preset digits --data mnist --minutes 15', 'a model for MNIST')
      .example('$0 train --preset digits --data mnist --resume', 'go on after Ctrl-C'),
  handler: async (args) => (await import('./train-preset.ts')).trainPreset(args),
};
