// How a command tells what became of each input: a table's row, a line of JSON, or nothing.
import { type Column, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import type { Entry } from './entry.ts';
import type { Found } from './inputs.ts';
import { print } from './stdout.ts';

/** What of it a person wants to see. */
export interface Reporting {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Where it is told. */
export interface Place {
  /** Whether a result goes to stdout: all else is told on stderr then. */
  readonly useStdout: boolean;
}

export interface Table {
  /** Those behind the input's name. */
  readonly columns: readonly Column[];
  /** Of an entry's row; null where the table has none for it. */
  cells(entry: Entry): readonly string[] | null;
}

/** Rows are of what was worked on: what is wrong is told on stderr, what is skipped or left out in the last line. */
export function reporterOf(
  { json, quiet, useStdout }: Reporting & Place,
  { inputs }: Found,
  table: Table,
): (entry: Entry) => void {
  const names = inputs.map(({ path }) => path);
  const columns = [nameColumn('file', names), ...table.columns];
  const tell = useStdout ? tellBeside : print;
  let titled = false;
  return (entry) => {
    if (json) return tell(`${JSON.stringify(entry)}\n`);
    const cells = quiet ? null : table.cells(entry);
    if (!cells) return;
    if (!titled) tell(`${titleLine(columns)}\n`);
    titled = true;
    tell(`${rowLine(columns, [entry.input, ...cells])}\n`);
  };
}

/** Where the output has stdout to itself. */
function tellBeside(text: string): void {
  process.stderr.write(text);
}
