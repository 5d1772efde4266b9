// Tables of text: a line of titles and a line for each row, printed as they come.

export interface Column {
  readonly title: string;
  /** Letters that the longest cell needs; longer ones push the rest of their line aside. */
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
    .map((cell, index) => {
      const column = columns[index];
      if (!column) return cell;
      const width = Math.max(column.width, column.title.length);
      return column.align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
}

/** A column of names, as wide as the longest. */
export function nameColumn(title: string, names: readonly string[]): Column {
  return { title, width: names.reduce((width, name) => Math.max(width, name.length), 0), align: 'left' };
}

/** A column of figures. */
export function figureColumn(title: string, width = 6): Column {
  return { title, width, align: 'right' };
}
