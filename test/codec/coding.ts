// Models in tests: from a weights' file, and pixels through one session each.
import type { CodingOptions, Encoded, Family, Model } from '../../codec/model/model.ts';
import { readSafetensors } from '../../codec/network/safetensors.ts';
import type { Pixels, Shape } from '../../codec/pixels/pixels.ts';

/** The model of a weights' file. */
export function modelOf(family: Family, name: string, file: Uint8Array, id = '0'.repeat(64)): Model {
  return family.load(name, id, readSafetensors(file, name));
}

export function encode(model: Model, pixels: Pixels, options: CodingOptions): Promise<Encoded> {
  return model.open(pixels, options).encode(pixels.data);
}

export async function decode(
  model: Model,
  streams: readonly Uint8Array[],
  shape: Shape,
  options: CodingOptions,
): Promise<Pixels> {
  return { ...shape, data: await model.open(shape, options).decode(streams) };
}
