// A photo model with arbitrary but fixed weights: exactness must not depend on training.

import { ARITHMETIC } from '../../../../codec/model/arithmetic.ts';
import { writeSafetensors } from '../../../../codec/network/safetensors.ts';
import { HIDDEN1, HIDDEN2, MODULATION, STATIC_SHAPES } from '../../../../codec/planes/static/architecture.ts';

/** The weights' file; `gain` scales all weights. */
export function untrainedPhoto(gain = 1): Uint8Array {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const tensors = Object.fromEntries(
    Object.entries(STATIC_SHAPES).map(([name, shape]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      const data = Float32Array.from({ length }, () => (gain * 0.3 * uniform()) / Math.sqrt(shape[0] / 16));
      if (name === 'modulation.output.bias') {
        for (let plane = 0; plane < length; plane += MODULATION) {
          data.fill(1, plane, plane + HIDDEN1);
          data.fill(1, plane + 2 * HIDDEN1, plane + 2 * HIDDEN1 + HIDDEN2);
        }
      }
      return [name, { shape, data }];
    }),
  );
  return writeSafetensors({ tensors, metadata: { format: 'vaezip-static', arithmetic: ARITHMETIC } });
}
