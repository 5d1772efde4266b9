// A thread that runs episodes: opens the photos, then answers one task after the other.

import { workerData } from 'node:worker_threads';
import type { FamilyName } from '../../../models/families.ts';
import { answerTasks } from '../../worker-threads.ts';
import { PhotoFolder } from '../data/photos.ts';
import { Episodes, leastSide, type Outcome, type Start } from './episode.ts';
import { type Architecture, openNetworks } from './networks.ts';

export interface WorkerData {
  readonly family: FamilyName;
  readonly architecture: Architecture;
  readonly directory: string;
  /** Beginnings of the names of photos that are not trained on. */
  readonly withheld: readonly string[];
  /** Whether drawn images are trained on, too. */
  readonly withDrawn: boolean;
  /** Whether to train on chains of cells. */
  readonly chains: boolean;
  readonly seed: number;
  /** Shared with the thread that asks. */
  readonly start: Start;
  readonly outcomes: readonly Outcome[];
}

/** Episode `index` of a round, or the rate of the held-out photos. */
export type Task =
  | { readonly kind: 'episode'; readonly round: number; readonly index: number }
  | { readonly kind: 'held-out' };

const { family, architecture, directory, withheld, withDrawn, chains, seed, start, outcomes } =
  workerData as WorkerData;
const ready = Promise.all([
  openNetworks(family, architecture),
  PhotoFolder.open(directory, leastSide(chains), withheld, withDrawn),
]).then(([networks, photos]) => new Episodes(networks, photos, chains));

answerTasks(async (task: Task): Promise<number> => {
  const episodes = await ready;
  return task.kind === 'held-out'
    ? episodes.heldOut(start)
    : episodes.run(seed, task.round, task.index, start, outcomes[task.index]);
});
