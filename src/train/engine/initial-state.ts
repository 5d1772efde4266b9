// What meta-training starts from: random weights, of which each layer keeps the variance of its inputs, but for the
// last, whose outputs begin near zero; or another model's weights.

import { VaezipError } from '../../../codec/error.ts';
import type { OnlineFamily } from '../../../codec/planes/online/job.ts';
import { tensorsOfPlanes } from '../../../codec/planes/weights.ts';
import { Random } from '../run/random.ts';
import { type Networks, totalParameters } from './networks.ts';

// First part of the key of random numbers.
const INITIAL = 0;

/** The first parameters, their average, and moments of zero; planes one after the other. */
export function initialState(networks: Networks, seed: number) {
  const random = new Random(INITIAL, seed);
  const parameters = new Float32Array(totalParameters(networks));
  let offset = 0;
  for (const shapes of networks.family.shapes(networks.architecture)) {
    const last = Object.keys(shapes).length / 2;
    for (const [name, shape] of Object.entries(shapes)) {
      const initial = initialTensor(name, shape, last, random);
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
export function stateFrom(given: ReturnType<OnlineFamily['read']>, networks: Networks, path: string) {
  const { family, architecture } = networks;
  const tensors = tensorsOfPlanes(family.shapes(given.architecture), given.planes);
  const parameters = new Float32Array(totalParameters(networks));
  let offset = 0;
  for (const [plane, shapes] of family.shapes(architecture).entries()) {
    for (const [name, shape] of Object.entries(shapes)) {
      const tensor = tensors[`plane${plane}.${name}`];
      const [rows, ...columns] = tensor?.shape ?? [Number.POSITIVE_INFINITY];
      if (
        rows > shape[0] ||
        String(columns) !== String(shape.slice(1)) ||
        (rows < shape[0] && name !== 'layer1.weights')
      )
        throw new VaezipError(
          'bad-argument',
          `the layers of ${path} do not fit this preset: start from another model`,
        );
      parameters.set(tensor.data, offset);
      offset += shape.reduce((product, n) => product * n, 1);
    }
  }
  return stateOf(parameters);
}

function stateOf(parameters: Float32Array) {
  return { parameters, moments: new Float32Array(parameters.length), average: parameters.slice() };
}

/** `last`: the number of the last layer. */
function initialTensor(name: string, shape: readonly number[], last: number, random: Random): Float32Array {
  if (name === `layer${last}.bias`) {
    // Components of different width, so that they begin to specialise.
    return Float32Array.of(0, 0, 0, 0, -1.2, -0.75, -0.25, 0.2, 0, 0, 0, 0);
  }
  if (name.endsWith('bias')) return new Float32Array(shape[0]);
  const gain = { 'layer1.weights': 1, [`layer${last}.weights`]: 0.1 }[name] ?? Math.SQRT2;
  return random.normals(shape[0] * shape[1]).map((x) => (x * gain) / Math.sqrt(shape[0]));
}
