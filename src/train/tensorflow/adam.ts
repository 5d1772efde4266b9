// Adam (Kingma and Ba 2015) on a flat array, with clipping by norm; its moments go into checkpoints. Square matrices
// may take other steps (orthogonal.ts). Learning rate: linear warm-up, then half a cosine down to zero.

import { VaezipError } from '../../../codec/error.ts';
import { OrthogonalMomentum, type SquareWeight } from './orthogonal.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
const WARM_UP_STEPS = 200;

/** The learning rate of step 0 .. steps - 1, as a share of the largest. */
export function learningRateShare(step: number, steps: number): number {
  const warmUp = Math.min(1, (step + 1) / Math.min(WARM_UP_STEPS, 1 + steps / 10));
  return warmUp * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

/** The error of a run that has gone astray at a step. */
export function notFinite(what: 'loss' | 'gradient', step: number): VaezipError {
  return new VaezipError(
    'bad-argument',
    `the ${what} is not finite at step ${step}: try another --seed or --beta`,
  );
}

export class Adam {
  /** Running means of the gradient and of its square. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** 1 for parameters that take orthogonal steps: `first` is their momentum. */
  readonly #orthogonal: Uint8Array;
  readonly #momentum: OrthogonalMomentum;
  readonly #relativeRate: number;

  /** `weights` take orthogonal steps, whose rate is `relativeRate` times the others'. */
  constructor(size: number, weights: readonly SquareWeight[] = [], relativeRate = 1) {
    this.first = new Float32Array(size);
    this.second = new Float32Array(size);
    this.#orthogonal = new Uint8Array(size);
    for (const { start, side } of weights) this.#orthogonal.fill(1, start, start + side * side);
    this.#momentum = new OrthogonalMomentum(weights);
    this.#relativeRate = relativeRate;
  }

  /**
   * Updates `parameters` in place; `step` counts from 0. `gradient` is scaled to `clipNorm` if longer.
   * Throws VaezipError, and changes nothing, if it is not finite.
   */
  update(
    parameters: Float32Array,
    gradient: Float32Array,
    step: number,
    learningRate: number,
    clipNorm: number,
  ): void {
    const { first, second } = this;
    let squares = 0;
    for (let i = 0; i < gradient.length; i++) squares += gradient[i] * gradient[i];
    if (!Number.isFinite(squares)) throw notFinite('gradient', step);
    const clip = Math.min(1, clipNorm / Math.sqrt(squares));
    const rate = learningRate / (1 - BETA1 ** (step + 1));
    const correction = 1 / (1 - BETA2 ** (step + 1));
    for (let i = 0; i < gradient.length; i++) {
      if (this.#orthogonal[i] === 1) continue;
      const g = gradient[i] * clip;
      first[i] += (1 - BETA1) * (g - first[i]);
      second[i] += (1 - BETA2) * (g * g - second[i]);
      parameters[i] -= (rate * first[i]) / (Math.sqrt(second[i] * correction) + EPSILON);
    }
    this.#momentum.update(parameters, first, gradient, clip, this.#relativeRate * learningRate);
  }
}
