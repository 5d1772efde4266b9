// One episode of training where learning starts: the codec's own learning loop over one crop, from the parameters that
// the crop's statistics call for, as far as is known. What it learns there tells what they should have been.

import { Mode } from '../../../codec/planes/job.ts';
import type { OnlineJob } from '../../../codec/planes/online/job.ts';
import { crop, type PhotoFolder, toGrey } from '../data/photos.ts';
import { Random } from '../run/random.ts';
import { type Networks, splitPlanes } from './networks.ts';
import type { Whitening } from './whitening.ts';

/** Sides of the square crops: where learning starts matters most to small images. */
const SIDES = [48, 64, 96, 128, 192, 256];
const LARGEST_SIDE = SIDES[SIDES.length - 1];

/** First part of the keys of random numbers. */
const EPISODE = 3;

/** Where episodes start: the weights', all planes one after the other, and what each input adds. */
export interface OriginStart {
  readonly parameters: Float32Array;
  readonly preconditioner: Float32Array;
  /** f32 [inputs][parameters]. */
  readonly shifts: Float32Array;
}

/** What an episode leaves. */
export interface OriginOutcome {
  /** f32 [inputs]: the crop's statistics, whitened. */
  readonly inputs: Float32Array;
  readonly change: Float32Array;
}

/** Runs episodes of one model. */
export class OriginEpisodes {
  readonly #networks: Networks;
  readonly #photos: PhotoFolder;
  readonly #jobs = new Map<number, OnlineJob>();
  readonly #rgb = new Uint8Array(3 * LARGEST_SIDE * LARGEST_SIDE);

  constructor(networks: Networks, photos: PhotoFolder) {
    this.#networks = networks;
    this.#photos = photos;
  }

  /** The statistics of a random crop. */
  statistics(seed: number, round: number, index: number): Float64Array {
    return this.#draw(new Random(EPISODE, seed, round, index)).statistics();
  }

  /** Learns from a random crop, into `outcome`; returns the mean code length in bits per dimension. */
  run(
    key: { readonly seed: number; readonly round: number; readonly index: number },
    { parameters, preconditioner, shifts }: OriginStart,
    whitening: Whitening,
    outcome: OriginOutcome,
  ): number {
    const job = this.#draw(new Random(EPISODE, key.seed, key.round, key.index));
    outcome.inputs.set(whitening.apply(job.statistics()));
    const start = outcome.change;
    start.set(parameters);
    for (const [i, input] of outcome.inputs.entries())
      addScaled(start, input, shifts.subarray(i * start.length, (i + 1) * start.length));
    const planes = splitPlanes(this.#networks, start, preconditioner).map(([parameters, preconditioner]) => ({
      ...{ parameters, preconditioner },
    }));
    job.start(Mode.learn, planes);
    job.runHere();
    for (const [plane, { parameters }] of planes.entries()) {
      const learnt = job.parameters(plane);
      for (let i = 0; i < learnt.length; i++) parameters[i] = learnt[i] - parameters[i];
    }
    return job.likelihood / (job.width * job.height * job.planes);
  }

  /** A job with a random crop in it. */
  #draw(random: Random): OnlineJob {
    const side = drawSide(random);
    const job = this.#job(side);
    const photo = this.#photos.draw(random);
    if (job.planes === 3) crop(photo, random, side, side, job.pixels);
    else {
      crop(photo, random, side, side, this.#rgb);
      toGrey(this.#rgb, job.pixels);
    }
    return job;
  }

  #job(side: number): OnlineJob {
    const { family, architecture } = this.#networks;
    const job = this.#jobs.get(side) ?? family.learn(architecture, side, side);
    this.#jobs.set(side, job);
    return job;
  }
}

/** sum <- sum + factor * term. */
export function addScaled(sum: Float32Array, factor: number, term: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += factor * term[i];
}

/** A side, small ones more often. */
function drawSide(random: Random): number {
  const shares = SIDES.map((side) => 1 / side);
  let at = random.uniform() * shares.reduce((sum, share) => sum + share);
  for (const [i, side] of SIDES.entries()) {
    at -= shares[i];
    if (at < 0) return side;
  }
  return LARGEST_SIDE;
}
