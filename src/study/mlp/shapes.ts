// The tensors of a multilayer perceptron: NAME.hidden0, NAME.hidden1 ... with elu, then NAME.output without.
// TensorFlow.js trains it (tensorflow.ts) and the codec's engine computes it (engine.ts) from these alone.

import type { NamedArray } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';

export interface Mlp {
  readonly name: string;
  readonly inputs: number;
  /** Units of each hidden layer, in fours. */
  readonly hidden: readonly number[];
  /** In fours: the engine's rule. */
  readonly outputs: number;
}

/** The layers' names, first to last. */
export function mlpLayers({ name, hidden }: Mlp): string[] {
  return [...hidden.map((_, i) => `${name}.hidden${i}`), `${name}.output`];
}

/** Shapes of the tensors; weights are [inputs, outputs]. */
export function mlpShapes(mlp: Mlp): Record<string, readonly number[]> {
  const sizes = [mlp.inputs, ...mlp.hidden, mlp.outputs];
  return Object.fromEntries(
    mlpLayers(mlp).flatMap((layer, i): [string, number[]][] => [
      [`${layer}.weight`, [sizes[i], sizes[i + 1]]],
      [`${layer}.bias`, [sizes[i + 1]]],
    ]),
  );
}

/** First weights: normal, of variance 1 / inputs, `gain` wider in the first layer, small in the last; biases are 0. */
export function initialMlp(mlp: Mlp, random: Random, gain = 1): Record<string, NamedArray> {
  const layers = mlpLayers(mlp);
  return Object.fromEntries(
    Object.entries(mlpShapes(mlp)).map(([name, shape]) => {
      const [inputs, outputs] = shape;
      if (outputs === undefined) return [name, { shape, data: new Float32Array(inputs) }];
      const last = name.startsWith(layers[layers.length - 1]);
      const share = name.startsWith(layers[0]) ? gain : last ? 0.3 : 1;
      const scale = share / Math.sqrt(inputs);
      return [name, { shape, data: random.normals(inputs * outputs).map((value) => scale * value) }];
    }),
  );
}
