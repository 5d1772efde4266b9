// Works done several at once, as threads and memory allow, each begun in its order.

export interface Means {
  /** To compute on, all works together. */
  readonly threads: number;
  /** Bytes that works at once may take; one that needs more is done alone. */
  readonly memory: number;
}

/** What a work has as its own while it lasts: threads, and bytes beside those that it needs. */
export interface Share {
  readonly crew: number;
  readonly spare: number;
}

/** `needOf` gives the bytes that a work takes, `useOf` those that it can use beside them with so many threads. */
export async function inTurns<Work>(
  works: readonly Work[],
  { threads, memory }: Means,
  { needOf, useOf }: { needOf: (work: Work) => number; useOf: (work: Work, crew: number) => number },
  work: (work: Work, share: Share) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let idle = threads;
  let left = memory;
  for (const [index, next] of works.entries()) {
    const need = needOf(next);
    while (running.size > 0 && (idle === 0 || need > left)) await Promise.race(running);
    const needs = works.slice(index, index + idle).map(needOf);
    const together = fitting(needs, left);
    const crew = Math.max(1, Math.floor(idle / together));
    const unneeded = left - needs.slice(0, together).reduce((sum, each) => sum + each, 0);
    const spare = Math.max(0, Math.min(useOf(next, crew), Math.floor(unneeded / together)));
    const taken = need + spare;
    idle -= crew;
    left -= taken;
    const run: Promise<void> = work(next, { crew, spare }).finally(() => {
      idle += crew;
      left += taken;
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
