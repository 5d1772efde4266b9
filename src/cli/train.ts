// vaezip train: trains a preset and writes its weights and their card.

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { VaezipError } from '../../codec/error.ts';
import type { Progress } from '../train/trainer.ts';

interface TrainArguments {
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

const PROGRESS_SECONDS = { terminal: 0.5, log: 10 };

export const train: CommandModule<object, TrainArguments> = {
  command: 'train',
  describe: 'Train a model and write its weights and card',
  builder: (yargs: Argv<object>) =>
    yargs
      .option('preset', { choices: ['photo', 'digits'], demandOption: true, describe: 'Which model' })
      .option('data', { type: 'string', demandOption: true, describe: 'Folder with the training data' })
      .option('out', { type: 'string', describe: 'Weights file (default: PRESET.safetensors)' })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'Go on from the checkpoint beside --out',
      })
      .option('beta', { type: 'number', default: 1, describe: 'Weight of the KL term' })
      .option('minutes', {
        type: 'number',
        describe: 'Time to train; a short measurement turns it into steps',
      })
      .option('steps', { type: 'number', describe: 'Steps to train; with the same seed, the same weights' })
      .option('seed', { type: 'number', default: 1, describe: 'Of the first weights, batches and noise' })
      .option('threads', { type: 'number', describe: 'Threads on wasm and cpu (default: all cores)' })
      .option('backend', {
        choices: ['node-gpu', 'webgpu', 'wasm', 'cpu'],
        describe: 'TensorFlow.js back end (default: the best one present)',
      })
      .conflicts('minutes', 'steps')
      .example('$0 train --preset digits --data mnist --minutes 15', 'a model for MNIST')
      .example(
        '$0 train --preset digits --data mnist --resume',
        'go on after Ctrl-C',
      ) as Argv<TrainArguments>,
  handler: run,
};

async function run(args: ArgumentsCamelCase<TrainArguments>): Promise<void> {
  for (const [name, value] of Object.entries({ beta: args.beta, minutes: args.minutes, steps: args.steps })) {
    if (value !== undefined && !(value > 0)) {
      throw new VaezipError('bad-argument', `--${name} must be a number above 0`);
    }
  }
  const { BACKENDS, useBackend } = await import('../train/backend.ts');
  const { loadPreset } = await import('../train/presets.ts');
  const { train: trainPreset } = await import('../train/trainer.ts');
  const { writeCard } = await import('../train/card.ts');

  const preset = await loadPreset(args.preset);
  const backend = await useBackend(BACKENDS.find((name) => name === args.backend));
  const out = args.out ?? `${args.preset}.safetensors`;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { data, seed, beta, minutes, steps, threads, resume } = args;
  const training = await trainPreset({
    preset,
    backend,
    out,
    data,
    seed,
    beta,
    minutes,
    steps: steps === undefined ? undefined : Math.ceil(steps),
    threads,
    resume,
    signal: stop.signal,
    onProgress: progressLine(),
  });
  process.stderr.write('\n');
  const { step, settings } = training.state;
  if (training.finished) {
    await writeCard(out, training);
    process.stderr.write(`wrote ${out} and its card after ${step} steps\n`);
  } else {
    process.stderr.write(`stopped after ${step} of ${settings.steps} steps: go on with --resume\n`);
  }
  // GPU back ends keep handles open that would hold the process.
  process.exit(training.finished ? 0 : 130);
}

/** Shows progress on stderr: a line that is rewritten on a terminal, a new one now and then in a log. */
function progressLine(): (progress: Progress) => void {
  const terminal = process.stderr.isTTY;
  const interval = 1000 * (terminal ? PROGRESS_SECONDS.terminal : PROGRESS_SECONDS.log);
  let shown = Number.NEGATIVE_INFINITY;
  return ({ step, settings, rates, secondsLeft }) => {
    if (performance.now() - shown < interval && step < settings.steps) return;
    shown = performance.now();
    const { likelihood, kl } = rates;
    const total = (likelihood + kl).toFixed(4);
    const line =
      `step ${step}/${settings.steps}  -ELBO ${total} bits/dim = likelihood ${likelihood.toFixed(4)} + ` +
      `KL ${kl.toFixed(4)}  ${duration(secondsLeft)} left`;
    process.stderr.write(terminal ? `\r${line}\x1b[K` : `${line}\n`);
  };
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.floor(seconds % 60);
  return `${minutes}:${String(rest).padStart(2, '0')}`;
}
