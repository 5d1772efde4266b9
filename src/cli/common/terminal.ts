// One line on a terminal that is written again and again, by ECMA-48's control sequences.
import { printable } from '../../text/printable.ts';
import { cutEnd } from '../../text/width.ts';

/** process.stderr, or what a test puts in its place. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export const HIDE_CURSOR = '\x1b[?25l';
export const SHOW_CURSOR = '\x1b[?25h';
const ERASE_TO_END = '\x1b[K';
/** Without wrapping, what is wider than it seems (such as Chinese letters) stays on its line, too. */
const WRAP_OFF = '\x1b[?7l';
const WRAP_ON = '\x1b[?7h';

/** Characters that fit a line; the last column stays free for the cursor. */
export function lineWidth({ columns }: Terminal): number {
  return Math.max(1, (columns || 80) - 1);
}

/** Writes the line in place of the one that the cursor is on, cut to the terminal's width. */
export function rewriteLine(terminal: Terminal, line: string): void {
  terminal.write(`\r${WRAP_OFF}${cutEnd(printable(line), lineWidth(terminal))}${WRAP_ON}${ERASE_TO_END}`);
}
