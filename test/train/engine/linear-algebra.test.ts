// Factors of symmetric matrices.

import { expect, it } from 'vitest';
import { cholesky, eigen } from '../../../src/train/engine/linear-algebra.ts';
import { Random } from '../../../src/train/run/random.ts';

/** A random positive definite matrix. */
function matrixOf(size: number): Float64Array[] {
  const random = new Random(1, size);
  const root = Array.from({ length: size }, () => Float64Array.from({ length: size }, () => random.normal()));
  return root.map((a) => Float64Array.from(root, (b) => a.reduce((sum, x, i) => sum + x * b[i], 0)));
}

it.each([1, 2, 7, 30])('the Cholesky factor of a matrix of %i rows gives it back', (size) => {
  const matrix = matrixOf(size);
  const factor = cholesky(matrix);
  for (const [i, row] of matrix.entries())
    for (const [j, value] of row.entries()) {
      if (j > i) expect(factor[i][j]).toBe(0);
      expect(factor[i].reduce((sum, x, k) => sum + x * factor[j][k], 0)).toBeCloseTo(value, 8);
    }
});

it.each([1, 2, 7, 30])('the eigenvectors of a matrix of %i rows give it back, the largest first', (size) => {
  const matrix = matrixOf(size);
  const { values, vectors } = eigen(matrix);
  expect([...values].sort((a, b) => b - a)).toEqual(values);
  for (const [i, row] of matrix.entries())
    for (const [j, value] of row.entries())
      expect(values.reduce((sum, x, k) => sum + x * vectors[k][i] * vectors[k][j], 0)).toBeCloseTo(value, 8);
  for (const [i, a] of vectors.entries())
    for (const [j, b] of vectors.entries())
      expect(a.reduce((sum, x, k) => sum + x * b[k], 0)).toBeCloseTo(Number(i === j), 8);
});
