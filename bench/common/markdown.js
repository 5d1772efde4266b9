// Rows as a Markdown table, and shares as its cells.

/**
 * @template Row
 * @typedef {[title: string, cell: (row: Row) => string]} Column
 */

/**
 * A line a row, the first column flush left, the others flush right.
 * @template Row
 * @param {Column<Row>[]} columns
 * @param {Row[]} rows
 */
export function table(columns, rows) {
  const lines = [
    columns.map(([title]) => title),
    columns.map((_, index) => (index === 0 ? '---' : '---:')),
    ...rows.map((row) => columns.map(([, cell]) => cell(row))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * A change as a share, in percent with its sign: -0.1 is '-10.0 %'.
 * @param {number} share
 * @param {number} digits
 */
export function formatChange(share, digits = 1) {
  const percent = (100 * share).toFixed(digits);
  return `${Number(percent) === 0 ? (0).toFixed(digits) : `${share > 0 ? '+' : ''}${percent}`} %`;
}
