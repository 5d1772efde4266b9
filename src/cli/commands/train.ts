// The command `train`: what it takes. The work is in train-preset.ts, loaded when it is done.
import type { CommandModule } from 'yargs';
import { checkTraining, trainingOptions } from '../common/training-options.ts';

export interface TrainArguments {
  preset: string;
  data: string;
  out?: string;
  from?: string;
  resume: boolean;
  beta?: number;
  hours?: number;
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
        describe: 'which model: photo, photo-large, photo-max, photo-grey, photo-static or digits',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'weights file  [default: PRESET.safetensors]',
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: "weights' file to start from instead of random weights",
      })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'go on from the checkpoint beside --out; its seed counts',
      })
      .option('hours', { type: 'number', requiresArg: true, describe: 'time to train, in hours' })
      .option('beta', {
        type: 'number',
        requiresArg: true,
        describe: 'weight of the KL term  [default: 1]',
      })
      .conflicts('hours', ['minutes', 'steps'])
      .conflicts('minutes', 'steps')
      .check(checkTraining)
      .epilogue(
        "photo, photo-large, photo-max and photo-grey train on the codec's own engine: --steps are rounds of 8 crops, " +
          '--from starts from weights with the same layers, --beta and --backend do not apply. Rounds and time count from ' +
          'the beginning, so --resume with more of them goes on for longer.',
      )
      .example('$0 train --preset photo --data DIR --hours 2', 'a model for photos')
      .example('$0 train --preset digits --data DIR --minutes 15', 'a model for MNIST')
      .example('$0 train --preset photo --data DIR --hours 2 --resume', 'go on after Ctrl-C'),
  handler: async (args) => (await import('../work/train-preset.ts')).trainPreset(args),
};
