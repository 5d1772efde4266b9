// A thread that trains a study's networks, one after the other, on a back end of its own.

import { existsSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { checkpointPath } from '../train/run/checkpoint.ts';
import { type BackendName, useBackend } from '../train/tensorflow/backend.ts';
import { train } from '../train/tensorflow/trainer.ts';
import { answerTasks } from '../worker-threads.ts';
import type { Network } from './frame/network.ts';
import { presetOf } from './recipes.ts';

export interface Assignment {
  readonly network: Network;
  /** The weights' file. */
  readonly out: string;
  readonly seed: number;
  /** Folder of MNIST's files. */
  readonly data: string;
  /** For the card. */
  readonly command: string;
  /** An i32 that is set to end the training after the current step, with a checkpoint. */
  readonly stop: SharedArrayBuffer;
}

const { backend } = workerData as { backend: BackendName };
const ready = useBackend(backend);

/** Whether training was not stopped. */
answerTasks(async ({ network, out, seed, data, command, stop }: Assignment): Promise<boolean> => {
  await ready;
  const stopped = new Int32Array(stop);
  const controller = new AbortController();
  const { finished } = await train({
    ...{ out, data, seed, command, backend, steps: network.steps, beta: network.beta ?? 1 },
    preset: await presetOf(network),
    threads: 0,
    resume: existsSync(checkpointPath(out)),
    signal: controller.signal,
    onProgress: () => {
      if (Atomics.load(stopped, 0) !== 0) controller.abort();
    },
  });
  return finished;
});
