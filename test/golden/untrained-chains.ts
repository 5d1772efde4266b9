// Models of images in chains with arbitrary but fixed weights, from integer arithmetic alone: the same in every engine.

import { FORMAT as BINARY, shapesOf } from '../../codec/binary/architecture.ts';
import { FORMAT as DIGITS, SHAPES } from '../../codec/digits/architecture.ts';
import { ARITHMETIC } from '../../codec/model/arithmetic.ts';
import { writeSafetensors } from '../../codec/network/safetensors.ts';
import { SHAPES as OF_THUMBS, FORMAT as THUMBS } from '../../codec/thumbs/architecture.ts';

/** The weights' file. */
export function untrainedDigits(): Uint8Array {
  return untrained(DIGITS, SHAPES);
}

/** The weights' file of a model that sees so many neighbours. */
export function untrainedBinary(neighbours: number): Uint8Array {
  return untrained(
    BINARY,
    shapesOf({ latents: 6, neighbours, features: 8, hidden: 12, window: 8, windowHidden: 12, windowCode: 8 }),
  );
}

/** The weights' file. */
export function untrainedThumbs(): Uint8Array {
  return untrained(THUMBS, OF_THUMBS);
}

function untrained(format: string, shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const tensors = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      const inputs = length / shape[shape.length - 1];
      return [name, { shape, data: Float32Array.from({ length }, () => uniform() / Math.sqrt(inputs)) }];
    }),
  );
  return writeSafetensors({ tensors, metadata: { format, arithmetic: ARITHMETIC } });
}
