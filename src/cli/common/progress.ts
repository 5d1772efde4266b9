// A progress bar on a terminal's stderr, once a command has lasted over a second.
import { progressLine } from '../../text/progress-line.ts';
import { onInterrupt } from './interrupt.ts';
import { HIDE_CURSOR, lineWidth, rewriteLine, SHOW_CURSOR, type Terminal } from './terminal.ts';
import type { Workload } from './workload.ts';

const PATIENCE_MS = 1000;
/** Between one state of the bar and the next. */
const INTERVAL_MS = 100;

/** A part of the work on one input. */
export interface Phase {
  readonly input: string;
  /** What is being done, as in 'encoding'. */
  readonly name: string;
  /** Which of the task's phases it is. */
  readonly index: number;
  readonly workload: Workload;
}

/**
 * Does work that tells its progress, with a bar and the time left where there is a terminal to show them. Of works at
 * once one `isShown` at a time.
 */
export async function withProgress<T>(
  { input, name, index, workload }: Phase,
  isShown: () => boolean,
  work: (onProgress: ((share: number) => void) | undefined) => Promise<T>,
  terminal: Terminal = process.stderr,
): Promise<T> {
  if (!terminal.isTTY) return work(undefined);
  const stage = { place: workload.place(input), path: input, doing: name };
  let next = PATIENCE_MS;
  let release: (() => void) | null = null;
  const clear = () => {
    rewriteLine(terminal, '');
    terminal.write(SHOW_CURSOR);
  };
  try {
    return await work((share) => {
      if (performance.now() < next || !isShown()) return;
      next = performance.now() + INTERVAL_MS;
      if (!release) {
        release = onInterrupt(clear);
        terminal.write(HIDE_CURSOR);
      }
      const left = workload.secondsLeft(input, index, share);
      rewriteLine(terminal, progressLine(stage, share, left, lineWidth(terminal)));
    });
  } finally {
    if (release) {
      clear();
      (release as () => void)();
    }
  }
}
