// Steps of square weight matrices by their orthogonalised momentum (Muon: Jordan et al. 2024): each singular value of a
// step is about 1, so that directions of small gradients advance as fast as those of large ones. The iteration runs in
// the codec's kernel: products of matrices this small are no work for a back end, and the same on every machine.

import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, type Kernel, kernelMemory } from '../../../codec/kernel/kernel.ts';

const MOMENTUM = 0.95;
/** Newton-Schulz: X <- a X + (b X X^T + c (X X^T)^2) X brings singular values from [0.003, 1] to within 0.35 of 1. */
const ITERATIONS = 5;
const [A, B, C] = [3.4445, -4.775, 2.0315];

/** Square matrices of one side, a multiple of 4. */
export class Orthogonaliser {
  readonly #side: number;
  readonly #kernel: Kernel;
  readonly #matrices: Record<'x' | 'transposed' | 'square' | 'polynomial' | 'product' | 'zeros', Matrix>;

  constructor(side: number) {
    this.#side = side;
    this.#kernel = instantiateKernel(kernelMemory(6 * (4 * side * side + 64)));
    const arena = new Arena(this.#kernel);
    const matrix = (): Matrix => {
      const address = arena.allocate(4 * side * side);
      return { address, values: new Float32Array(this.#kernel.memory.buffer, address, side * side) };
    };
    this.#matrices = {
      ...{ x: matrix(), transposed: matrix(), square: matrix() },
      ...{ polynomial: matrix(), product: matrix(), zeros: matrix() },
    };
  }

  /** The orthogonal matrix nearest to `matrix`, about; valid until the next call. Zeros stay zeros. */
  orthogonalise(matrix: Float32Array): Float32Array {
    const { x, transposed, square, polynomial, product } = this.#matrices;
    const side = this.#side;
    let squares = 0;
    for (const value of matrix) squares += value * value;
    const scale = 1 / Math.max(Math.sqrt(squares), 1e-30);
    for (let i = 0; i < matrix.length; i++) x.values[i] = scale * matrix[i];
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++)
          transposed.values[column * side + row] = x.values[row * side + column];
      this.#multiply(square, x, transposed);
      this.#multiply(polynomial, square, square);
      for (let i = 0; i < matrix.length; i++)
        polynomial.values[i] = B * square.values[i] + C * polynomial.values[i];
      this.#multiply(product, polynomial, x);
      for (let i = 0; i < matrix.length; i++) x.values[i] = A * x.values[i] + product.values[i];
    }
    return x.values;
  }

  #multiply(out: Matrix, left: Matrix, right: Matrix): void {
    const side = this.#side;
    const { zeros } = this.#matrices;
    const { networkDense } = this.#kernel.exports;
    networkDense(out.address, left.address, side, side, right.address, zeros.address, side);
  }
}

interface Matrix {
  readonly address: number;
  readonly values: Float32Array;
}

/** A square matrix in a flat array of parameters. */
export interface SquareWeight {
  readonly start: number;
  readonly side: number;
}

/** Nesterov's momentum of the matrices, kept in an array as long as the parameters. */
export class OrthogonalMomentum {
  readonly #weights: readonly SquareWeight[];
  readonly #orthogonalisers = new Map<number, Orthogonaliser>();

  constructor(weights: readonly SquareWeight[]) {
    this.#weights = weights;
    for (const { side } of weights)
      if (!this.#orthogonalisers.has(side)) this.#orthogonalisers.set(side, new Orthogonaliser(side));
  }

  /** One step of `rate` along the gradient times `share`; changes `momentum` and `parameters` at the matrices alone. */
  update(
    parameters: Float32Array,
    momentum: Float32Array,
    gradient: Float32Array,
    share: number,
    rate: number,
  ): void {
    for (const { start, side } of this.#weights) {
      const ahead = new Float32Array(side * side);
      for (let i = 0; i < ahead.length; i++) {
        const g = (1 - MOMENTUM) * share * gradient[start + i];
        momentum[start + i] = MOMENTUM * momentum[start + i] + g;
        ahead[i] = MOMENTUM * momentum[start + i] + g;
      }
      const step = (this.#orthogonalisers.get(side) as Orthogonaliser).orthogonalise(ahead);
      for (let i = 0; i < ahead.length; i++) parameters[start + i] -= rate * step[i];
    }
  }
}
