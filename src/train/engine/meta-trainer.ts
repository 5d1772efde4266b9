// Meta-training of photo models that learn (Reptile: Nichol, Achiam, Schulman 2018): each round runs the
// codec's own learning loop over a few random crops, from the weights as they stand, and moves the weights a
// share of the way to the mean of where it ended. The preconditioner follows the gradients met on the way.
// What is shipped is a running average of the weights, so that a run may end before its last round. The same
// seed and planned rounds give the same weights.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import type { FamilyName } from '../../../models/families.ts';
import { type LeftOut, PhotoFolder } from '../data/photos.ts';
import { checkpointPath, checkSameData } from '../run/checkpoint.ts';
import { openCrew } from './crew.ts';
import { leastSide } from './episode.ts';
import { initialState, stateFrom } from './initial-state.ts';
import {
  type MetaState,
  readMetaCheckpoint,
  removeMetaCheckpoint,
  writeMetaCheckpoint,
} from './meta-checkpoint.ts';
import { writeMetaCard, writeMetaWeights } from './meta-weights.ts';
import { type Architecture, type Networks, openNetworks, totalParameters } from './networks.ts';
import { heldOutRate, measureMoments, measureRound, type Run, sharedRoom, takeRound } from './round.ts';

/** Where neither rounds nor hours are given: about two hours for the model of the default effort on two cores. */
const DEFAULT_ROUNDS = 10_000;
const CHECKPOINT_SECONDS = 120;
/** Weight of a round in the rate that progress shows. */
const SMOOTHING = 0.02;

export interface MetaProgress {
  readonly round: number;
  readonly rounds: number;
  /** Running mean, in bits per dimension. */
  readonly rate: number;
  readonly secondsLeft: number;
}

export interface MetaTrainingOptions {
  readonly preset: string;
  readonly family: FamilyName;
  readonly architecture: Architecture;
  /** Folder with photos. */
  readonly data: string;
  /** The weights' file; its card and the checkpoint lie beside it. */
  readonly out: string;
  readonly seed: number;
  /** Beginnings of the names of photos not to train on; those of the checkpoint count. */
  readonly withheld?: readonly string[] | undefined;
  /** Whether to train on drawn images, too. */
  readonly withDrawn?: boolean | undefined;
  /** Whether to train on chains of cells, as small images are coded. */
  readonly chains?: boolean | undefined;
  /** A weights' file to start from instead of random weights: of the same layers, but for features that it may lack. */
  readonly from?: string | undefined;
  /** Rounds from the first; or hours from the first, which a short measurement turns into rounds. */
  readonly rounds?: number | undefined;
  readonly hours?: number | undefined;
  readonly threads?: number | undefined;
  /** Go on from the checkpoint; its seed counts, and its rounds unless others or hours are given. */
  readonly resume?: boolean | undefined;
  /** Stops the run after the current round, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MetaProgress) => void) | undefined;
  /** Told before training, of each file of the folder that is not trained on. */
  readonly onLeftOut?: ((file: LeftOut) => void) | undefined;
}

export interface MetaTraining {
  readonly finished: boolean;
  readonly state: MetaState;
  /** Of the held-out photos, in bits per dimension. */
  readonly heldOut: number;
}

/**
 * Trains until the rounds are done or the signal is raised; writes weights and card in either case, and in between.
 * Throws VaezipError when data are missing, or the checkpoint is, or is of another run.
 */
export async function metaTrain(options: MetaTrainingOptions): Promise<MetaTraining> {
  const { family, architecture, data, out, preset, withDrawn = false, chains = false } = options;
  const networks = await openNetworks(family, architecture);
  const resumed = options.resume ? await readMetaCheckpoint(out, preset, networks) : null;
  const withheld = resumed ? resumed.settings.withheld : options.withheld;
  const { description, leftOut } = await PhotoFolder.open(data, leastSide(chains), withheld, withDrawn);
  for (const file of leftOut) options.onLeftOut?.(file);
  if (resumed) checkSameData(checkpointPath(out), resumed.data, data, description);
  const seed = resumed?.settings.seed ?? options.seed;
  const first = await firstState({ ...options, seed }, networks);
  const room = sharedRoom(totalParameters(networks));
  const threads = options.threads ?? availableParallelism();
  const crew = openCrew(
    { family, architecture, directory: data, withheld: withheld ?? [], withDrawn, chains, seed, ...room },
    threads,
  );
  try {
    const state: MetaState = resumed ?? {
      settings: { preset, seed, rounds: DEFAULT_ROUNDS, ...(withheld && { withheld }), ...first.settings },
      ...{ data: description, round: 0, seconds: 0 },
      ...first.state,
    };
    const run: Run = { state, crew, ...room };
    if (!resumed) await measureMoments(run);
    state.settings = { ...state.settings, rounds: await countRounds(run, options) };
    await takeRounds(run, networks, options);
    await save(state, networks, options);
    const heldOut = await heldOutRate(run);
    await writeMetaCard(out, state, networks, heldOut);
    const finished = state.round === state.settings.rounds;
    if (finished) await removeMetaCheckpoint(out);
    return { finished, state, heldOut };
  } finally {
    await crew.close();
  }
}

/** What a run that is not resumed starts from, and what its settings say of it. */
async function firstState({ seed, from }: MetaTrainingOptions, networks: Networks) {
  if (from === undefined) return { settings: {}, state: initialState(networks, seed) };
  const bytes = await readFile(from).catch((cause) => {
    throw new VaezipError('bad-input', `${from} cannot be read: name the weights' file to start from`, {
      cause,
    });
  });
  const content = readSafetensors(bytes, from);
  if (content.metadata.format !== networks.family.name)
    throw new VaezipError(
      'bad-file',
      `${from} holds no weights of the kind ${networks.family.name}: name another file`,
    );
  const id = createHash('sha256').update(bytes).digest('hex');
  return {
    settings: { from: { name: basename(from), id } },
    state: stateFrom(networks.family.read(content), networks, from),
  };
}

/** Decides the number of rounds, those done included. */
async function countRounds(run: Run, { out, rounds, hours }: MetaTrainingOptions): Promise<number> {
  const { round, seconds, settings } = run.state;
  if (rounds !== undefined && rounds < round)
    throw new VaezipError(
      'bad-argument',
      `${checkpointPath(out)} is of ${round} rounds already: ask for more than the ${rounds} given`,
    );
  if (rounds !== undefined) return rounds;
  if (hours === undefined) return settings.rounds;
  const left = Math.max(0, 3600 * hours - seconds) / (await measureRound(run));
  return Math.max(1, round + Math.round(left));
}

/** Rounds until all are done or the signal is raised, saved now and then. */
async function takeRounds(run: Run, networks: Networks, options: MetaTrainingOptions): Promise<void> {
  const { state } = run;
  const { rounds } = state.settings;
  const [firstRound, secondsBefore, begin] = [state.round, state.seconds, performance.now()];
  let saved = begin;
  let rate: number | null = null;
  while (state.round < rounds && !options.signal?.aborted) {
    const last = await takeRound(run);
    rate = rate === null ? last : rate + SMOOTHING * (last - rate);
    const now = performance.now();
    const seconds = (now - begin) / 1000;
    state.seconds = secondsBefore + seconds;
    const secondsLeft = (seconds / (state.round - firstRound)) * (rounds - state.round);
    options.onProgress?.({ round: state.round, rounds, rate, secondsLeft });
    if (now - saved > 1000 * CHECKPOINT_SECONDS && state.round < rounds) {
      await save(state, networks, options);
      saved = now;
    }
  }
}

/** Checkpoint, weights and card as they stand. */
async function save(state: MetaState, networks: Networks, { out }: MetaTrainingOptions): Promise<void> {
  await writeMetaCheckpoint(out, state, networks);
  await writeMetaWeights(out, state, networks);
  await writeMetaCard(out, state, networks, null);
}
