// What must be put right when the program is interrupted, such as an unfinished file.

/** Signals that end a program, with their numbers, of which the exit status is made. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

const cleanups = new Set<() => void>();
const handlers = Object.entries(SIGNALS).map(([signal, number]) => ({
  signal,
  handler: () => {
    for (const cleanup of cleanups) cleanup();
    process.exit(128 + number);
  },
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
