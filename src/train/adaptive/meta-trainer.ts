// Meta-training of the adaptive photo models (Reptile: Nichol, Achiam, Schulman 2018): each round runs the codec's own
// learning loop over a few random crops, from the weights as they stand, and moves the weights a share of the way to the mean
// of where it ended. The preconditioner follows the gradients met on the way. What is shipped is a running average of the
// weights, so that a run may end at any round. The same seed and number of rounds give the same weights.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  type AdaptiveWeights,
  type Architecture,
  featureCount,
  metadataOf,
  parameterCount,
  parameterShapes,
  tensorsOf,
} from '../../../codec/adaptive/weights.ts';
import { VaezipError } from '../../../codec/error.ts';
import { writeSafetensors } from '../../../codec/network/safetensors.ts';
import { writeAtomically } from '../atomic-file.ts';
import { sharedFloats } from '../parameters.ts';
import { PhotoFolder } from '../photos.ts';
import { Random } from '../random.ts';
import { LARGEST_SIDE, type Outcome, type Start, totalParameters } from './episode.ts';
import { readMetaCheckpoint, removeMetaCheckpoint, writeMetaCheckpoint } from './meta-checkpoint.ts';
import type { Answer, Task, WorkerData } from './worker.ts';

/** Episodes a round, whose changes are averaged. */
const EPISODES = 8;
/** Share of the way that the weights go. */
const SHARE = 0.5;
/** Share of a round in the second moments, once there are so many rounds. */
const MOMENT_SHARE = 0.01;
/** The running average forgets the first rounds: after r rounds, round r weighs (AVERAGING + 1) / (r + AVERAGING). */
const AVERAGING = 8;
const CHECKPOINT_SECONDS = 120;
/** Weight of a round in the rate that progress shows. */
const SMOOTHING = 0.02;
const INITIAL = 0;

/** What a run is: equal settings give equal weights. */
export interface MetaSettings {
  readonly preset: string;
  readonly seed: number;
  readonly rounds: number;
}

/** A run as it stands; arrays hold all planes, one after the other. */
export interface MetaState {
  readonly settings: MetaSettings;
  readonly data: string;
  round: number;
  seconds: number;
  readonly parameters: Float32Array;
  /** Second moments of a batch's gradient. */
  readonly moments: Float32Array;
  /** Running average of the parameters. */
  readonly average: Float32Array;
}

export interface MetaProgress {
  readonly round: number;
  readonly rounds: number;
  /** Running mean, in bits per dimension. */
  readonly rate: number;
  readonly secondsLeft: number;
}

export interface MetaTrainingOptions {
  readonly preset: string;
  readonly architecture: Architecture;
  /** Folder with photos. */
  readonly data: string;
  /** The weights' file; the checkpoint lies beside it. */
  readonly out: string;
  readonly seed: number;
  /** Rounds; or hours, which a short measurement turns into rounds. */
  readonly rounds?: number;
  readonly hours?: number;
  readonly threads?: number;
  /** Go on from the checkpoint; its seed counts, and its rounds unless others are given. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MetaProgress) => void;
}

export interface MetaTraining {
  readonly finished: boolean;
  readonly state: MetaState;
  /** Of the held-out photos, in bits per dimension; only of a finished run. */
  readonly heldOut: number | null;
}

/**
 * Trains until the rounds are done or the signal is raised; writes the weights' file in either case.
 * Throws VaezipError when data or checkpoint are missing.
 */
export async function metaTrain(options: MetaTrainingOptions): Promise<MetaTraining> {
  const { architecture, out, preset, onProgress, signal } = options;
  const size = totalParameters(architecture);
  const { description } = await PhotoFolder.open(options.data, LARGEST_SIDE);
  const resumed = options.resume ? await readMetaCheckpoint(out, preset, size) : null;
  const seed = resumed?.settings.seed ?? options.seed;
  const start: Start = { parameters: sharedFloats(size), preconditioner: sharedFloats(size) };
  const outcomes = Array.from({ length: EPISODES }, () => ({
    change: sharedFloats(size),
    squares: sharedFloats(size),
  }));
  const workerData: WorkerData = { architecture, directory: options.data, seed, start, outcomes };
  const crew = openCrew(workerData, options.threads ?? availableParallelism());
  try {
    const state = resumed ?? {
      settings: { preset, seed, rounds: 0 },
      ...{ data: description, round: 0, seconds: 0 },
      ...initialState(architecture, seed),
    };
    const run: Run = { state, start, outcomes, crew };
    if (!resumed) await measureMoments(run);
    const rounds = options.rounds ?? (await countRounds(run, options.hours)) ?? state.settings.rounds;
    const settings = { ...state.settings, rounds };
    let saved = performance.now();
    let rate: number | null = null;
    const [firstRound, secondsBefore, begin] = [state.round, state.seconds, saved];
    while (state.round < rounds && !signal?.aborted) {
      const now = await takeRound(run);
      rate = rate === null ? now : rate + SMOOTHING * (now - rate);
      state.seconds = secondsBefore + (performance.now() - begin) / 1000;
      const secondsLeft =
        ((state.seconds - secondsBefore) / (state.round - firstRound)) * (rounds - state.round);
      onProgress?.({ round: state.round, rounds, rate, secondsLeft });
      if (performance.now() - saved > 1000 * CHECKPOINT_SECONDS) {
        await save({ ...state, settings }, architecture, out);
        saved = performance.now();
      }
    }
    await save({ ...state, settings }, architecture, out);
    if (state.round < rounds) return { finished: false, state: { ...state, settings }, heldOut: null };
    setStart(start, state.average, state.moments);
    const heldOut = await crew.heldOut();
    await removeMetaCheckpoint(out);
    return { finished: true, state: { ...state, settings }, heldOut };
  } finally {
    await crew.close();
  }
}

interface Run {
  readonly state: MetaState;
  readonly start: Start;
  readonly outcomes: readonly Outcome[];
  readonly crew: Crew;
}

/** One round; returns its mean rate in bits per dimension. */
async function takeRound({ state, start, outcomes, crew }: Run): Promise<number> {
  const { parameters, moments, average } = state;
  setStart(start, parameters, moments);
  const rate = await crew.round(state.round);
  const momentShare = Math.max(MOMENT_SHARE, 1 / (state.round + 2));
  const averageShare = Math.min(1, (AVERAGING + 1) / (state.round + 1 + AVERAGING));
  for (let i = 0; i < parameters.length; i++) {
    let change = 0;
    let squares = 0;
    for (const outcome of outcomes) {
      change += outcome.change[i];
      squares += outcome.squares[i];
    }
    parameters[i] += (SHARE / EPISODES) * change;
    moments[i] += momentShare * (squares / EPISODES - moments[i]);
    average[i] += averageShare * (parameters[i] - average[i]);
  }
  state.round++;
  return rate;
}

/** The first moments: those of the first weights, which a preconditioner of 0 keeps as they are. */
async function measureMoments({ state, start, outcomes, crew }: Run): Promise<void> {
  start.parameters.set(state.parameters);
  start.preconditioner.fill(0);
  await crew.round(0);
  for (let i = 0; i < state.moments.length; i++) {
    state.moments[i] = outcomes.reduce((sum, { squares }) => sum + squares[i], 0) / EPISODES;
  }
}

/** Rounds that fit into so many hours; null for none given. Measured in a few rounds that change nothing. */
async function countRounds({ state, start, crew }: Run, hours: number | undefined): Promise<number | null> {
  if (hours === undefined) return null;
  setStart(start, state.parameters, state.moments);
  await crew.round(0);
  const begin = performance.now();
  const measured = 6;
  for (let i = 1; i <= measured; i++) await crew.round(i);
  return state.round + Math.max(1, Math.round((3_600_000 * hours * measured) / (performance.now() - begin)));
}

function setStart(start: Start, parameters: Float32Array, moments: Float32Array): void {
  start.parameters.set(parameters);
  for (let i = 0; i < moments.length; i++) start.preconditioner[i] = preconditionerOf(moments[i]);
}

/** Of the steps: rate * gradient / (2 sqrt(second moment) + 1e-4). */
function preconditionerOf(moment: number): number {
  return 1 / (2 * Math.sqrt(moment) + 1e-4);
}

async function save(state: MetaState, architecture: Architecture, out: string): Promise<void> {
  await writeMetaCheckpoint(out, state);
  const { preset, seed, rounds } = state.settings;
  const metadata = { format: 'vaezip-adaptive', ...metadataOf(architecture), preset, seed: String(seed) };
  const tensors = tensorsOf(weightsOf(state, architecture));
  await writeAtomically(
    out,
    writeSafetensors({ tensors, metadata: { ...metadata, rounds: `${state.round} of ${rounds}` } }),
  );
}

function weightsOf({ average, moments }: MetaState, architecture: Architecture): AdaptiveWeights {
  let offset = 0;
  const planes = architecture.neighbours.map((_, plane) => {
    const end = offset + parameterCount(architecture, plane);
    const part = {
      parameters: average.slice(offset, end),
      preconditioner: moments.slice(offset, end).map(preconditionerOf),
    };
    offset = end;
    return part;
  });
  return { architecture, planes };
}

function initialState(architecture: Architecture, seed: number) {
  const random = new Random(INITIAL, seed);
  const parameters = new Float32Array(totalParameters(architecture));
  let offset = 0;
  for (let plane = 0; plane < architecture.planes; plane++) {
    for (const [name, shape] of Object.entries(parameterShapes(architecture, plane))) {
      const length = shape.reduce((product, n) => product * n, 1);
      const initial = initialTensor(name, shape, featureCount(architecture, plane), random);
      parameters.set(initial, offset);
      offset += length;
    }
  }
  return { parameters, moments: new Float32Array(parameters.length), average: parameters.slice() };
}

function initialTensor(name: string, shape: readonly number[], inputs: number, random: Random): Float32Array {
  if (name === 'layer3.bias') {
    // Components of different width, so that they begin to specialise.
    return Float32Array.of(0, 0, 0, 0, -1.2, -0.75, -0.25, 0.2, 0, 0, 0, 0);
  }
  if (name.endsWith('bias')) return new Float32Array(shape[0]);
  const gain = { 'layer1.weights': 1, 'layer2.weights': Math.SQRT2, 'layer3.weights': 0.1 }[name] ?? 1;
  const fanIn = name.startsWith('layer1') ? inputs : shape[0];
  return random.normals(shape[0] * shape[1]).map((x) => (x * gain) / Math.sqrt(fanIn));
}

interface Crew {
  /** Runs a round's episodes from `start`; returns their mean rate. */
  round(round: number): Promise<number>;
  heldOut(): Promise<number>;
  close(): Promise<void>;
}

/** Threads that take episodes as they become free; which one runs an episode changes nothing. */
function openCrew(workerData: WorkerData, threads: number): Crew {
  const workers = Array.from({ length: threads }, () => new Worker(WORKER, { workerData }));
  return {
    round: async (round) => {
      let next = 0;
      let sum = 0;
      const rates = new Float64Array(EPISODES);
      await Promise.all(
        workers.map(async (worker) => {
          while (next < EPISODES) {
            const index = next++;
            rates[index] = await ask(worker, { kind: 'episode', round, index });
          }
        }),
      );
      for (const rate of rates) sum += rate;
      if (!Number.isFinite(sum)) throw new VaezipError('bad-argument', `round ${round} diverged`);
      return sum / EPISODES;
    },
    heldOut: () => ask(workers[0], { kind: 'held-out' }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Threads run compiled code, also when this file itself is run from its TypeScript source (by the tests). */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/src/train/adaptive/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

function ask(worker: Worker, task: Task): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (answer: Answer): void => {
      settle();
      if ('error' in answer) reject(answer.error);
      else resolve(answer.rate);
    };
    const onError = (error: unknown): void => {
      settle();
      reject(error);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(task);
  });
}
