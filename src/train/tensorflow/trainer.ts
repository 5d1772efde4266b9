// Trains a preset: -ELBO with a weight on KL, in a number of steps that is fixed before the first.
// The same settings (checkpoint.ts) give the same weights on the same back end: batches and noise follow from seed
// and step, gradients are averaged in the shards' order, and the clock decides nothing but, once, the number of steps.

import { availableParallelism } from 'node:os';
import { VaezipError } from '../../../codec/error.ts';
import { ARITHMETIC } from '../../../codec/model/arithmetic.ts';
import { type NamedArrays, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import { sharedFloats } from '../../worker-threads.ts';
import type { LeftOut } from '../data/photos.ts';
import { type Card, writeCard } from '../run/card.ts';
import { checkpointPath, checkSameData, checkSamePreset } from '../run/checkpoint.ts';
import { Random } from '../run/random.ts';
import { Adam, learningRateShare, notFinite } from './adam.ts';
import { type BackendName, usesThreads } from './backend.ts';
import {
  type RunSettings,
  type RunState,
  readCheckpointState,
  removeCheckpoint,
  restoreCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { type Layout, layoutOf, pack, unpack } from './parameters.ts';
import { openPool, type Pool } from './pool.ts';
import type { Preset } from './preset.ts';
import type { Rates, Shared } from './shard.ts';

export interface TrainingOptions {
  readonly preset: Preset;
  /** Folder with the training data. */
  readonly data: string;
  /** The weights' file; the checkpoint lies beside it. */
  readonly out: string;
  readonly backend: BackendName;
  readonly seed: number;
  readonly beta: number;
  /** How the card says that the weights can be trained again; `vaezip train` unless given. */
  readonly command?: string | undefined;
  /** Steps, or minutes: then steps are what a short measurement fits into them. Neither: the preset's steps. */
  readonly steps?: number | undefined;
  readonly minutes?: number | undefined;
  /** Threads that compute gradients, 0 for the calling one. The weights do not depend on it. */
  readonly threads?: number | undefined;
  /** Go on from the checkpoint; its settings count, not these. */
  readonly resume?: boolean | undefined;
  /** Stops the run after the current step, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told before training, of each file of the folder that is not trained on. */
  readonly onLeftOut?: ((file: LeftOut) => void) | undefined;
}

export interface Progress {
  /** Steps done, of `settings.steps`. */
  readonly step: number;
  readonly settings: RunSettings;
  /** Running means, in bits per dimension. */
  readonly rates: Rates;
  /** Estimated. */
  readonly secondsLeft: number;
}

export interface Training {
  readonly finished: boolean;
  readonly state: RunState;
  readonly parameters: NamedArrays;
  /** Of the held-out data; only of a finished run. */
  readonly heldOut?: Rates;
}

const INITIAL = 0;
const CHECKPOINT_SECONDS = 60;
const MEASURED_STEPS = 5;
/** Weight of a step in the rates that progress shows. */
const SMOOTHING = 0.02;

/** A run as it stands. */
interface Run {
  readonly settings: RunSettings;
  readonly data: string;
  readonly shared: Shared;
  readonly adam: Adam;
  step: number;
  seconds: number;
}

/**
 * Runs until the steps are done or the signal is raised. Writes the weights' file and its card when done, a checkpoint
 * else, which goes when both are there.
 * Throws VaezipError if data, checkpoint or back end are missing, or the loss is no longer finite.
 */
export async function train(options: TrainingOptions): Promise<Training> {
  const { preset, backend, out } = options;
  const checkpoint = checkpointPath(out);
  const resumed = options.resume ? await readCheckpointState(checkpoint) : undefined;
  if (resumed) checkResumable(resumed.settings, options, checkpoint);
  const seed = resumed?.settings.seed ?? options.seed;

  const source = await preset.openData(options.data, seed);
  for (const file of source.leftOut ?? []) options.onLeftOut?.(file);
  const data = source.description;
  if (resumed) checkSameData(checkpoint, resumed.data, options.data, data);
  const shared = initialState(preset, seed);
  const adam = optimiser(preset, shared.layout);
  if (resumed) await restoreCheckpoint(checkpoint, shared.layout, shared.parameters, adam);

  const threads = options.threads ?? (usesThreads(backend) ? availableParallelism() : 0);
  const workerData = { presetName: preset.name, directory: options.data, backend, shared };
  const pool = await openPool(preset, source, workerData, threads);
  try {
    const settings = resumed?.settings ?? {
      ...{ preset: preset.name, seed, beta: options.beta, backend },
      steps: await countSteps(options, pool),
    };
    const { step, seconds } = resumed ?? { step: 0, seconds: 0 };
    const run: Run = { settings, data, shared, adam, step, seconds };
    await takeSteps(run, pool, options);
    await save(run, checkpoint);
    const parameters = unpack(shared.layout, shared.parameters);
    const result = { state: stateOf(run), parameters };
    if (run.step < settings.steps) return { ...result, finished: false };
    const training = { ...result, finished: true, heldOut: meanRates(await pool.heldOut()) };
    const revision = { format: preset.format, arithmetic: ARITHMETIC };
    const metadata = { ...revision, ...strings(settings), ...preset.hyperparameters };
    await writeAtomically(out, writeSafetensors({ tensors: parameters, metadata }));
    await writeCard(out, cardOf(training, options.command));
    await removeCheckpoint(checkpoint);
    return training;
  } finally {
    await pool.close();
  }
}

/** The first parameters, and room for gradients. */
function initialState(preset: Preset, seed: number): Shared {
  const initial = preset.initialParameters(new Random(INITIAL, seed));
  const layout = layoutOf(initial);
  const parameters = sharedFloats(layout.size);
  pack(layout, initial, parameters);
  const gradients = Array.from({ length: preset.shards }, () => sharedFloats(layout.size));
  return { layout, seed, parameters, gradients };
}

function optimiser({ orthogonal, learningRate }: Preset, { places, size }: Layout): Adam {
  if (!orthogonal) return new Adam(size);
  const weights = places
    .filter(({ name }) => orthogonal.weights.includes(name))
    .map(({ start, shape: [side] }) => ({ start, side }));
  return new Adam(size, weights, orthogonal.rate / learningRate);
}

/** Steps until all are done or the signal is raised, with a checkpoint now and then. */
async function takeSteps(
  run: Run,
  pool: Pool,
  { preset, out, signal, onProgress }: TrainingOptions,
): Promise<void> {
  const { settings, adam } = run;
  const { parameters, gradients } = run.shared;
  const { steps, beta } = settings;
  const [firstStep, secondsBefore, start] = [run.step, run.seconds, performance.now()];
  let saved = start;
  let rates: Rates | undefined;
  while (run.step < steps && !signal?.aborted) {
    const { step } = run;
    const ramp = preset.klWarmUp > 0 ? Math.min(1, step / (preset.klWarmUp * steps)) : 1;
    const shardRates = await pool.step(step, beta * ramp);
    rates = smooth(rates, meanRates(shardRates), step);
    const gradient = averageIntoFirst(gradients);
    const rate = preset.learningRate * learningRateShare(step, steps);
    adam.update(parameters, gradient, step, rate, preset.clipNorm);
    run.step++;
    const now = performance.now();
    run.seconds = secondsBefore + (now - start) / 1000;
    const secondsLeft = ((run.seconds - secondsBefore) / (run.step - firstStep)) * (steps - run.step);
    onProgress?.({ step: run.step, settings, rates, secondsLeft });
    if (now - saved > 1000 * CHECKPOINT_SECONDS && run.step < steps) {
      await save(run, checkpointPath(out));
      saved = now;
    }
  }
}

function stateOf({ settings, data, step, seconds }: Run): RunState {
  return { settings, data, step, seconds };
}

function cardOf({ state, parameters, heldOut }: Training, command?: string): Card {
  const { data, seconds } = state;
  const { preset, ...settings } = state.settings;
  const { seed, beta, steps, backend } = settings;
  return {
    name: preset,
    parameters: Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0),
    data,
    command:
      command ??
      `vaezip train --preset ${preset} --data DIR --steps ${steps} ` +
        `--beta ${beta} --seed ${seed} --backend ${backend}`,
    seconds,
    settings,
    rates: heldOut && {
      what: 'bits per dimension of the held-out data, full KL weight',
      values: { ...heldOut, negElbo: heldOut.likelihood + heldOut.kl },
    },
  };
}

function save(run: Run, path: string): Promise<void> {
  const { layout, parameters } = run.shared;
  return writeCheckpoint(path, stateOf(run), layout, parameters, run.adam);
}

function strings(settings: RunSettings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

function checkResumable(settings: RunSettings, { preset, backend }: TrainingOptions, path: string): void {
  checkSamePreset(path, settings.preset, preset.name);
  if (settings.backend !== backend) {
    throw new VaezipError(
      'bad-argument',
      `${path} was begun on ${settings.backend}: use --backend ${settings.backend}`,
    );
  }
}

/** Decides the number of steps; for minutes, from the median time of a few steps that change nothing. */
async function countSteps({ preset, steps, minutes, beta }: TrainingOptions, pool: Pool): Promise<number> {
  if (steps !== undefined) return steps;
  if (minutes === undefined) return preset.steps;
  const times: number[] = [];
  await pool.step(0, beta);
  for (let i = 0; i < MEASURED_STEPS; i++) {
    const start = performance.now();
    await pool.step(i, beta);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return Math.max(1, Math.floor((60_000 * minutes) / times[MEASURED_STEPS >> 1]));
}

/** The mean of the shards' gradients, summed in their order; it takes the place of the first. */
function averageIntoFirst(gradients: readonly Float32Array[]): Float32Array {
  const mean = gradients[0];
  const share = 1 / gradients.length;
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    for (const gradient of gradients) sum += gradient[i];
    mean[i] = sum * share;
  }
  return mean;
}

function meanRates(rates: readonly Rates[]): Rates {
  const mean = (part: keyof Rates): number => rates.reduce((sum, rate) => sum + rate[part], 0) / rates.length;
  return { likelihood: mean('likelihood'), kl: mean('kl') };
}

function smooth(previous: Rates | undefined, now: Rates, step: number): Rates {
  if (!Number.isFinite(now.likelihood + now.kl)) throw notFinite('loss', step);
  if (!previous) return now;
  return {
    likelihood: previous.likelihood + SMOOTHING * (now.likelihood - previous.likelihood),
    kl: previous.kl + SMOOTHING * (now.kl - previous.kl),
  };
}
