// The one loop of the commands that work on many files. Every input is planned, by the first bytes of its file, so that
// what lies ahead can be told; then the jobs are coded and committed, several at once as cores and memory allow. A job
// is plain data, and its steps know it alone: code makes bytes of it and could do so on another machine; commit checks
// them and gives them their name. What became of an input is decided here alone: done, kept, skipped, left out, failed.
import { availableParallelism } from 'node:os';
import { startThreads } from '../../../codec/kernel/threads.ts';
import { type Entry, entryOf, type Facts } from './entry.ts';
import { fail } from './failures.ts';
import type { Found, Input } from './inputs.ts';
import { freeMemory } from './memory.ts';
import { withProgress } from './progress.ts';
import { tell } from './stderr.ts';
import { Tally } from './tally.ts';
import { inTurns, type Share } from './turns.ts';
import { codingSeconds, type Task, usualMemory, Workload } from './workload.ts';

/** So many jobs are worth threads that wait for small images, which start none themselves. */
const MANY = 8;

/** What is to be done with one input. */
export interface Job {
  /** Path, or '-' for stdin. */
  readonly input: string;
  /** Path, or '-' for stdout; null where nothing is written, or where reading the input will tell what is wrong. */
  readonly output: string | null;
  /** Null for what is no regular file. */
  readonly inputBytes: number | null;
  /** What it takes; null where that is not known, or nothing to speak of. */
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
  readonly progress: Progress;
  /** To compute on. */
  readonly threads: number;
  /** Bytes that a job may take, were it alone; and beside what it needs, to work on several groups at once. */
  readonly memory: number;
  readonly spareMemory: number;
}

export interface Steps<J extends Job, Coded> {
  /** What is to be done, or what has become of an input that there is nothing to be done with. */
  plan(input: Input): Promise<J | Facts>;
  code(job: J, turn: Turn): Promise<Coded>;
  commit(job: J, coded: Coded, turn: Turn): Promise<Facts>;
}

export interface BatchOptions {
  /** To compute on, all jobs together; one a core where it is not given. */
  readonly threads?: number | undefined;
  /** Bytes that jobs at once may take, by what their tasks say; what is free where it is not given. */
  readonly 'limit-memory'?: number | undefined;
  /** Whether jobs are told and not done. */
  readonly 'dry-run'?: boolean;
  /** Whether progress, and what lies ahead and behind, are not shown. */
  readonly quiet: boolean;
  /** Whether lines are for programs: no progress then. */
  readonly json: boolean;
  /** Told of every input, in their order. */
  report(entry: Entry): void;
}

/** Does all jobs; those after a failed one have their turn, too. */
export async function runBatch<J extends Job, Coded>(
  { inputs, notTaken }: Found,
  steps: Steps<J, Coded>,
  { threads = availableParallelism(), quiet, json, report, ...options }: BatchOptions,
): Promise<void> {
  const memory = options['limit-memory'] ?? freeMemory();
  const tally = new Tally();
  const settle = inOrder((entry: Entry) => {
    tally.add(entry);
    report(entry);
  });
  for (const [place, { path, ...facts }] of notTaken.entries()) settle(place, entryOf(path, facts));
  const waiting: Waiting<J>[] = [];
  for (const [index, input] of inputs.entries()) {
    const place = notTaken.length + index;
    const planned = await settled(input.path, () => steps.plan(input));
    if ('status' in planned) settle(place, entryOf(input.path, planned));
    else waiting.push({ job: planned, place });
  }
  const jobs = waiting.map(({ job }) => job);
  const workload = new Workload(jobs, threads);
  if (!quiet) workload.announce();

  /** Places of the jobs that run; the first one's progress is shown. */
  const places = new Set<number>();
  const doJob = async ({ job, place }: Waiting<J>, { crew, spare }: Share) => {
    const { input, output } = job;
    const isShown = () => !quiet && !json && Math.min(...places) === place;
    const progress: Progress = (name, index, work) =>
      withProgress({ input, name, index, workload }, isShown, work);
    const turn = { threads: crew, memory, spareMemory: spare, progress };
    places.add(place);
    const facts = await settled(input, async () => steps.commit(job, await steps.code(job, turn), turn));
    places.delete(place);
    workload.end(input, facts.status !== 'failed');
    settle(place, entryOf(input, { output, ...facts }));
  };
  if (options['dry-run']) {
    for (const { job, place } of waiting) settle(place, entryOf(job.input, plannedFacts(job, threads)));
  } else {
    if (threads > 1 && jobs.length >= MANY) await startThreads(threads);
    const uses = {
      needOf: ({ job }: Waiting<J>) => job.task?.memory ?? 0,
      useOf: ({ job: { task } }: Waiting<J>, crew: number) =>
        task ? usualMemory(task, crew) - task.memory : memory,
    };
    await inTurns(waiting, { threads, memory }, uses, doJob);
  }
  if (tally.count() === tally.count('left out'))
    fail(new Error('nothing for this command in the folders named'));
  if (!quiet && tally.count() > 1) tell(`${tally}`);
}

/** A job and the place of its input among all. */
interface Waiting<J> {
  readonly job: J;
  readonly place: number;
}

function plannedFacts({ output, inputBytes, task }: Job, threads: number): Facts {
  const seconds = task && codingSeconds(task, threads);
  const memory = task && usualMemory(task, threads);
  return { status: 'planned', output, inputBytes, estimate: { seconds, memory } };
}

/** What comes of an input's work; what is wrong is told at once, so that the next one has its turn. */
async function settled<Outcome>(input: string, work: () => Promise<Outcome>): Promise<Outcome | Facts> {
  try {
    return await work();
  } catch (error) {
    return { status: 'failed', reason: fail(error, input === '-' ? 'stdin' : input) };
  }
}

/** Passes values on in the order of their places, 0 and up, in whatever order they come. */
function inOrder<T>(pass: (value: T) => void): (place: number, value: T) => void {
  const early = new Map<number, T>();
  let next = 0;
  return (place, value) => {
    early.set(place, value);
    for (let ready = early.get(next); ready !== undefined; ready = early.get(++next)) {
      early.delete(next);
      pass(ready);
    }
  };
}
