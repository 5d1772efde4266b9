// The work of the command `train`: the preset's trainer, and what is said when it ends.
import type { LeftOut } from '../../train/data/photos.ts';
import { LEARNING_PRESETS } from '../../train/engine/presets.ts';
import { cardPath } from '../../train/run/card.ts';
import { withTensorFlow } from '../../train/tensorflow/packages.ts';
import { checkPreset } from '../../train/tensorflow/presets.ts';
import type { TrainArguments } from '../commands/train.ts';

/** The exit status of what Ctrl-C ended. */
export const INTERRUPTED = 130;

/** How to train: the same for each kind of preset. */
export interface PresetRun extends TrainArguments {
  out: string;
  minutes?: number;
  signal: AbortSignal;
  onLeftOut: (file: LeftOut) => void;
}

/** How far training came. */
export interface TrainingEnd {
  readonly finished: boolean;
  /** Such as '7 of 20 steps'. */
  readonly reached: string;
}

/** Trains, or goes on; ends the process, because GPU back ends keep handles that would hold it. */
export async function trainPreset(args: TrainArguments): Promise<never> {
  const { hours, out = `${args.preset}.safetensors` } = args;
  const minutes = hours === undefined ? args.minutes : 60 * hours;
  checkPreset(args.preset);
  // Loaded as needed: TensorFlow.js takes its time, and need not be installed
  const train = Object.hasOwn(LEARNING_PRESETS, args.preset)
    ? (await import('./train-on-engine.ts')).trainOnEngine
    : (await withTensorFlow(() => import('./train-on-tensorflow.ts'))).trainOnTensorFlow;
  const { finished, reached } = await train({
    ...{ ...args, minutes, out },
    signal: interruption(),
    onLeftOut: ({ path, reason }) => process.stderr.write(`${path} is left out: ${reason}\n`),
  });
  if (!finished) {
    const instead = args.from === undefined ? '' : ' instead of --from';
    process.stderr.write(`\nstopped after ${reached}: the same command with --resume${instead} goes on\n`);
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
