// Factors of small symmetric matrices, for training.

/** The lower triangular L with L L' = the matrix, which is positive definite. */
export function cholesky(matrix: readonly Float64Array[]): Float64Array[] {
  const factor = matrix.map((row) => Float64Array.from(row).fill(0));
  for (const [i, row] of factor.entries())
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k++) sum -= row[k] * factor[j][k];
      row[j] = i === j ? Math.sqrt(sum) : sum / factor[j][j];
    }
  return factor;
}

const SWEEPS = 60;
/** Of the squares beside the diagonal, as a share of those on it. */
const ENOUGH = 1e-20;

/** Eigenvalues of a symmetric matrix, the largest first, and their vectors of length 1 (Jacobi's rotations). */
export function eigen(matrix: readonly Float64Array[]): { values: number[]; vectors: Float64Array[] } {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  // Rows are the vectors.
  const v = a.map((row, i) => Float64Array.from(row, (_, j) => Number(i === j)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let beside = 0;
    let diagonal = 0;
    for (let p = 0; p < size; p++) {
      diagonal += a[p][p] ** 2;
      for (let q = p + 1; q < size; q++) {
        beside += a[p][q] ** 2;
        if (a[p][q] !== 0) rotate(a, v, p, q);
      }
    }
    if (beside <= ENOUGH * diagonal) break;
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j][j] - a[i][i]);
  return { values: order.map((i) => a[i][i]), vectors: order.map((i) => v[i]) };
}

/** Makes a[p][q] 0 by a rotation, which the vectors take, too. */
function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): void {
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of a) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
  for (const rows of [a, v])
    for (let i = 0; i < a.length; i++)
      [rows[p][i], rows[q][i]] = [c * rows[p][i] - s * rows[q][i], s * rows[p][i] + c * rows[q][i]];
}
