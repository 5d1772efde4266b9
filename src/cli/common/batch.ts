// The one loop of the commands that work on many files: every input is planned, by the first bytes of its
// file, so that what lies ahead can be told; then job after job is coded and committed. A job is plain
// data, and its steps know it alone: code makes bytes of it and could do so on another machine; commit
// checks them, gives them their name and tells.
import { attempt } from './failures.ts';
import type { OutputNames } from './output-file.ts';
import { withProgress } from './progress.ts';
import { type Task, Workload } from './workload.ts';

/** What is to be done with one input. */
export interface Job {
  /** Path, or '-' for stdin. */
  readonly input: string;
  /** Path, or '-' for stdout; null where nothing is written, or where reading the input will tell what is wrong. */
  readonly output: string | null;
  /** How long it takes; null where that is not known, or no time at all. */
  readonly task: Task | null;
}

/** Does a part of a job's work, such as 'encoding', and shows how far it is; `phase` is its place in the job's task. */
export type Progress = <T>(
  name: string,
  phase: number,
  work: (onProgress: ((share: number) => void) | undefined) => Promise<T>,
) => Promise<T>;

/** What a job's steps have around them while it is their turn. */
export interface Turn {
  /**
   * Throws VaezipError 'exists' unless the output may be worked on; before any long work, but after the input is read.
   */
  claim(): Promise<void>;
  readonly progress: Progress;
}

export interface Steps<J extends Job, Coded> {
  /** Null for an input whose result is there already. */
  plan(input: string): Promise<J | null>;
  code(job: J, turn: Turn): Promise<Coded>;
  commit(job: J, coded: Coded, turn: Turn): Promise<void>;
}

export interface BatchOptions {
  /** Of the outputs, where there are any. */
  readonly names?: OutputNames;
  /** Whether to tell what lies ahead. */
  readonly announced: boolean;
  /** Whether to show progress. */
  readonly shown: boolean;
}

/** Does the jobs one after the other; those after a failed one have their turn, too. */
export async function runBatch<J extends Job, Coded>(
  inputs: readonly string[],
  { plan, code, commit }: Steps<J, Coded>,
  { names, announced, shown }: BatchOptions,
): Promise<void> {
  const jobs = await planAll(inputs, plan, announced);
  const workload = new Workload(jobs);
  if (announced) workload.announce();
  for (const job of jobs) {
    const { input, output } = job;
    const turn: Turn = {
      claim: async () => {
        if (output !== null) await names?.claim(input, output);
      },
      progress: (name, index, work) => withProgress({ input, name, index, workload }, !shown, work),
    };
    const succeeded = await attempt(input, async () => commit(job, await code(job, turn), turn));
    workload.end(input, succeeded);
  }
}

async function planAll<J extends Job>(
  inputs: readonly string[],
  plan: Steps<J, unknown>['plan'],
  announced: boolean,
): Promise<J[]> {
  const jobs: J[] = [];
  let skipped = 0;
  for (const input of inputs)
    await attempt(input, async () => {
      const job = await plan(input);
      if (job) jobs.push(job);
      else skipped++;
    });
  if (announced && skipped > 0) {
    const [some, all] = [skipped, inputs.length].map((count) => count.toLocaleString('en'));
    process.stderr.write(`skipped ${some} of ${all} files: their results exist already\n`);
  }
  return jobs;
}
