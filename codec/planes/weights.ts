// Weights of the families whose networks learn while they code: for each plane the parameters that coding an image
// starts from, with the preconditioner of its steps, and how both lie in a weights' file.

import { VaezipError } from '../error.ts';
import type { NamedArrays } from '../network/safetensors.ts';

/** Larger ones would not stay finite while the network learns. */
const MAX_WEIGHT = 1e6;

const PRECONDITIONER = '.preconditioner';

export interface PlaneWeights {
  /** f32, in the order of the network's source. */
  readonly parameters: Float32Array;
  readonly preconditioner: Float32Array;
}

/** Shapes of a plane's parameters by name, in their order. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Number of a plane's parameters. */
export function countOf(shapes: Shapes): number {
  return Object.values(shapes).reduce((sum, shape) => sum + product(shape), 0);
}

/** All planes' weights out of a file's tensors. Throws VaezipError 'bad-file' for what are none. */
export function planesOfTensors(shapes: readonly Shapes[], tensors: NamedArrays): PlaneWeights[] {
  return shapes.map((ofPlane, plane) => ({
    parameters: gather(ofPlane, plane, tensors, ''),
    preconditioner: gather(ofPlane, plane, tensors, PRECONDITIONER),
  }));
}

/** The inverse of `planesOfTensors`. */
export function tensorsOfPlanes(shapes: readonly Shapes[], planes: readonly PlaneWeights[]): NamedArrays {
  const tensors: Record<string, NamedArrays[string]> = {};
  planes.forEach((weights, plane) => {
    let offset = 0;
    for (const [name, shape] of Object.entries(shapes[plane])) {
      const end = offset + product(shape);
      const key = `plane${plane}.${name}`;
      tensors[key] = { shape, data: weights.parameters.slice(offset, end) };
      tensors[key + PRECONDITIONER] = { shape, data: weights.preconditioner.slice(offset, end) };
      offset = end;
    }
  });
  return tensors;
}

/** Numbers of a file's metadata, above 0. Throws VaezipError 'bad-file' for others. */
export function numbersOf(
  metadata: Readonly<Record<string, string>>,
  name: string,
  count: number,
  most: number,
): number[] {
  const values = (metadata[name] ?? '').split(' ').map(Number);
  if (values.length !== count || !values.every((value) => value > 0 && value <= most))
    throw damaged(`${name} '${metadata[name]}' is not ${count} numbers above 0 and up to ${most}`);
  return values;
}

/** Planes that a file's metadata tell: 1 or 3. Throws VaezipError 'bad-file' for others. */
export function planesOfMetadata({ planes }: Readonly<Record<string, string>>): 1 | 3 {
  if (planes === '1') return 1;
  if (planes === '3') return 3;
  throw damaged(`'${planes}' planes are neither 1 nor 3`);
}

export function damaged(what: string): VaezipError {
  return new VaezipError('bad-file', `not the weights of a learning photo model: ${what}`);
}

/**
 * A tensor of so many numbers.
 * @throws VaezipError 'bad-file' for another, or one with numbers larger than `most`.
 */
export function tensorOfLength(
  tensors: NamedArrays,
  name: string,
  length: number,
  most = MAX_WEIGHT,
): Float32Array {
  const data = tensors[name]?.data;
  if (data?.length !== length) throw damaged(`the tensor ${name} is missing or not of ${length} numbers`);
  if (!data.every((value) => Math.abs(value) <= most))
    throw damaged(`the tensor ${name} has values beyond ${most}`);
  return data;
}

function gather(shapes: Shapes, plane: number, tensors: NamedArrays, suffix: string): Float32Array {
  const all = new Float32Array(countOf(shapes));
  let offset = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const data = tensorOfLength(tensors, `plane${plane}.${name}${suffix}`, product(shape));
    all.set(data, offset);
    offset += data.length;
  }
  return all;
}

function product(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
