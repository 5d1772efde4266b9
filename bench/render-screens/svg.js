// Paths of SVG through points, for charts and maps; coordinates are rounded to hundredths.

/** @typedef {[x: number, y: number]} Point */

/** @param {Point[]} points */
export function straightPath(points) {
  return `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}`;
}

/**
 * A curve through the points with horizontal tangents at each.
 * @param {Point[]} points in the order of x
 */
export function smoothPath([first, ...rest]) {
  let [fromX, fromY] = first;
  let path = `M${round(fromX)} ${round(fromY)}`;
  for (const [x, y] of rest) {
    const middle = round((fromX + x) / 2);
    path += `C${middle} ${round(fromY)} ${middle} ${round(y)} ${round(x)} ${round(y)}`;
    [fromX, fromY] = [x, y];
  }
  return path;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
