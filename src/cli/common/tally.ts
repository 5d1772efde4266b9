// The one line after many files: how many of them are what, and what they take.
import { formatBytes, formatClock, formatShare } from '../../text/format.ts';
import { type Entry, NO_IMAGE, NO_VZ_FILE, type Status } from './entry.ts';
import { endingOf } from './inputs.ts';

/** In the order in which they are told. */
const STATUSES: readonly Status[] = ['done', 'kept', 'planned', 'skipped', 'left out', 'failed'];
/** Endings of files left out that are told, the most frequent ones. */
const ENDINGS = 4;

export class Tally {
  readonly #counts = new Map<Status, number>();
  /** Of files left out: by their ending, or why where that is not their content. */
  readonly #leftOut = new Map<string, number>();
  readonly #start = performance.now();
  #inputBytes = 0;
  #outputBytes = 0;

  add({ input, status, reason, inputBytes, outputBytes }: Entry): void {
    count(this.#counts, status);
    const byContent = reason === NO_IMAGE || reason === NO_VZ_FILE;
    if (status === 'left out')
      count(this.#leftOut, byContent ? endingOf(input) || 'without ending' : `${reason}`);
    if (inputBytes === null || outputBytes === null || status === 'skipped') return;
    this.#inputBytes += inputBytes;
    this.#outputBytes += outputBytes;
  }

  /** How many there are of a status, of all without one. */
  count(status?: Status): number {
    if (status) return this.#counts.get(status) ?? 0;
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** As in '312 files: 300 done, 2 kept, 10 left out (8 .txt, 2 .vz); 36 MB -> 18 MB (50.0 %) in 12:31'. */
  toString(): string {
    const parts = STATUSES.flatMap((status) => {
      const count = this.count(status);
      if (count === 0) return [];
      const told = `${count.toLocaleString('en')} ${status}`;
      return status === 'left out' ? `${told} (${this.#endings()})` : told;
    });
    const [before, after] = [this.#inputBytes, this.#outputBytes];
    const sizes =
      before > 0 ? `; ${formatBytes(before)} -> ${formatBytes(after)} (${formatShare(after / before)})` : '';
    const clock = formatClock((performance.now() - this.#start) / 1000);
    return `${this.count().toLocaleString('en')} files: ${parts.join(', ')}${sizes} in ${clock}`;
  }

  #endings(): string {
    const sorted = [...this.#leftOut].sort((a, b) => b[1] - a[1]);
    const told = sorted.slice(0, ENDINGS).map(([ending, count]) => `${count.toLocaleString('en')} ${ending}`);
    return [...told, ...(sorted.length > ENDINGS ? ['others'] : [])].join(', ');
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
