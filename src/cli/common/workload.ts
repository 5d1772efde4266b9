// What a command has before it, told before it starts, and how long it still takes, by the pace so far.
import { formatAbout, formatBytes } from '../../text/format.ts';
import { tell } from './stderr.ts';

/** The work on one file. */
export interface Task {
  readonly pixels: number;
  /** Seconds that each phase takes on one thread of a usual machine, such as encoding and verifying. */
  readonly phases: readonly number[];
  /** How many times as fast two threads or more are at one group of rows. */
  readonly gain: number;
  /** Groups, which threads can work on at once. */
  readonly groups: number;
  /** Bytes that it takes at most, one group at a time, and for each further group at once. */
  readonly memory: number;
  readonly groupMemory: number;
}

/** Seconds that a file takes beside its coding: to be read, planned, written, synced and renamed. */
const SECONDS_A_FILE = 0.01;
/** Work that takes less is not announced. */
const WORTH_TELLING_SECONDS = 5;
/** So many seconds of usual pace are assumed to have gone before, so that the first figures do not jump. */
const ASSUMED_SECONDS = 2;

export class Workload {
  private readonly tasks: ReadonlyMap<string, Task>;
  private readonly order: ReadonlyMap<string, number>;
  private readonly start = performance.now();
  /** Jobs at once, and the threads of each. */
  private readonly atOnce: number;
  private readonly crew: number;
  /** Seconds at the usual pace, of all tasks and of those that are through. */
  private total: number;
  private done = 0;

  /** Jobs whose size is not known, such as stdin's, and those kept as they are count as files without pixels. */
  constructor(jobs: readonly { readonly input: string; readonly task: Task | null }[], threads: number) {
    this.tasks = new Map(jobs.flatMap(({ input, task }) => (task ? [[input, task]] : [])));
    this.order = new Map(jobs.map(({ input }, index) => [input, index + 1]));
    this.atOnce = Math.max(1, Math.min(threads, jobs.length));
    this.crew = Math.floor(threads / this.atOnce);
    this.total = jobs.reduce((sum, { task }) => sum + this.secondsOf(task), 0);
  }

  /**
   * As in '312 files, 7,490 Mpx: about 4 hours, 620 MB of memory', without Mpx where none are coded; null where it is
   * not worth telling.
   */
  announcement(): string | null {
    if (this.total < WORTH_TELLING_SECONDS) return null;
    const files = this.order.size === 1 ? '1 file' : `${this.order.size.toLocaleString('en')} files`;
    const mpx = [...this.tasks.values()].reduce((sum, { pixels }) => sum + pixels / 1e6, 0);
    const size = mpx.toLocaleString('en', { maximumFractionDigits: mpx < 10 ? 1 : 0 });
    const memory = mpx > 0 ? `, ${formatBytes(this.memory())} of memory` : '';
    return `${files}${mpx > 0 ? `, ${size} Mpx` : ''}: about ${formatAbout(this.total)}${memory}`;
  }

  /** Bytes that the largest of them take, as many as are done at once. */
  private memory(): number {
    const sizes = [...this.tasks.values()].map((task) => usualMemory(task, this.crew)).sort((a, b) => b - a);
    return sizes.slice(0, this.atOnce).reduce((sum, size) => sum + size, 0);
  }

  /** Tells on stderr what lies ahead, where it is worth telling. */
  announce(): void {
    const announcement = this.announcement();
    if (announcement) tell(announcement);
  }

  /** The input's place among all, as in '12/312 '; nothing where it is the only one. */
  place(input: string): string {
    return this.order.size > 1 ? `${this.order.get(input)}/${this.order.size} ` : '';
  }

  /** Seconds until all is done, when a share of a phase of an input is; null where nothing is known of it. */
  secondsLeft(input: string, phase: number, share: number): number | null {
    const task = this.tasks.get(input);
    if (!task) return null;
    const reached = [...task.phases.slice(0, phase), share * task.phases[phase]];
    const done = this.done + this.secondsOf({ ...task, phases: reached });
    const elapsed = (performance.now() - this.start) / 1000;
    const pace = (elapsed + ASSUMED_SECONDS) / (done + ASSUMED_SECONDS);
    return Math.max(0, this.total - done) * pace;
  }

  /** Notes that an input is through; one that failed counts no more. */
  end(input: string, succeeded: boolean): void {
    const seconds = this.secondsOf(this.tasks.get(input) ?? null);
    if (succeeded) this.done += seconds;
    else this.total -= seconds;
  }

  /** By which all is done later for a job. */
  private secondsOf(task: Task | null): number {
    return (SECONDS_A_FILE + (task ? codingSeconds(task, this.crew) : 0)) / this.atOnce;
  }
}

/** Seconds at the usual pace, on so many threads. */
export function codingSeconds({ phases, gain, groups }: Task, threads: number): number {
  const faster = threads > 1 ? Math.max(gain, Math.min(threads, groups * gain)) : 1;
  return phases.reduce((sum, phase) => sum + phase, 0) / faster;
}

/** Bytes that it takes where threads work on as many groups as they can. */
export function usualMemory({ memory, groupMemory, groups }: Task, threads: number): number {
  return memory + groupMemory * (Math.max(1, Math.min(threads, groups)) - 1);
}
