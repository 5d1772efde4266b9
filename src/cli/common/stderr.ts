// What is told beside the results: warnings, failures, what lies ahead.
import { printable } from '../../text/printable.ts';

/** Writes a line on stderr. */
export function tell(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}
