// A thread that runs episodes of training where learning starts: opens the photos, then answers one task after the
// other.

import { workerData } from 'node:worker_threads';
import type { FamilyName } from '../../../models/families.ts';
import { answerTasks } from '../../worker-threads.ts';
import { PhotoFolder } from '../data/photos.ts';
import { LARGEST_SIDE } from './episode.ts';
import { type Architecture, openNetworks } from './networks.ts';
import { OriginEpisodes, type OriginOutcome, type OriginStart } from './origin-episode.ts';
import { Whitening, type WhiteningNumbers } from './whitening.ts';

export interface OriginWorkerData {
  readonly family: FamilyName;
  readonly architecture: Architecture;
  readonly directory: string;
  /** Beginnings of the names of photos that are not trained on. */
  readonly withheld: readonly string[];
  readonly seed: number;
  readonly whitening: WhiteningNumbers;
  /** Shared with the thread that asks. */
  readonly start: OriginStart;
  readonly outcomes: readonly OriginOutcome[];
}

/** Episode `index` of a round. */
export interface OriginTask {
  readonly round: number;
  readonly index: number;
}

const { family, architecture, directory, withheld, seed, start, outcomes, ...data } =
  workerData as OriginWorkerData;
const whitening = new Whitening(data.whitening);
const ready = Promise.all([
  openNetworks(family, architecture),
  PhotoFolder.open(directory, LARGEST_SIDE, withheld),
]).then(([networks, photos]) => new OriginEpisodes(networks, photos));

answerTasks(async ({ round, index }: OriginTask): Promise<number> => {
  const episodes = await ready;
  return episodes.run({ seed, round, index }, start, whitening, outcomes[index]);
});
