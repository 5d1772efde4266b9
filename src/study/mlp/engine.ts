// A multilayer perceptron in the codec's engine: what it computes is the same to the last bit on every machine, so that
// streams may depend on it.

import type { Buffer, Engine } from '../../../codec/network/engine.ts';
import { type Mlp, mlpLayers } from './shapes.ts';

/** The function from `inputs` values to `outputs` values, by the tensors of the engine. */
export function mlpInEngine(engine: Engine, mlp: Mlp): (x: Float32Array) => Float32Array {
  const layers = mlpLayers(mlp);
  const buffers: Buffer[] = [mlp.inputs, ...mlp.hidden, mlp.outputs].map((size) => engine.buffer(size));
  return (x) => {
    engine.write(buffers[0], x);
    for (const [i, layer] of layers.entries())
      engine.dense(layer, buffers[i + 1], buffers[i], 1, i < layers.length - 1 ? 'elu' : 'none');
    return engine.read(buffers[layers.length]);
  };
}
