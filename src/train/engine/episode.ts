// One episode of meta-training: the codec's own learning loop over one crop, from the weights as they stand. What it
// learned there is the step that Reptile takes a share of.

import { Mode } from '../../../codec/planes/job.ts';
import type { LearningJob } from '../../../codec/planes/online/job.ts';
import type { Photo, PhotoFolder } from '../data/photos.ts';
import { Random } from '../run/random.ts';
import { CELL, CropJobs, drawSide, rateOf } from './crop-jobs.ts';
import { type Networks, weightsOfPlanes } from './networks.ts';

/** Sides of the square crops: short ones train the start, long ones what learning arrives at. */
const SIDES = [64, 96, 128, 192, 256];
export const LARGEST_SIDE = SIDES[SIDES.length - 1];
/** The least side of photos to train on. */
export function leastSide(chains: boolean): number {
  return chains ? CELL : LARGEST_SIDE;
}

/** Held-out photos are coded at this size. */
const HELD_OUT_SIDE = 256;

// First parts of the keys of random numbers.
const EPISODE = 1;
const HELD_OUT = 2;

/** What an episode leaves, planes one after the other. */
export interface Outcome {
  readonly change: Float32Array;
  /** Means of the squared gradients of the batches. */
  readonly squares: Float32Array;
}

/** State that episodes start from, planes one after the other. */
export interface Start {
  readonly parameters: Float32Array;
  readonly preconditioner: Float32Array;
}

/** Runs episodes of one model. */
export class Episodes {
  readonly #networks: Networks;
  readonly #crops: CropJobs;
  readonly #chains: boolean;

  /** `chains`: of cells, in place of crops. */
  constructor(networks: Networks, photos: PhotoFolder, chains: boolean) {
    this.#networks = networks;
    this.#chains = chains;
    this.#crops = new CropJobs(networks, photos);
  }

  /** Learns from a random crop, or chain, into `outcome`; returns the mean code length in bits per dimension. */
  run(seed: number, round: number, index: number, start: Start, outcome: Outcome): number {
    const random = new Random(EPISODE, seed, round, index);
    // So that as many samples come from each side.
    const side = drawSide(SIDES, (side) => 1 / (side * side), random);
    const job = this.#learn(this.#crops.photos.draw(random), random, side, start);
    const batches = Math.floor((job.width * job.height) / 16);
    let offset = 0;
    for (let plane = 0; plane < job.planes; plane++) {
      const parameters = job.parameters(plane);
      const squares = job.squares(plane);
      for (let i = 0; i < parameters.length; i++) {
        outcome.change[offset + i] = parameters[i] - start.parameters[offset + i];
        outcome.squares[offset + i] = squares[i] / batches;
      }
      offset += parameters.length;
    }
    return rateOf(job);
  }

  /** Mean code length of the held-out photos' crops in bits per dimension. */
  heldOut(start: Start): number {
    const rates = this.#crops.photos.heldOut.map((photo, index) =>
      rateOf(this.#learn(photo, new Random(HELD_OUT, index), HELD_OUT_SIDE, start)),
    );
    return rates.reduce((sum, rate) => sum + rate) / rates.length;
  }

  #learn(photo: Photo, random: Random, side: number, { parameters, preconditioner }: Start): LearningJob {
    const job = this.#chains ? this.#crops.chain(photo, random) : this.#crops.crop(photo, side, random);
    job.start(Mode.learn, weightsOfPlanes(this.#networks, parameters, preconditioner));
    for (let plane = 0; plane < job.planes; plane++) job.squares(plane).fill(0);
    job.runHere();
    return job;
  }
}
