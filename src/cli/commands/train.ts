// The command `train`: what it takes.
import type { CommandModule } from 'yargs';
import { SHIPPED } from '../../../models/catalogue.ts';
import { allOf, oneOf } from '../../text/lists.ts';
import type { TrainArguments } from '../actions/train.ts';
import { checkTraining, trainingOptions } from '../common/training-options.ts';

const names = SHIPPED.map(({ name }) => name);
const onEngine = SHIPPED.filter(({ training }) => training.architecture).map(({ name }) => name);
const ofDigits = SHIPPED.find(({ training }) => training.data === 'idx')?.name;

export const trainCommand: CommandModule<object, TrainArguments> = {
  command: 'train',
  describe: 'train a model and write its weights and card',
  builder: (yargs) =>
    trainingOptions(yargs)
      .option('preset', { type: 'string', demandOption: true, describe: `which model: ${oneOf(names)}` })
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
      .option('latents', {
        type: 'number',
        requiresArg: true,
        describe: 'gives the weights of --from so many latents, which tell where learning starts',
      })
      .option('hold-out', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'photos not to train on, by the beginnings of their names',
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
        `${allOf(onEngine)} train on the codec's own engine: --steps are rounds of 8 crops, ` +
          '--from starts from weights with the same layers, --beta and --backend do not apply. ' +
          'Rounds and time count from the beginning, so --resume with more of them goes on for longer.',
      )
      .example(`$0 train --preset ${onEngine[0]} --data DIR --hours 2`, 'a model for photos')
      .example(`$0 train --preset ${ofDigits} --data DIR --minutes 15`, 'a model for MNIST')
      .example(`$0 train --preset ${onEngine[0]} --data DIR --hours 2 --resume`, 'go on after Ctrl-C'),
  handler: async (args) => (await import('../actions/train.ts')).trainPreset(args),
};
