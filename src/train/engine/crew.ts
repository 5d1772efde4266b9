// The threads of meta-training: they take episodes as they become free; which one runs an episode changes nothing.

import { VaezipError } from '../../../codec/error.ts';
import { ask, startThread } from '../../worker-threads.ts';
import type { Task, WorkerData } from './worker.ts';

export interface Crew {
  /** Runs a round's episodes from the start that they share; returns their mean rate in bits per dimension. */
  round(round: number): Promise<number>;
  /** Mean rate of the held-out photos in bits per dimension. */
  heldOut(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the threads, each of which opens the photos. */
export function openCrew(workerData: WorkerData, threads: number): Crew {
  const episodes = workerData.outcomes.length;
  const workers = Array.from({ length: Math.min(threads, episodes) }, () =>
    startThread('train/engine/worker.js', workerData),
  );
  return {
    round: async (round) => {
      let next = 0;
      let sum = 0;
      const rates = new Float64Array(episodes);
      await Promise.all(
        workers.map(async (worker) => {
          while (next < episodes) {
            const index = next++;
            rates[index] = await ask<Task, number>(worker, { kind: 'episode', round, index });
          }
        }),
      );
      for (const rate of rates) sum += rate;
      if (!Number.isFinite(sum)) throw new VaezipError('bad-argument', `round ${round} diverged`);
      return sum / episodes;
    },
    heldOut: () => ask<Task, number>(workers[0], { kind: 'held-out' }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
