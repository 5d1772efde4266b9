// One episode of training where learning starts: the codec's own learning loop over one crop, from the parameters that
// the crop's statistics call for, as far as is known. What it learns there tells what they should have been.

import { Mode } from '../../../codec/planes/job.ts';
import type { OnlineJob } from '../../../codec/planes/online/job.ts';
import type { PhotoFolder } from '../data/photos.ts';
import { Random } from '../run/random.ts';
import { CropJobs, drawSide, rateOf } from './crop-jobs.ts';
import { type Networks, weightsOfPlanes } from './networks.ts';
import type { Whitening } from './whitening.ts';

/** Sides of the square crops: where learning starts matters most to small images. */
const SIDES = [48, 64, 96, 128];

/** First steps are larger than in coding: z from what they learn is worth more (docs/decisions/latents.md). */
const BOOST = 3;

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
  readonly #crops: CropJobs;

  constructor(networks: Networks, photos: PhotoFolder) {
    this.#networks = networks;
    this.#crops = new CropJobs(networks, photos);
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
    const planes = weightsOfPlanes(this.#networks, start, preconditioner);
    job.boost = BOOST;
    job.start(Mode.learn, planes);
    job.runHere();
    for (const [plane, { parameters }] of planes.entries()) {
      const learnt = job.parameters(plane);
      for (let i = 0; i < learnt.length; i++) parameters[i] = learnt[i] - parameters[i];
    }
    return rateOf(job);
  }

  /** A job with a random crop in it, small ones more often. */
  #draw(random: Random): OnlineJob {
    const side = drawSide(SIDES, (side) => 1 / side, random);
    return this.#crops.crop(this.#crops.photos.draw(random), side, random) as OnlineJob;
  }
}

/** sum <- sum + factor * term. */
export function addScaled(sum: Float32Array, factor: number, term: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += factor * term[i];
}
