// A thread that runs episodes: opens the photos, then answers one task after the other.

import { workerData } from 'node:worker_threads';
import type { Architecture } from '../../../codec/planes/learning/weights.ts';
import { PhotoFolder } from '../data/photos.ts';
import { answerTasks } from '../run/threads.ts';
import { Episodes, LARGEST_SIDE, type Outcome, type Start } from './episode.ts';

export interface WorkerData {
  readonly architecture: Architecture;
  readonly directory: string;
  readonly seed: number;
  /** Shared with the thread that asks. */
  readonly start: Start;
  readonly outcomes: readonly Outcome[];
}

/** Episode `index` of a round, or the rate of the held-out photos. */
export type Task =
  | { readonly kind: 'episode'; readonly round: number; readonly index: number }
  | { readonly kind: 'held-out' };

const { architecture, directory, seed, start, outcomes } = workerData as WorkerData;
const ready = PhotoFolder.open(directory, LARGEST_SIDE).then((photos) => new Episodes(architecture, photos));

answerTasks(async (task: Task): Promise<number> => {
  const episodes = await ready;
  return task.kind === 'held-out'
    ? episodes.heldOut(start)
    : episodes.run(seed, task.round, task.index, start, outcomes[task.index]);
});
