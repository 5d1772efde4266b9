// The work of the command `train`: the preset's trainer, and what is said when it ends.
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { findPreset } from '../../train/presets.ts';
import { cardPath } from '../../train/run/card.ts';
import { loadTrainer } from '../../train/trainers.ts';
import { INTERRUPTED, interruption } from '../common/interrupt.ts';
import { tell } from '../common/stderr.ts';
import { metaTrainingProgress, trainingProgress } from '../common/training-progress.ts';

export interface TrainArguments {
  preset: string;
  data: string;
  out?: string | undefined;
  from?: string | undefined;
  holdOut?: string[] | undefined;
  latents?: number | undefined;
  resume: boolean;
  beta?: number | undefined;
  hours?: number | undefined;
  minutes?: number | undefined;
  steps?: number | undefined;
  seed: number;
  threads?: number | undefined;
  backend?: string | undefined;
}

/** Trains, or goes on; ends the process, because GPU back ends keep handles that would hold it. */
export async function trainPreset(args: TrainArguments): Promise<never> {
  const { hours, out = `${args.preset}.safetensors` } = args;
  const preset = findPreset(args.preset);
  await checkFolder(dirname(out));
  const train = await loadTrainer(preset);
  const { finished, reached } = await train({
    ...args,
    ...{ preset, out, signal: interruption() },
    minutes: hours === undefined ? args.minutes : 60 * hours,
    onRound: metaTrainingProgress(),
    onStep: trainingProgress(),
    onLeftOut: ({ path, reason }) => tell(`${path} is left out: ${reason}`),
  });
  if (!finished) {
    const instead = args.from === undefined ? '' : ' instead of --from';
    const goesOn = args.latents === undefined ? `: the same command with --resume${instead} goes on` : '';
    process.stderr.write('\n');
    tell(`stopped after ${reached}${goesOn}`);
    process.exit(INTERRUPTED);
  }
  tell(`wrote ${out} and ${cardPath(out)}`);
  process.exit();
}

/** Before the work, which would be lost. Throws VaezipError 'bad-argument' where no weights can be written. */
async function checkFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((cause) => {
    throw new VaezipError('bad-argument', `${folder} is no folder to write weights to: make it first`, {
      cause,
    });
  });
}
