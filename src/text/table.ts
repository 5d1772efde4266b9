// Tables of text: a line of titles and a line for each row, printed as they come.
import { printable } from './printable.ts';
import { widthOf } from './width.ts';

export interface Column {
  readonly title: string;
  /** Columns of a terminal that the widest cell needs; wider ones push the rest of their line aside. */
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** The line of titles. */
export function titleLine(columns: readonly Column[]): string {
  return rowLine(
    columns,
    columns.map(({ title }) => title),
  );
}

/** One line; what follows the last column's cell is appended as it is. */
export function rowLine(columns: readonly Column[], cells: readonly string[]): string {
  return cells
    .map((content, index) => {
      const column = columns[index];
      const cell = printable(content);
      if (!column) return cell;
      const padding = ' '.repeat(Math.max(0, Math.max(column.width, column.title.length) - widthOf(cell)));
      return column.align === 'left' ? cell + padding : padding + cell;
    })
    .join('  ')
    .trimEnd();
}

/** A column of names, as wide as the widest. */
export function nameColumn(title: string, names: readonly string[]): Column {
  const width = names.reduce((width, name) => Math.max(width, widthOf(printable(name))), 0);
  return { title, width, align: 'left' };
}

/** A column of figures. */
export function figureColumn(title: string, width = 6): Column {
  return { title, width, align: 'right' };
}
