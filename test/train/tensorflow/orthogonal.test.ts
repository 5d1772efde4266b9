import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/train/run/random.ts';
import { Adam } from '../../../src/train/tensorflow/adam.ts';
import { Orthogonaliser } from '../../../src/train/tensorflow/orthogonal.ts';

const SIDE = 12;

/** x^T x of a matrix of SIDE columns, row by row. */
function gram(x: Float32Array): number[][] {
  return Array.from({ length: SIDE }, (_, i) =>
    Array.from({ length: SIDE }, (_, j) => {
      let sum = 0;
      for (let row = 0; row < SIDE; row++) sum += x[row * SIDE + i] * x[row * SIDE + j];
      return sum;
    }),
  );
}

describe('orthogonal steps', () => {
  it('have singular values of about 1, be those of the gradient large or small', () => {
    const matrix = new Float32Array(SIDE * SIDE);
    const place = (row: number) => row * SIDE + ((row + 5) % SIDE);
    for (let row = 0; row < SIDE; row++) matrix[place(row)] = (row % 2 === 0 ? 1 : -1) * 0.6 ** row;
    const result = new Orthogonaliser(SIDE).orthogonalise(matrix);
    for (let i = 0; i < result.length; i++) {
      if (matrix[i] === 0) expect(result[i]).toBeCloseTo(0, 6);
      else expect(Math.abs(result[i] / Math.sign(matrix[i]) - 1)).toBeLessThan(0.35);
    }
  });

  it('go where the gradient goes, and stay where there is none', () => {
    const random = new Random(2);
    const orthogonaliser = new Orthogonaliser(SIDE);
    const matrix = random.normals(SIDE * SIDE);
    const step = orthogonaliser.orthogonalise(matrix);
    expect(matrix.reduce((sum, x, i) => sum + x * step[i], 0)).toBeGreaterThan(0.5 * SIDE);
    const still = orthogonaliser.orthogonalise(new Float32Array(SIDE * SIDE));
    expect(still.every((x) => x === 0)).toBe(true);
  });

  it('are taken by the matrices alone: the others take Adam’s', () => {
    const random = new Random(3);
    const size = 5 + SIDE * SIDE;
    const gradient = random.normals(size).map((x) => 0.01 * x);
    const [mixed, plain] = [new Adam(size, [{ start: 5, side: SIDE }], 4), new Adam(size)];
    const [ours, theirs] = [new Float32Array(size), new Float32Array(size)];
    for (let step = 0; step < 3; step++) {
      mixed.update(ours, gradient, step, 0.1, 1);
      plain.update(theirs, gradient, step, 0.1, 1);
    }
    expect(ours.subarray(0, 5)).toEqual(theirs.subarray(0, 5));
    // Three equal steps of 0.4.
    const lengths = gram(ours.subarray(5).map((x) => x / 1.2));
    for (let i = 0; i < SIDE; i++) expect(Math.abs(lengths[i][i] - 1)).toBeLessThan(0.6);
  });
});
