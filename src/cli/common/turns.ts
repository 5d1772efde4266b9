// Works done several at once, as threads and memory allow, each begun in its order.

export interface Means {
  /** To compute on, all works together. */
  readonly threads: number;
  /** Bytes that works at once may take; one that needs more is done alone. */
  readonly memory: number;
}

/** `needOf` gives the bytes that a work takes; `work` gets the threads that are its own while it lasts. */
export async function inTurns<Work>(
  works: readonly Work[],
  { threads, memory }: Means,
  needOf: (work: Work) => number,
  work: (work: Work, crew: number) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let idle = threads;
  let left = memory;
  for (const [index, next] of works.entries()) {
    const need = needOf(next);
    while (running.size > 0 && (idle === 0 || need > left)) await Promise.race(running);
    const together = fitting(works.slice(index, index + idle).map(needOf), left);
    const crew = Math.max(1, Math.floor(idle / together));
    idle -= crew;
    left -= need;
    const run: Promise<void> = work(next, crew).finally(() => {
      idle += crew;
      left += need;
      running.delete(run);
    });
    running.add(run);
  }
  await Promise.all(running);
}

/** How many of such needs, from the first one on, so much memory has room for; at least one. */
function fitting(needs: readonly number[], memory: number): number {
  let left = memory;
  const first = needs.findIndex((need) => {
    left -= need;
    return left < 0;
  });
  return Math.max(1, first < 0 ? needs.length : first);
}
