// Progress as one line of text that fits a terminal: name, bar, percentage, time left.
import { formatClock } from './format.ts';

const BAR = 40;
/** Columns that the name keeps, if it needs them, before the bar gets any. */
const NAME = 32;

/** The line for a share of 0 to 1, `columns` characters at most; `secondsLeft` is null where nothing is known of it. */
export function progressLine(
  name: string,
  share: number,
  secondsLeft: number | null,
  columns: number,
): string {
  const left = secondsLeft === null ? '' : `, ${formatClock(secondsLeft)} left`;
  const reached = ` ${String(Math.floor(share * 100)).padStart(3)} %${left}`;
  const label = printable(name);
  const room = columns - reached.length - Math.min(label.length, NAME) - 1;
  const width = Math.max(0, Math.min(BAR, room));
  const full = Math.round(share * width);
  const bar = width > 0 ? ` ${'='.repeat(full)}${'-'.repeat(width - full)}` : '';
  return cutEnd(
    `${cutStart(label, Math.max(1, columns - bar.length - reached.length))}${bar}${reached}`,
    columns,
  );
}

/** The first `columns` characters of a line, the last of them an ellipsis where there were more. */
export function cutEnd(line: string, columns: number): string {
  const characters = printable(line);
  return characters.length <= columns ? characters.join('') : `${characters.slice(0, columns - 1).join('')}…`;
}

/** The last characters, so that a long path keeps the file's name. */
function cutStart(characters: readonly string[], columns: number): string {
  return characters.length <= columns
    ? characters.join('')
    : `…${characters.slice(characters.length - columns + 1).join('')}`;
}

/** The line's characters, those that move the cursor replaced: file names may hold them. */
function printable(line: string): string[] {
  return Array.from(line.replace(/\p{Cc}/gu, '?'));
}
