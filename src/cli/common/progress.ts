// A progress bar on a terminal's stderr, once a command has lasted over a second.
import { formatClock } from '../../text/format.ts';
import { onInterrupt } from './interrupt.ts';
import type { Workload } from './workload.ts';

const PATIENCE_MS = 1000;

/** A part of the work on one input. */
export interface Phase {
  readonly input: string;
  /** What is being done, as in 'encoding'. */
  readonly name: string;
  /** Which of the task's phases it is. */
  readonly index: number;
  readonly workload: Workload;
}

/** Does work that tells its progress, with a bar and the time left where there is a terminal to show them. */
export async function withProgress<T>(
  { input, name, index, workload }: Phase,
  quiet: boolean,
  work: (onProgress: ((share: number) => void) | undefined) => Promise<T>,
): Promise<T> {
  if (quiet || !process.stderr.isTTY) return work(undefined);
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    format: `${workload.place(input)}${input}: ${name} {bar} {percentage} %{left}`,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false, // its handler would keep the program running
    stream: process.stderr,
  });
  const left = (share: number) => {
    const seconds = workload.secondsLeft(input, index, share);
    return { left: seconds === null ? '' : `, ${formatClock(seconds)} left` };
  };
  let shown = false;
  let release = () => {};
  try {
    return await work((share) => {
      if (!shown && performance.now() > PATIENCE_MS) {
        shown = true;
        release = onInterrupt(() => bar.stop());
        bar.start(100, 0, left(0));
      }
      if (shown) bar.update(Math.floor(share * 100), left(share));
    });
  } finally {
    if (shown) bar.stop();
    release();
  }
}
