// The command `study`: what it takes.
import type { CommandModule } from 'yargs';
import type { StudyArguments } from '../actions/study.ts';
import { checkThreads } from '../common/options.ts';
import { BACKENDS } from '../common/training-options.ts';

export const studyCommand: CommandModule<object, StudyArguments> = {
  command: 'study [name]',
  describe: 'measure a claim of the theory, in bits on disk; without a name, list the claims',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'which claim' })
      .option('data', {
        type: 'string',
        requiresArg: true,
        describe: "folder with MNIST's idx files, for claims about digits",
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: 'study',
        describe: 'folder for NAME.json, NAME.svg and trained weights, which are found there again',
      })
      .option('seed', {
        type: 'number',
        requiresArg: true,
        default: 1,
        describe: 'of all random numbers; other seeds train their own weights',
      })
      .option('train', {
        type: 'boolean',
        default: false,
        describe: 'train what has shipped weights, too: some of it takes an hour',
      })
      .option('threads', {
        type: 'number',
        requiresArg: true,
        describe: 'networks that are trained at a time  [default: as many as cores]',
      })
      .option('backend', {
        type: 'string',
        choices: BACKENDS,
        describe: 'TensorFlow.js back end  [default: the best one present]',
      })
      .option('json', { type: 'boolean', default: false, describe: 'print the record as JSON' })
      .check(({ seed }) => {
        if (Number.isSafeInteger(seed)) return true;
        throw new Error('--seed must be a whole number');
      })
      .check(checkThreads)
      .example('$0 study linear', 'one claim: its table, study/linear.json and study/linear.svg')
      .example('$0 study importance --data mnist', 'one about digits'),
  handler: async (args) => (await import('../actions/study.ts')).study(args),
};
