// A progress bar on a terminal's stderr for work that lasts over a second.
import { onInterrupt } from './interrupt.ts';

const PATIENCE_MS = 1000;

/** Does work that tells its progress, with a bar where there is a terminal and the work takes its time. */
export async function withProgress<T>(
  label: string,
  quiet: boolean,
  work: (onProgress: ((share: number) => void) | undefined) => Promise<T>,
): Promise<T> {
  if (quiet || !process.stderr.isTTY) return work(undefined);
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    format: `${label} {bar} {percentage} %`,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false, // its handler would keep the program running
    stream: process.stderr,
  });
  const start = Date.now();
  let shown = false;
  let release = () => {};
  try {
    return await work((share) => {
      if (!shown && Date.now() - start > PATIENCE_MS) {
        shown = true;
        release = onInterrupt(() => bar.stop());
        bar.start(100, 0);
      }
      if (shown) bar.update(Math.floor(share * 100));
    });
  } finally {
    if (shown) bar.stop();
    release();
  }
}
