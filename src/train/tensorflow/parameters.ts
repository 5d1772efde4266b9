// A model's parameters as one flat array, and the places of the named tensors in it.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray, NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../run/random.ts';
import type { Tensors } from './preset.ts';

interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Where each tensor lies in the flat array; plain data, so that it can be sent to a thread. */
export interface Layout {
  readonly places: readonly Place[];
  readonly size: number;
}

export function layoutOf(arrays: NamedArrays): Layout {
  const places: Place[] = [];
  let size = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    places.push({ name, shape, start: size, end: size + data.length });
    size += data.length;
  }
  return { places, size };
}

/** Copies the arrays into `flat` at their places. */
export function pack(layout: Layout, arrays: NamedArrays, flat: Float32Array): void {
  for (const { name, start } of layout.places) flat.set(arrays[name].data, start);
}

/** Copies of the arrays in `flat`, under `prefix` + their names. */
export function unpack(layout: Layout, flat: Float32Array, prefix = ''): Record<string, NamedArray> {
  return Object.fromEntries(
    layout.places.map(({ name, shape, start, end }) => [
      prefix + name,
      { shape, data: flat.slice(start, end) },
    ]),
  );
}

/** Tensors of the arrays, by name; the caller disposes of them. */
export function toTensors(arrays: NamedArrays): Tensors {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape], 'float32')]),
  );
}

/**
 * To start from: weights normal, of variance 1 / inputs, those with `small` names of `share` times that scale; all else
 * is 0.
 */
export function normalParameters(
  shapes: Readonly<Record<string, readonly number[]>>,
  random: Random,
  { small, share }: { readonly small: RegExp; readonly share: number },
): Record<string, NamedArray> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const outputs = shape[shape.length - 1];
    const size = shape.reduce((product, n) => product * n, 1);
    const data = new Float32Array(size);
    if (name.endsWith('.weight')) {
      const scale = Math.sqrt(outputs / size) * (small.test(name) ? share : 1);
      for (let i = 0; i < size; i++) data[i] = scale * random.normal();
    }
    arrays[name] = { shape, data };
  }
  return arrays;
}
