// Small dense matrices, row by row, for what a study knows in closed form. All loops have one order: the results are
// the same on every engine.

export type Matrix = readonly (readonly number[])[];

export function transpose(a: Matrix): number[][] {
  return a[0].map((_, column) => a.map((row) => row[column]));
}

export function multiply(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    b[0].map((_, column) => row.reduce((sum, value, i) => sum + value * b[i][column], 0)),
  );
}

export function apply(a: Matrix, x: ArrayLike<number>): number[] {
  return a.map((row) => row.reduce((sum, value, i) => sum + value * x[i], 0));
}

/** a + scale * I. */
export function addDiagonal(a: Matrix, scale: number): number[][] {
  return a.map((row, i) => row.map((value, j) => (i === j ? value + scale : value)));
}

export function scaled(a: Matrix, factor: number): number[][] {
  return a.map((row) => row.map((value) => factor * value));
}

export function sum(a: Matrix, b: Matrix): number[][] {
  return a.map((row, i) => row.map((value, j) => value + b[i][j]));
}

export function trace(a: Matrix): number {
  return a.reduce((total, row, i) => total + row[i], 0);
}

/** Lower L with L L^T = a, which is symmetric and positive definite. */
export function cholesky(a: Matrix): number[][] {
  const lower = a.map((row) => row.map(() => 0));
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i][j];
      for (let k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(sum) : sum / lower[j][j];
    }
  }
  return lower;
}

/** log2 of the determinant of a symmetric, positive definite matrix. */
export function log2Determinant(a: Matrix): number {
  return 2 * cholesky(a).reduce((sum, row, i) => sum + Math.log2(row[i]), 0);
}

/** The inverse of a symmetric, positive definite matrix. */
export function inverse(a: Matrix): number[][] {
  const lower = cholesky(a);
  const columns = a.map((_, unit) => {
    const y = a.map(() => 0);
    for (let i = 0; i < a.length; i++) {
      let sum = i === unit ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= lower[i][k] * y[k];
      y[i] = sum / lower[i][i];
    }
    for (let i = a.length - 1; i >= 0; i--) {
      let sum = y[i];
      for (let k = i + 1; k < a.length; k++) sum -= lower[k][i] * y[k];
      y[i] = sum / lower[i][i];
    }
    return y;
  });
  return transpose(columns);
}

const POWER_STEPS = 500;

/** The first `count` eigenvectors of a symmetric matrix without negative eigenvalues, by power iteration. */
export function principalAxes(a: Matrix, count: number): number[][] {
  const axes: number[][] = [];
  let rest = a;
  for (let k = 0; k < count; k++) {
    let axis = unit(a.map((_, i) => 1 / (i + 1)));
    for (let step = 0; step < POWER_STEPS; step++) axis = unit(apply(rest, axis));
    const image = apply(rest, axis);
    const value = axis.reduce((total, x, i) => total + x * image[i], 0);
    rest = rest.map((row, i) => row.map((entry, j) => entry - value * axis[i] * axis[j]));
    axes.push(axis);
  }
  return axes;
}

function unit(x: readonly number[]): number[] {
  const length = Math.sqrt(x.reduce((total, value) => total + value * value, 0));
  return x.map((value) => value / length);
}
