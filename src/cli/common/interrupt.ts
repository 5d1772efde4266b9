// What must be put right when the program is interrupted, such as an unfinished file.

/** Signals that end a program, with their numbers, of which the exit status is made. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** The exit status of what Ctrl-C ended. */
export const INTERRUPTED = 128 + SIGNALS.SIGINT;

const cleanups = new Set<() => void>();
const handlers = Object.entries(SIGNALS).map(([signal, number]) => ({
  signal,
  handler: () => endProcess(128 + number),
}));

/** Until the function returned is called, a signal runs the cleanup and ends the program. */
export function onInterrupt(cleanup: () => void): () => void {
  if (cleanups.size === 0) for (const { signal, handler } of handlers) process.on(signal, handler);
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/** Puts right what an end here and now would leave behind, and ends the program. */
export function endProcess(status: number): never {
  for (const cleanup of cleanups) {
    try {
      cleanup();
    } catch {
      // the others have their turn
    }
  }
  process.exit(status);
}

/** A signal that Ctrl-C raises; a second Ctrl-C ends the process as usual. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
