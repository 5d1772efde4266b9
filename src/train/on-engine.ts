// Presets that are meta-trained on the codec's own engine.
import { resolve } from 'node:path';
import { VaezipError } from '../../codec/error.ts';
import { metaTrain } from './engine/meta-trainer.ts';
import type { Architecture } from './engine/networks.ts';
import { trainOrigin } from './engine/origin-trainer.ts';
import type { TrainingEnd, TrainingRun } from './training-run.ts';

/** Steps are rounds. Throws VaezipError 'bad-argument' for an option that means nothing here. */
export async function trainOnEngine(run: TrainingRun): Promise<TrainingEnd> {
  const {
    preset,
    out,
    data,
    seed,
    holdOut,
    from,
    latents,
    minutes,
    steps,
    threads,
    resume,
    signal,
    onRound,
    onLeftOut,
  } = run;
  const { architecture } = preset.training;
  if (!architecture) throw new VaezipError('bad-argument', `the preset ${preset.name} has no architecture`);
  const idle = (['beta', 'backend'] as const).find((name) => run[name] !== undefined);
  if (idle)
    throw new VaezipError(
      'bad-argument',
      `--${idle} does not apply to the preset ${preset.name}, ` +
        "which has no latents and trains on the codec's engine: leave it out",
    );
  if (from !== undefined && resume)
    throw new VaezipError(
      'bad-argument',
      '--from does not apply to a run that goes on: leave --from or --resume out',
    );
  if (from !== undefined && resolve(from) === resolve(out))
    throw new VaezipError('bad-argument', `--from and --out are both ${out}: name another --out`);
  if (latents !== undefined) return addLatents(run, latents, architecture);
  const { finished, state } = await metaTrain({
    ...{ family: preset.family, architecture, out, data, seed, from, threads, resume, signal, onLeftOut },
    preset: preset.name,
    withheld: holdOut,
    rounds: steps,
    hours: minutes === undefined ? undefined : minutes / 60,
    withDrawn: preset.training.data === 'screens',
    chains: preset.training.chains,
    onProgress: onRound,
  });
  return {
    finished,
    reached: `${state.round} of ${state.settings.rounds} rounds, whose weights are in ${out}`,
  };
}

/** Trains where learning starts, for weights that are there. */
async function addLatents(
  run: TrainingRun,
  latents: number,
  architecture: Architecture,
): Promise<TrainingEnd> {
  const { preset, out, data, seed, holdOut, from, minutes, steps, threads, resume, signal } = run;
  const { onRound, onLeftOut } = run;
  if (from === undefined)
    throw new VaezipError('bad-argument', '--latents are added to trained weights: name them with --from');
  if (resume || minutes !== undefined)
    throw new VaezipError(
      'bad-argument',
      `${resume ? '--resume does' : '--minutes and --hours do'} not apply to --latents: give --steps`,
    );
  const { finished, round, rounds } = await trainOrigin({
    ...{ preset: preset.name, family: preset.family, architecture, latents, data, from, out, seed },
    ...{ withheld: holdOut, rounds: steps, threads, signal, onProgress: onRound, onLeftOut },
  });
  return { finished, reached: `${round} of ${rounds} rounds, whose weights are in ${out}` };
}
