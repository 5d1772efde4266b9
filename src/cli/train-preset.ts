// The work of the command `train`.
import { useBackend, validBackend } from '../train/backend.ts';
import { cardPath } from '../train/card.ts';
import { loadPreset } from '../train/presets.ts';
import { train } from '../train/trainer.ts';
import type { TrainArguments } from './train.ts';
import { trainingProgress } from './training-progress.ts';

/** The exit status of what Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Trains, or goes on; ends the process, because GPU back ends keep handles that would hold it. */
export async function trainPreset(args: TrainArguments): Promise<never> {
  const preset = await loadPreset(args.preset);
  const backend = await useBackend(validBackend(args.backend));
  const out = args.out ?? `${args.preset}.safetensors`;
  const { data, seed, beta, minutes, steps, threads, resume } = args;
  const training = await train({
    ...{ preset, backend, out, data, seed, beta, minutes, steps, threads, resume },
    signal: interruption(),
    onProgress: trainingProgress(),
  });
  const { step, settings } = training.state;
  if (!training.finished) {
    process.stderr.write(
      `\nstopped after ${step} of ${settings.steps} steps: the same command with --resume goes on\n`,
    );
    process.exit(INTERRUPTED);
  }
  process.stderr.write(`wrote ${out} and ${cardPath(out)}\n`);
  process.exit(0);
}

/** A signal that Ctrl-C raises; a second Ctrl-C ends the process as usual. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
