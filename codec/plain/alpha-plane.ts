// The stream of an alpha channel: one byte of kind, then the value that all its samples have (kind 0), or the plane's
// filtered rows, packed (kinds 1 to 4: ROW_FILTERS, one for the whole plane).

import { ByteReader } from '../bytes/reader.ts';
import { VaezipError } from '../error.ts';
import { blankSamples, bytesOfSamples, type Pixels, type Shape, sampleCount } from '../pixels/pixels.ts';
import { decodeFilteredRows, encodeFilteredRows, ROW_FILTERS } from './filtered-rows.ts';

const FLAT = 0;
/** Kind of the first of ROW_FILTERS. */
const FILTERED = 1;

/** The stream of a plane of one channel: two bytes (three of 16-bit samples) where it is flat. */
export function encodeAlphaPlane(plane: Pixels): Uint8Array {
  if (plane.data.every((sample) => sample === plane.data[0]))
    return Uint8Array.of(FLAT, ...bytesOfSamples(plane.data.slice(0, 1)));
  const sizes = ROW_FILTERS.map((filter) => encodeFilteredRows(plane, filter).length);
  const best = sizes.indexOf(Math.min(...sizes));
  const rows = encodeFilteredRows(plane, ROW_FILTERS[best], 9);
  const stream = new Uint8Array(1 + rows.length);
  stream[0] = FILTERED + best;
  stream.set(rows, 1);
  return stream;
}

/**
 * Undoes `encodeAlphaPlane`. A flat plane's memory is taken by the function returned: its stream does not tell whether
 * such a shape is true. Throws VaezipError 'bad-file' for a stream that no plane of such a shape has.
 */
export function readAlphaPlane(stream: Uint8Array, shape: Shape): () => Pixels {
  const reader = new ByteReader(stream);
  const kind = reader.uint8();
  if (kind === FLAT) {
    const value = reader.uint8() + (shape.bitDepth === 16 ? 256 * reader.uint8() : 0);
    reader.end();
    return () => ({ ...shape, data: blankSamples(shape.bitDepth, sampleCount(shape)).fill(value) });
  }
  const filter = ROW_FILTERS.at(kind - FILTERED);
  if (!filter) throw new VaezipError('bad-file', `an alpha channel of kind ${kind} is not known here`);
  const plane = decodeFilteredRows(reader.take(reader.remaining), shape, filter);
  return () => plane;
}
