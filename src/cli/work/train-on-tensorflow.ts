// Presets that TensorFlow.js trains by gradient descent on -ELBO.
import { VaezipError } from '../../../codec/error.ts';
import { useBackend, validBackend } from '../../train/tensorflow/backend.ts';
import { loadPreset } from '../../train/tensorflow/presets.ts';
import { train } from '../../train/tensorflow/trainer.ts';
import { trainingProgress } from '../common/training-progress.ts';
import type { PresetRun, TrainingEnd } from './train-preset.ts';

export async function trainOnTensorFlow(run: PresetRun): Promise<TrainingEnd> {
  const { out, data, seed, beta = 1, minutes, steps, threads, resume, signal, onLeftOut } = run;
  const preset = await loadPreset(run.preset);
  if (run.from !== undefined)
    throw new VaezipError(
      'bad-argument',
      `--from does not apply to the preset ${run.preset}, which starts from random weights: leave it out`,
    );
  const backend = await useBackend(validBackend(run.backend));
  const { finished, state } = await train({
    ...{ preset, backend, out, data, seed, beta, minutes, steps, threads, resume, signal, onLeftOut },
    onProgress: trainingProgress(),
  });
  return { finished, reached: `${state.step} of ${state.settings.steps} steps` };
}
