// Tasks that threads work on at once, and whose results are taken in the order of the tasks.
import type { Worker } from 'node:worker_threads';
import { ask, startThread } from '../worker-threads.ts';

/** Results that may wait for those due before them, for each thread. */
const AHEAD = 4;

/** What threads do: the compiled file that answers tasks, and the same to be called where one thread is enough. */
export interface Craft<Task, Result> {
  readonly file: string;
  compute(task: Task): Promise<Result>;
}

/** Has so many threads do all tasks; `take` gets each result in the order of the tasks. Throws what a task throws. */
export async function inThreads<Task, Result>(
  tasks: readonly Task[],
  { file, compute }: Craft<Task, Result>,
  threads: number,
  take: (result: Result, index: number) => Promise<void> | void,
): Promise<void> {
  const crew = Math.min(threads, tasks.length);
  if (crew < 2) {
    for (const [index, task] of tasks.entries()) await take(await compute(task), index);
    return;
  }
  const workers = Array.from({ length: crew }, () => startThread(file, null));
  const free = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];
  const run = async (task: Task): Promise<Result> => {
    const worker = free.pop() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
    try {
      return await ask(worker, task);
    } finally {
      const next = waiting.shift();
      if (next) next(worker);
      else free.push(worker);
    }
  };
  const begun: Promise<Result>[] = [];
  let due = 0;
  const takeNext = async () => take((await begun.shift()) as Result, due++);
  try {
    for (const task of tasks) {
      const result = run(task);
      result.catch(() => {}); // it is thrown where it is due
      begun.push(result);
      if (begun.length === AHEAD * crew) await takeNext();
    }
    while (begun.length > 0) await takeNext();
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
