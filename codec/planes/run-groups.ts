// Has threads work on the groups of an image, each in a job of its own: as many at once as threads and memory allow.
// Kernels go from group to group, so that no more memory is taken than those need that are at work.

import { OutOfMemory, VaezipError } from '../error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { borrowKernel, clearKernel, returnKernel } from '../kernel/pool.ts';
import { runOnThreads, type Work, type Works } from '../kernel/threads.ts';
import type { CodingOptions } from '../model/model.ts';
import { type JobPlan, memoryOf, type PlanesJob } from './job.ts';

/** What is to be done with a group. */
export interface GroupTask {
  readonly plan: JobPlan;
  /** Puts into the job what it works on. */
  open(job: PlanesJob): void;
  /** Takes from the job what it has made, before its memory goes to another. */
  close(job: PlanesJob): void;
  /** Told of what is wrong with the group, where the others are to go on all the same. */
  readonly lost?: ((error: VaezipError) => void) | undefined;
}

/** A run of a job in a mode, and the share of its time that it takes. */
export interface Pass {
  readonly mode: number;
  readonly share: number;
}

/** How a group's job is made, in a kernel of all zeros, and the runs that it takes. */
export interface GroupKind {
  job(plan: JobPlan, kernel: Kernel): PlanesJob;
  readonly passes: readonly Pass[];
}

/** Between two reports of how far the work is. */
const PROGRESS_MILLISECONDS = 100;

/** Does all tasks, begun in their order. Throws what a task throws, unless it is told; the signal's reason. */
export async function runGroups(
  tasks: readonly GroupTask[],
  kind: GroupKind,
  { threads, spareMemory, onProgress, signal }: CodingOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const groups = new GroupsAtWork(tasks, kind, spareMemory ?? Number.POSITIVE_INFINITY);
  const stop = () => groups.stop();
  signal?.addEventListener('abort', stop);
  const timer = setInterval(() => onProgress?.(groups.progress), PROGRESS_MILLISECONDS);
  try {
    const most = tasks.reduce((sum, { plan }) => sum + plan.planes, 0);
    await runOnThreads(Math.min(threads, most), groups);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
  groups.release();
}

/** A job at work, and the pass that it is in. */
interface Begun {
  readonly job: PlanesJob;
  readonly task: GroupTask;
  pass: number;
}

class GroupsAtWork implements Works {
  readonly #tasks: readonly GroupTask[];
  readonly #kind: GroupKind;
  /** Of the largest group's job. */
  readonly #bytes: number;
  /** Groups that there is memory for at once. */
  #atOnce: number;
  /** Tasks that have been begun. */
  #next = 0;
  #stopped = false;
  readonly #begun = new Map<Work, Begun>();
  /** Jobs that wait for threads. */
  readonly #ready: PlanesJob[] = [];
  /** Kernels that no job is in, with the end of what was written to. */
  readonly #spare: { readonly kernel: Kernel; readonly end: number }[] = [];
  /** Pixels of all tasks, and of those that are done. */
  readonly #pixels: number;
  #done = 0;

  constructor(tasks: readonly GroupTask[], kind: GroupKind, spareMemory: number) {
    this.#tasks = tasks;
    this.#kind = kind;
    this.#bytes = tasks.reduce((most, { plan }) => Math.max(most, memoryOf(plan)), 0);
    this.#atOnce = 1 + Math.max(0, Math.floor(spareMemory / this.#bytes));
    this.#pixels = tasks.reduce((sum, { plan }) => sum + pixelsOf(plan), 0);
  }

  begin(): Work | null {
    while (this.#ready.length === 0 && this.#open());
    return this.#ready.shift() ?? null;
  }

  end(work: Work): void {
    const begun = this.#begun.get(work) as Begun;
    const { job, task } = begun;
    if (!this.#stopped && begun.pass + 1 < this.#kind.passes.length) {
      begun.pass++;
      this.#start(begun);
      return;
    }
    if (!this.#stopped) this.#attempt(task, () => task.close(job));
    this.#leave(job);
    this.#done += pixelsOf(task.plan);
  }

  stop(): void {
    this.#stopped = true;
    for (const { job } of this.#begun.values()) job.stop();
  }

  /** Share of all that is done, 0..1. */
  get progress(): number {
    let done = this.#done;
    for (const { job, task, pass } of this.#begun.values()) {
      const before = this.#kind.passes.slice(0, pass).reduce((sum, { share }) => sum + share, 0);
      done += pixelsOf(task.plan) * (before + this.#kind.passes[pass].share * job.progress);
    }
    return Math.min(1, done / this.#pixels);
  }

  /** Gives the memory back. To be called once all is done. */
  release(): void {
    for (const { kernel, end } of this.#spare) returnKernel(kernel, end);
  }

  /** Makes the next task's job ready. Returns whether there was one, and room for it. */
  #open(): boolean {
    if (this.#stopped || this.#next === this.#tasks.length || this.#begun.size === this.#atOnce) return false;
    const kernel = this.#kernel();
    if (!kernel) return false;
    const task = this.#tasks[this.#next++];
    const job = this.#kind.job(task.plan, kernel);
    const begun = { job, task, pass: 0 };
    this.#begun.set(job, begun);
    if (this.#attempt(task, () => task.open(job))) this.#start(begun);
    else this.#leave(job);
    return true;
  }

  #start({ job, pass }: Begun): void {
    job.start(this.#kind.passes[pass].mode);
    this.#ready.push(job);
  }

  #leave(job: PlanesJob): void {
    this.#begun.delete(job);
    this.#spare.push({ kernel: job.kernel, end: job.end });
  }

  /** A kernel for a job more; null where there is no memory for it while others are at work. */
  #kernel(): Kernel | null {
    const spare = this.#spare.pop();
    if (spare) {
      clearKernel(spare.kernel, spare.end);
      return spare.kernel;
    }
    try {
      return borrowKernel(this.#bytes);
    } catch (error) {
      if (!(error instanceof OutOfMemory) || this.#begun.size === 0) throw error;
      this.#atOnce = this.#begun.size;
      return null;
    }
  }

  /** Whether a step of a task went well; what is wrong is told where the others are to go on. */
  #attempt(task: GroupTask, step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      if (!task.lost || !(error instanceof VaezipError)) throw error;
      task.lost(error);
      return false;
    }
  }
}

function pixelsOf({ width, height }: JobPlan): number {
  return width * height;
}
