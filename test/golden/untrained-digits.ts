// A digits model with arbitrary but fixed weights, from integer arithmetic alone: the same in every engine.

import { FORMAT, SHAPES } from '../../codec/digits/architecture.ts';
import { ARITHMETIC } from '../../codec/model/arithmetic.ts';
import { writeSafetensors } from '../../codec/network/safetensors.ts';

/** The weights' file. */
export function untrainedDigits(): Uint8Array {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const tensors = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      const inputs = length / shape[shape.length - 1];
      return [name, { shape, data: Float32Array.from({ length }, () => uniform() / Math.sqrt(inputs)) }];
    }),
  );
  return writeSafetensors({ tensors, metadata: { format: FORMAT, arithmetic: ARITHMETIC } });
}
