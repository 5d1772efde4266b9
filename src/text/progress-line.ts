// Progress as one line of text that fits a terminal: name, bar, percentage, time left.
import { basename, sep } from 'node:path';
import { formatClock } from './format.ts';
import { printable } from './printable.ts';
import { cutEnd, cutStart, widthOf } from './width.ts';

const LONGEST_BAR = 40;
/** A shorter one shows nothing. */
const SHORTEST_BAR = 5;

/** What is worked on. */
export interface Stage {
  /** Its place among all, as in '12/312 '; may be empty. */
  readonly place: string;
  readonly path: string;
  /** What is being done, as in 'encoding'. */
  readonly doing: string;
}

/**
 * The line for a share of 0 to 1, as wide as `columns` at most; `secondsLeft` is null where nothing is known of it.
 * Percentage and time have the first claim to room, then the file's name, what is said beside it, the bar, the folders.
 */
export function progressLine(
  { place, path, doing }: Stage,
  share: number,
  secondsLeft: number | null,
  columns: number,
): string {
  const left = secondsLeft === null ? '' : `, ${formatClock(secondsLeft)} left`;
  const reached = `${String(Math.floor(share * 100)).padStart(3)} %${left}`;
  const name = pathsOf(path).at(-1) ?? '';
  const labels = [
    [place, `: ${doing}`],
    [place, ''],
    ['', ''],
  ] as const;
  const room = columns - widthOf(` ${reached}`);
  const [before, after] = labels.find(([before, after]) => widthOf(before + name + after) <= room) ?? [
    '',
    '',
  ];
  const bar = barOf(share, room - widthOf(`${before}${name}${after} `));
  const shown = pathWithin(path, room - widthOf(before + after + bar));
  return cutEnd(`${before}${shown}${after}${bar} ${reached}`, columns);
}

/** The path, shorter and shorter from its start: photos/2019/a.png, …/2019/a.png, …/a.png. */
function pathsOf(path: string): string[] {
  const names = printable(path).split(sep);
  return names.map((_, index) => [...(index > 0 ? ['…'] : []), ...names.slice(index)].join(sep));
}

function pathWithin(path: string, columns: number): string {
  return (
    pathsOf(path).find((shorter) => widthOf(shorter) <= columns) ??
    cutStart(printable(basename(path)), columns)
  );
}

function barOf(share: number, room: number): string {
  const width = Math.min(LONGEST_BAR, room);
  if (width < SHORTEST_BAR) return '';
  const full = Math.round(share * width);
  return ` ${'='.repeat(full)}${'-'.repeat(width - full)}`;
}
