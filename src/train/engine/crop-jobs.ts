// Crops of photos in jobs that learn, one job a side, and chains of cells: what episodes of all kinds of training work
// on.

import type { LearningJob } from '../../../codec/planes/online/job.ts';
import { cell, crop, type Photo, type PhotoFolder, toGrey } from '../data/photos.ts';
import type { Random } from '../run/random.ts';
import type { Networks } from './networks.ts';

export class CropJobs {
  readonly photos: PhotoFolder;
  readonly #networks: Networks;
  readonly #jobs = new Map<number, LearningJob>();

  constructor(networks: Networks, photos: PhotoFolder) {
    this.#networks = networks;
    this.photos = photos;
  }

  /** The job of chains, with random cells in it: all of the photo, or each of one that is drawn, as a throw decides. */
  chain(photo: Photo, random: Random): LearningJob {
    const { family, architecture } = this.#networks;
    const job = this.#jobs.get(CELL) ?? family.learn(architecture, CELL, CELL, CHAIN);
    this.#jobs.set(CELL, job);
    const size = CELL * CELL;
    const rgb = job.planes === 3 ? job.pixels : new Uint8Array(3 * CHAIN * size);
    const isMixed = random.integer(2) === 1;
    for (let image = 0; image < CHAIN; image++)
      cell(isMixed ? this.photos.draw(random) : photo, random, CELL, rgb.subarray(3 * image * size));
    if (job.planes === 1) toGrey(rgb, job.pixels);
    return job;
  }

  /** The job of a side, with a random square crop of the photo in it. */
  crop(photo: Photo, side: number, random: Random): LearningJob {
    const { family, architecture } = this.#networks;
    const job = this.#jobs.get(side) ?? family.learn(architecture, side, side);
    this.#jobs.set(side, job);
    const rgb = job.planes === 3 ? job.pixels : new Uint8Array(3 * side * side);
    crop(photo, random, side, side, rgb);
    if (job.planes === 1) toGrey(rgb, job.pixels);
    return job;
  }
}

/** Pixels of a side of the cells that chains are made of. */
export const CELL = 32;
/** Images of a chain: as many pixels as a group of an archive has. */
const CHAIN = 16;

/** One of the sides, each with a probability in proportion to its share. */
export function drawSide(
  sides: readonly number[],
  shareOf: (side: number) => number,
  random: Random,
): number {
  const shares = sides.map(shareOf);
  let at = random.uniform() * shares.reduce((sum, share) => sum + share);
  for (const [i, side] of sides.entries()) {
    at -= shares[i];
    if (at < 0) return side;
  }
  return sides[sides.length - 1];
}

/** What a job has coded, in bits per dimension. */
export function rateOf({ likelihood, width, height, planes }: LearningJob): number {
  return likelihood / (width * height * planes);
}
