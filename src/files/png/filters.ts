// PNG's filters (PNG specification, section 9): which ones a file's rows have, and rows filtered by them again.
import { imageDataBytes, type Pass } from './rows.ts';

/** Filter types of all rows, pass by pass; or one for all, or LEAST_SUM, which libpng's own choice is. */
export type Filters = Uint8Array | number;

/** For each row the first filter by which the sum of the bytes, taken as -128 to 127, is least in magnitude. */
export const LEAST_SUM = 5;
export const PAETH = 4;
/** None, Sub, Up, Average and Paeth. */
const FILTER_TYPES = 5;

/** Rows as they are, and the filters that they had. */
export interface Unfiltered {
  readonly rows: Uint8Array;
  readonly types: Uint8Array;
}

/** Undoes the filters of image data, as they are unpacked; null for another length, or filters that there are not. */
export function unfilter(filtered: Uint8Array, passes: readonly Pass[], step: number): Unfiltered | null {
  const count = passes.reduce((sum, pass) => sum + pass.rows, 0);
  const types = new Uint8Array(count);
  const rows = new Uint8Array(Math.max(0, filtered.length - count));
  if (imageDataBytes(passes) !== filtered.length) return null;
  let [from, to, row] = [0, 0, 0];
  for (const pass of passes) {
    for (let y = 0; y < pass.rows; y++, row++) {
      const type = filtered[from++];
      if (type >= FILTER_TYPES) return null;
      types[row] = type;
      const above = y > 0 ? to - pass.rowBytes : -1;
      for (let x = 0; x < pass.rowBytes; x++) {
        const left = x < step ? 0 : rows[to + x - step];
        const up = above < 0 ? 0 : rows[above + x];
        const corner = above < 0 || x < step ? 0 : rows[above + x - step];
        rows[to + x] = filtered[from + x] + predict(type, left, up, corner);
      }
      from += pass.rowBytes;
      to += pass.rowBytes;
    }
  }
  return { rows, types };
}

/** The image data of rows, before they are packed. `step`: bytes of a pixel, at least 1. */
export function filter(
  rows: Uint8Array,
  passes: readonly Pass[],
  step: number,
  filters: Filters,
): Uint8Array {
  const count = passes.reduce((sum, pass) => sum + pass.rows, 0);
  const filtered = new Uint8Array(rows.length + count);
  let [from, to, row] = [0, 0, 0];
  for (const { rows: height, rowBytes } of passes) {
    for (let y = 0; y < height; y++, row++) {
      const above = y > 0 ? from - rowBytes : -1;
      const given = typeof filters === 'number' ? filters : filters[row];
      const type = given === LEAST_SUM ? leastSum(rows, from, above, rowBytes, step) : given;
      filtered[to++] = type;
      for (let x = 0; x < rowBytes; x++, to++)
        filtered[to] = rows[from + x] - predictAt(rows, type, from, above, x, step);
      from += rowBytes;
    }
  }
  return filtered;
}

/** The shortest way to say the filters: one for all, that libpng has chosen, or each. */
export function filtersOf({ rows, types }: Unfiltered, passes: readonly Pass[], step: number): Filters {
  if (types.every((type) => type === types[0])) return types[0] ?? 0;
  const chosen = new Uint8Array(types.length);
  let [from, row] = [0, 0];
  for (const { rows: height, rowBytes } of passes)
    for (let y = 0; y < height; y++, row++, from += rowBytes) {
      chosen[row] = leastSum(rows, from, y > 0 ? from - rowBytes : -1, rowBytes, step);
      if (chosen[row] !== types[row]) return types;
    }
  return LEAST_SUM;
}

/** The filter of the row at `from`; the row above is at `above`, -1 for none. */
function leastSum(rows: Uint8Array, from: number, above: number, rowBytes: number, step: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let type = 0; type < FILTER_TYPES; type++) {
    let sum = 0;
    for (let x = 0; x < rowBytes && sum < least; x++) {
      const residual = (rows[from + x] - predictAt(rows, type, from, above, x, step)) & 0xff;
      sum += residual < 128 ? residual : 256 - residual;
    }
    if (sum < least) [best, least] = [type, sum];
  }
  return best;
}

function predictAt(
  rows: Uint8Array,
  type: number,
  from: number,
  above: number,
  x: number,
  step: number,
): number {
  if (type === 0) return 0;
  const left = x < step ? 0 : rows[from + x - step];
  if (type === 1) return left;
  const up = above < 0 ? 0 : rows[above + x];
  return predict(type, left, up, above < 0 || x < step ? 0 : rows[above + x - step]);
}

function predict(type: number, left: number, up: number, corner: number): number {
  switch (type) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const toLeft = Math.abs(up - corner);
      const toUp = Math.abs(left - corner);
      const toCorner = Math.abs(left + up - 2 * corner);
      if (toLeft <= toUp && toLeft <= toCorner) return left;
      return toUp <= toCorner ? up : corner;
    }
  }
}
