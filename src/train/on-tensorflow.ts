// Presets that TensorFlow.js trains by gradient descent on -ELBO.
import { VaezipError } from '../../codec/error.ts';
import { loadGradientPreset } from './gradient-presets.ts';
import { useBackend, validBackend } from './tensorflow/backend.ts';
import { train } from './tensorflow/trainer.ts';
import type { TrainingEnd, TrainingRun } from './training-run.ts';

/** Throws VaezipError 'bad-argument' for an option that means nothing here. */
export async function trainOnTensorFlow(run: TrainingRun): Promise<TrainingEnd> {
  const { out, data, seed, beta = 1, minutes, steps, threads, resume, signal, onStep, onLeftOut } = run;
  if (run.from !== undefined)
    throw new VaezipError(
      'bad-argument',
      `--from does not apply to the preset ${run.preset.name}, which starts from random weights: leave it out`,
    );
  if (run.latents !== undefined)
    throw new VaezipError(
      'bad-argument',
      `--latents does not apply to the preset ${run.preset.name}, whose latents are trained with it: leave it out`,
    );
  if (run.holdOut !== undefined)
    throw new VaezipError(
      'bad-argument',
      `--hold-out does not apply to the preset ${run.preset.name}: leave the photos out of the folder`,
    );
  const preset = await loadGradientPreset(run.preset);
  const backend = await useBackend(validBackend(run.backend));
  const { finished, state } = await train({
    ...{ preset, backend, out, data, seed, beta, minutes, steps, threads, resume, signal, onLeftOut },
    onProgress: onStep,
  });
  return { finished, reached: `${state.step} of ${state.settings.steps} steps` };
}
