// Training of latents that tell where learning starts, for networks that are meta-trained already; it goes on from
// latents that these have. Where learning should start, given an image's statistics, is learnt as Reptile does: each
// round runs the codec's own learning loop over a few random crops, and moves what each input adds to the parameters a
// share of the way to where it ended, in proportion to the input. At the end the principal directions of what the
// inputs add become the basis of the latents. The same seed and rounds give the same weights.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import type { OnlineWeights } from '../../../codec/planes/online/job.ts';
import { type OriginWeights, statisticsCount, tensorsOfOrigin } from '../../../codec/planes/online/origin.ts';
import { tensorsOfPlanes } from '../../../codec/planes/weights.ts';
import type { FamilyName } from '../../../models/families.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import { ask, sharedFloats, startThread } from '../../worker-threads.ts';
import { type LeftOut, PhotoFolder } from '../data/photos.ts';
import { writeCard } from '../run/card.ts';
import { LARGEST_SIDE } from './episode.ts';
import { addLatents, roundsBehind } from './given-latents.ts';
import { eigen } from './linear-algebra.ts';
import type { MetaProgress } from './meta-trainer.ts';
import { type Architecture, type Networks, openNetworks, splitPlanes, totalParameters } from './networks.ts';
import { addScaled, OriginEpisodes, type OriginOutcome, type OriginStart } from './origin-episode.ts';
import type { OriginTask, OriginWorkerData } from './origin-worker.ts';
import { Whitening } from './whitening.ts';

/** Episodes a round. */
const EPISODES = 8;
const DEFAULT_ROUNDS = 1000;
/** Crops whose statistics tell what inputs are. */
const LOOKED_AT = 1500;
/** Episode i counts as SHARE / (FIRST + i) of the way. */
const SHARE = 2.5;
const FIRST = 400;
/** Weight of a round in the rate that progress shows. */
const SMOOTHING = 0.02;
/**
 * Bits that all that z tells saves on a small crop, about: a latent is worth its share of them, and told as finely as
 * pays for that.
 */
const WORTH = 140;
const LEAST_SCALE = 0.15;
const LARGEST_SCALE = 0.7;

export interface OriginTrainingOptions {
  readonly preset: string;
  readonly family: FamilyName;
  readonly architecture: Architecture;
  readonly latents: number;
  /** Folder with photos. */
  readonly data: string;
  /** The weights' file that is to get latents, which stays as it is. */
  readonly from: string;
  /** The weights' file to write; its card lies beside it. */
  readonly out: string;
  readonly seed: number;
  /** Beginnings of the names of photos not to train on. */
  readonly withheld?: readonly string[] | undefined;
  readonly rounds?: number | undefined;
  readonly threads?: number | undefined;
  /** Stops the run after the current round. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MetaProgress) => void) | undefined;
  /** Told before training, of each file of the folder that is not trained on. */
  readonly onLeftOut?: ((file: LeftOut) => void) | undefined;
}

export interface OriginTraining {
  readonly finished: boolean;
  readonly round: number;
  readonly rounds: number;
}

/** Trains until the rounds are done or the signal is raised; writes weights and card in either case. */
export async function trainOrigin(options: OriginTrainingOptions): Promise<OriginTraining> {
  const { data, seed, withheld = [], rounds = DEFAULT_ROUNDS } = options;
  const given = await readGiven(options);
  const { architecture } = given.weights;
  const networks = await openNetworks(options.family, architecture);
  const photos = await PhotoFolder.open(data, LARGEST_SIDE, withheld);
  for (const file of photos.leftOut) options.onLeftOut?.(file);
  const looking = new OriginEpisodes(networks, photos);
  const whitening = Whitening.of(
    Array.from({ length: LOOKED_AT }, (_, i) => looking.statistics(seed, -1, i).slice()),
  );
  const { start, outcomes } = roomFor(given.weights, networks);
  const { origin: latents } = given.weights;
  if (latents) addLatents(start, latents, whitening, networks);
  const behind = latents ? await roundsBehind(options.from) : 0;
  const crew = openCrew(
    {
      ...{ family: options.family, architecture, directory: data, withheld, seed },
      ...{ whitening: whitening.numbers, start, outcomes },
    },
    options.threads ?? availableParallelism(),
  );
  const begin = performance.now();
  let round = 0;
  try {
    let rate: number | null = null;
    for (; round < rounds && !options.signal?.aborted; round++) {
      const last = await crew.round(round);
      for (const [i, { inputs, change }] of outcomes.entries())
        learnFrom(start.shifts, inputs, change, SHARE / (FIRST + (behind + round) * EPISODES + i));
      rate = rate === null ? last : rate + SMOOTHING * (last - rate);
      const seconds = (performance.now() - begin) / 1000;
      const secondsLeft = (seconds / (round + 1)) * (rounds - round - 1);
      options.onProgress?.({ round: round + 1, rounds, rate, secondsLeft });
    }
  } finally {
    await crew.close();
  }
  const origin = originOf(start, whitening, networks, options.latents);
  await write(options, given, networks, { start, origin });
  await writeCard(options.out, {
    name: options.preset,
    parameters: totalParameters(networks) * (1 + options.latents) + origin.posterior.length,
    data: photos.description,
    command: commandOf(options, rounds),
    seconds: (performance.now() - begin) / 1000,
    settings: {
      from: given.from,
      heldOutByName: options.withheld,
      latents: options.latents,
      ...{ seed, rounds: behind + round, plannedRounds: behind + rounds },
      architecture: networks.family.metadata(architecture),
    },
  });
  return { finished: round === rounds, round, rounds };
}

function commandOf({ preset, from, latents, withheld, seed }: OriginTrainingOptions, rounds: number): string {
  const without = withheld ? `--hold-out ${withheld.join(' ')} ` : '';
  return (
    `vaezip train --preset ${preset} --from ${basename(from)} --latents ${latents} --data DIR ` +
    `${without}--steps ${rounds} --seed ${seed}`
  );
}

interface Given {
  readonly weights: OnlineWeights<unknown> & { readonly architecture: Architecture };
  readonly metadata: Readonly<Record<string, string>>;
  readonly from: { readonly name: string; readonly id: string };
}

/** The weights that are to get latents. */
async function readGiven({ from, family, architecture }: OriginTrainingOptions): Promise<Given> {
  const bytes = await readFile(from).catch((cause) => {
    throw new VaezipError('bad-input', `${from} cannot be read: name the weights' file to start from`, {
      cause,
    });
  });
  const file = readSafetensors(bytes, from);
  const { family: online } = await openNetworks(family, architecture);
  if (file.metadata.format !== online.name)
    throw new VaezipError(
      'bad-file',
      `${from} holds no weights of the kind ${online.name}: name another file`,
    );
  return {
    weights: online.read(file) as Given['weights'],
    metadata: file.metadata,
    from: { name: basename(from), id: createHash('sha256').update(bytes).digest('hex') },
  };
}

/** What threads share: where episodes start, and what they leave. */
function roomFor({ planes }: Given['weights'], networks: Networks) {
  const size = totalParameters(networks);
  const inputs = statisticsCount(planes.length) + 1;
  const start: OriginStart = {
    ...{ parameters: sharedFloats(size), preconditioner: sharedFloats(size) },
    shifts: sharedFloats(inputs * size),
  };
  for (const [plane, [parameters, preconditioner]] of splitPlanes(
    networks,
    start.parameters,
    start.preconditioner,
  ).entries()) {
    parameters.set(planes[plane].parameters);
    preconditioner.set(planes[plane].preconditioner);
  }
  const outcomes: OriginOutcome[] = Array.from({ length: EPISODES }, () => ({
    ...{ inputs: sharedFloats(inputs), change: sharedFloats(size) },
  }));
  return { start, outcomes };
}

/** Threads that take episodes as they become free; which one runs an episode changes nothing. */
function openCrew(workerData: OriginWorkerData, threads: number) {
  const workers = Array.from({ length: Math.min(threads, EPISODES) }, () =>
    startThread('train/engine/origin-worker.js', workerData),
  );
  return {
    /** Runs a round's episodes; returns their mean rate in bits per dimension. */
    round: async (round: number): Promise<number> => {
      const rates = new Float64Array(EPISODES);
      let next = 0;
      await Promise.all(
        workers.map(async (worker) => {
          while (next < EPISODES) {
            const index = next++;
            rates[index] = await ask<OriginTask, number>(worker, { round, index });
          }
        }),
      );
      const mean = rates.reduce((sum, rate) => sum + rate) / EPISODES;
      if (!Number.isFinite(mean)) throw new VaezipError('bad-argument', `round ${round} diverged`);
      return mean;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Moves what each input adds a share of the way to what an episode learned. */
function learnFrom(shifts: Float32Array, inputs: Float32Array, change: Float32Array, share: number): void {
  const size = change.length;
  for (const [i, input] of inputs.entries())
    addScaled(shifts.subarray(i * size, (i + 1) * size), share * input, change);
}

/**
 * The latents: the principal directions of what the inputs but the constant add, in the metric of the steps that learn,
 * where a direction's square is what it saves. Each has variance 1 over images.
 */
function originOf(
  { preconditioner, shifts }: OriginStart,
  whitening: Whitening,
  networks: Networks,
  latents: number,
): OriginWeights {
  const size = preconditioner.length;
  const rows = Array.from({ length: shifts.length / size - 1 }, (_, i) =>
    shifts.subarray((i + 1) * size, (i + 2) * size),
  );
  const products = rows.map((a) => Float64Array.from(rows, (b) => productOf(a, b, preconditioner)));
  const { values, vectors } = eigen(products);
  const total = values.reduce((sum, value) => sum + value);
  const statistics = rows.length;
  const posterior = new Float32Array((statistics + 1) * 2 * latents);
  const bases = new Float32Array(latents * size);
  for (let latent = 0; latent < latents; latent++) {
    const basis = bases.subarray(latent * size, (latent + 1) * size);
    for (const [i, row] of rows.entries()) addScaled(basis, vectors[latent][i], row);
    const worth = (WORTH * values[latent]) / total;
    const scale = Math.min(LARGEST_SCALE, Math.max(LEAST_SCALE, Math.sqrt(Math.LOG2E / 2 / worth)));
    const weights = whitening.weightsOf([0, ...vectors[latent]]);
    const reach = Math.sqrt(1 - scale * scale);
    for (let i = 0; i < statistics; i++) posterior[i * 2 * latents + latent] = reach * weights[i + 1];
    posterior[statistics * 2 * latents + latent] = reach * weights[0];
    posterior[statistics * 2 * latents + latents + latent] = Math.log(scale);
  }
  const ofPlanes = Array.from({ length: latents }, (_, latent) =>
    splitPlanes(networks, bases.subarray(latent * size, (latent + 1) * size)).map(([part]) => part),
  );
  return {
    ...{ latents, posterior },
    ...{ centre: whitening.numbers.centre, scale: whitening.numbers.scale },
    bases: ofPlanes[0].map((first, plane) => {
      const basis = new Float32Array(latents * first.length);
      for (const [latent, parts] of ofPlanes.entries()) basis.set(parts[plane], latent * first.length);
      return basis;
    }),
  };
}

/** Product of two shifts in the metric of the steps. */
function productOf(a: Float32Array, b: Float32Array, preconditioner: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] * b[i]) / preconditioner[i];
  return sum;
}

/** Writes the given weights with the latents; what the constant adds is the parameters'. */
async function write(
  { out }: OriginTrainingOptions,
  { metadata }: Given,
  networks: Networks,
  { start, origin }: { readonly start: OriginStart; readonly origin: OriginWeights },
): Promise<void> {
  const shapes = networks.family.shapes(networks.architecture);
  const parameters = start.parameters.slice();
  addScaled(parameters, 1, start.shifts.subarray(0, parameters.length));
  const planes = splitPlanes(networks, parameters, start.preconditioner.slice()).map(
    ([parameters, preconditioner]) => ({ parameters, preconditioner }),
  );
  const tensors = { ...tensorsOfPlanes(shapes, planes), ...tensorsOfOrigin(shapes, origin) };
  await writeAtomically(out, writeSafetensors({ tensors, metadata }));
}
