// What meta-training starts from: random weights, of which each layer keeps the variance of its inputs, but for the
// last, whose outputs begin near zero; or another model's weights.

import { VaezipError } from '../../../codec/error.ts';
import {
  type Architecture,
  featureCount,
  type LearningWeights,
  parameterCount,
  parameterShapes,
  tensorsOf,
} from '../../../codec/planes/learning/weights.ts';
import { Random } from '../run/random.ts';

// First part of the key of random numbers.
const INITIAL = 0;

/** Number of parameters of all planes. */
export function totalParameters(architecture: Architecture): number {
  return architecture.neighbours.reduce((sum, _, plane) => sum + parameterCount(architecture, plane), 0);
}

/** The first parameters, their average, and moments of zero; planes one after the other. */
export function initialState(architecture: Architecture, seed: number) {
  const random = new Random(INITIAL, seed);
  const parameters = new Float32Array(totalParameters(architecture));
  let offset = 0;
  for (let plane = 0; plane < architecture.planes; plane++) {
    for (const [name, shape] of Object.entries(parameterShapes(architecture, plane))) {
      const initial = initialTensor(name, shape, featureCount(architecture, plane), random);
      parameters.set(initial, offset);
      offset += initial.length;
    }
  }
  return stateOf(parameters);
}

/**
 * The same from a model's weights; features that it lacks, which are the last ones, begin at 0. Throws VaezipError
 * 'bad-argument' when its layers are others. `path` is for messages.
 */
export function stateFrom(weights: LearningWeights, architecture: Architecture, path: string) {
  const tensors = tensorsOf(weights);
  const parameters = new Float32Array(totalParameters(architecture));
  let offset = 0;
  for (let plane = 0; plane < architecture.planes; plane++) {
    for (const [name, shape] of Object.entries(parameterShapes(architecture, plane))) {
      const given = tensors[`plane${plane}.${name}`];
      const [rows, ...columns] = given?.shape ?? [Number.POSITIVE_INFINITY];
      if (
        rows > shape[0] ||
        String(columns) !== String(shape.slice(1)) ||
        (rows < shape[0] && name !== 'layer1.weights')
      )
        throw new VaezipError(
          'bad-argument',
          `the layers of ${path} do not fit this preset: start from another model`,
        );
      parameters.set(given.data, offset);
      offset += shape.reduce((product, n) => product * n, 1);
    }
  }
  return stateOf(parameters);
}

function stateOf(parameters: Float32Array) {
  return { parameters, moments: new Float32Array(parameters.length), average: parameters.slice() };
}

function initialTensor(name: string, shape: readonly number[], inputs: number, random: Random): Float32Array {
  if (name === 'layer3.bias') {
    // Components of different width, so that they begin to specialise.
    return Float32Array.of(0, 0, 0, 0, -1.2, -0.75, -0.25, 0.2, 0, 0, 0, 0);
  }
  if (name.endsWith('bias')) return new Float32Array(shape[0]);
  const gain = { 'layer1.weights': 1, 'layer2.weights': Math.SQRT2, 'layer3.weights': 0.1 }[name] ?? 1;
  const fanIn = name.startsWith('layer1') ? inputs : shape[0];
  return random.normals(shape[0] * shape[1]).map((x) => (x * gain) / Math.sqrt(fanIn));
}
