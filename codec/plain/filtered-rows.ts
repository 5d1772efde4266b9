// Each byte minus PNG's Paeth prediction from its neighbours, then zlib: what the plain family codes.
// The planes of alpha channels are coded so, too, each by the filter that suits it.

import { type PackLevel, pack, unpack } from '../bytes/packed.ts';
import { VaezipError } from '../error.ts';
import { bytesOfSamples, type Pixels, type Shape, sampleCount } from '../pixels/pixels.ts';

/** A byte's prediction from its neighbours, 0 where there is none. */
export type RowFilter = (left: number, above: number, corner: number) => number;

/** PNG's filters of types 0 (none), 1, 2 and 4 (PNG specification, section 9.2). */
export const ROW_FILTERS: readonly RowFilter[] = [() => 0, (left) => left, (_, above) => above, paeth];

/** One packed stream of the residuals. */
export function encodeFilteredRows(pixels: Pixels, filter: RowFilter = paeth, level?: PackLevel): Uint8Array {
  const source = bytesOfSamples(pixels.data);
  const residuals = new Uint8Array(source.length);
  visit(pixels, source.length, (index, left, above, corner) => {
    residuals[index] = source[index] - filter(at(source, left), at(source, above), at(source, corner));
  });
  return pack(residuals, { level, filtered: true });
}

/** Undoes `encodeFilteredRows`. Throws VaezipError 'bad-file' when the stream does not fit the shape. */
export function decodeFilteredRows(stream: Uint8Array, shape: Shape, filter: RowFilter = paeth): Pixels {
  const length = sampleCount(shape) * (shape.bitDepth / 8);
  const bytes = unpack(stream, length);
  if (bytes.length !== length)
    throw new VaezipError(
      'bad-file',
      `the stream holds ${bytes.length} bytes of samples instead of ${length}`,
    );
  visit(shape, length, (index, left, above, corner) => {
    bytes[index] += filter(at(bytes, left), at(bytes, above), at(bytes, corner));
  });
  return { ...shape, data: shape.bitDepth === 16 ? new Uint16Array(bytes.buffer) : bytes };
}

/** Calls with each byte's index and those of its neighbours, -1 where there is none. */
function visit(
  shape: Shape,
  length: number,
  each: (index: number, left: number, above: number, corner: number) => void,
): void {
  const step = shape.channels * (shape.bitDepth / 8);
  const row = shape.width * step;
  const image = shape.height * row;
  for (let index = 0; index < length; index++) {
    const first = index % row < step;
    const top = index % image < row;
    each(index, first ? -1 : index - step, top ? -1 : index - row, first || top ? -1 : index - row - step);
  }
}

function at(bytes: Uint8Array, index: number): number {
  return index < 0 ? 0 : bytes[index];
}

/** PNG's filter type 4 (PNG specification, section 9.4). */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
