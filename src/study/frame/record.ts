// What a study leaves: a record of its findings, which is the JSON file, and the same as text.

import { type Column, figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import { type Check, holds } from './check.ts';
import type { Claim, FigureColumn, FigureTable, Findings } from './claim.ts';

export interface StudyRecord extends Pick<Claim, 'name' | 'claim' | 'source'>, Omit<Findings, 'plots'> {
  readonly command: string;
  readonly seed: number;
  /** That the command took. */
  readonly seconds: number;
}

export function recordOf(
  { name, claim, source }: Claim,
  { setting, tables, checks }: Findings,
  run: Pick<StudyRecord, 'command' | 'seed' | 'seconds'>,
): StudyRecord {
  return { name, claim, source, ...run, setting, tables, checks };
}

/** Claim, setting, tables and checks, as the command prints them. */
export function recordText(record: StudyRecord): string {
  const { claim, source, setting, tables, checks, seed } = record;
  const settings = Object.entries({ ...setting, seed }).map(([what, value]) => `${what}: ${value}`);
  const blocks = [
    `${claim}\n(${source})`,
    settings.join('\n'),
    ...tables.map(tableText),
    checks.map(checkLine).join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function tableText({ title, columns, rows }: FigureTable): string {
  const cells = rows.map((row) => row.map((cell, i) => cellText(cell, columns[i])));
  const shown: Column[] = columns.map((column, i) => {
    const texts = cells.map((row) => row[i]);
    return column.digits === undefined
      ? nameColumn(column.title, texts)
      : figureColumn(column.title, Math.max(1, ...texts.map((text) => text.length)));
  });
  return [title, titleLine(shown), ...cells.map((row) => rowLine(shown, row))].join('\n');
}

function cellText(cell: string | number | null, { digits }: FigureColumn): string {
  if (cell === null) return '-';
  return typeof cell === 'number' ? cell.toFixed(digits ?? 0) : cell;
}

const WORDS = { 'at most': '<=', 'at least': '>=', within: 'is' } as const;

/** As in 'holds  KL, 2 spirals: 1.2345 <= 1.3 (bound)'. */
export function checkLine(check: Check): string {
  const { what, measured, relation, expected, tolerance, source } = check;
  const verdict = holds(check) ? 'holds' : 'FAILS';
  const margin =
    tolerance > 0 ? `${relation === 'within' ? ' +- ' : ', give or take '}${short(tolerance)}` : '';
  return `${verdict}  ${what}: ${short(measured)} ${WORDS[relation]} ${short(expected)}${margin} (${source})`;
}

/** Five digits that count. */
function short(figure: number): string {
  return String(Number(figure.toPrecision(5)));
}
