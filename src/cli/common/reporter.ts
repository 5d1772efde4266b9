// How a command tells what became of each input: a table's row, a line of JSON, or nothing.
import { formatAbout, formatBytes } from '../../text/format.ts';
import { type Column, figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import type { Entry } from './entry.ts';
import type { Found } from './inputs.ts';
import { print } from './stdout.ts';

/** What of it a person wants to see. */
export interface Reporting {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly 'dry-run'?: boolean;
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

/** What a dry run tells. */
const PLANNED: Table = {
  columns: [
    figureColumn('size', 8),
    figureColumn('time', 11),
    figureColumn('memory', 8),
    nameColumn('output', []),
  ],
  cells: ({ status, inputBytes, estimate, output }) => {
    if (status !== 'planned') return null;
    const { seconds = null, memory = null } = estimate ?? {};
    return [
      inputBytes === null ? '-' : formatBytes(inputBytes),
      seconds === null ? '-' : `about ${formatAbout(seconds)}`,
      memory === null ? '-' : formatBytes(memory),
      output ?? '-',
    ];
  },
};

/** Rows are of what was worked on: what is wrong is told on stderr, what is skipped or left out in the last line. */
export function reporterOf(
  { json, quiet, 'dry-run': isDryRun, useStdout }: Reporting & Place,
  { inputs }: Found,
  table: Table,
): (entry: Entry) => void {
  const names = inputs.map(({ path }) => path);
  const { columns: figures, cells: cellsOf } = isDryRun ? PLANNED : table;
  const columns = [nameColumn('file', names), ...figures];
  const tell = useStdout ? tellBeside : print;
  let titled = false;
  return (entry) => {
    if (json) return tell(`${JSON.stringify(entry)}\n`);
    const cells = quiet ? null : cellsOf(entry);
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
