// Rows of samples that context is read from: rings of 8 rows a plane, padded on both sides so
// that no neighbour needs a test.

/** Samples of padding left of a row; right of it there are as many at least. */
@inline export const PAD: i32 = 8;
@inline export const RING: i32 = 8;

/** Ring buffers of 8 rows a plane, all of one geometry. */
@unmanaged
export class Rings {
  /** Samples from one row to the next. */
  stride: i32;
  /** f32 each: samples, errors, local scales. */
  samples: usize;
  errors: usize;
  scales: usize;
  /** 4 f32: errors of four predictors. */
  predictorErrors: usize;
  /** f32: errors of a fifth one; a model without it leaves this room alone. */
  fifthErrors: usize;
}

/** Addresses of samples (0, y), (0, y - 1), (0, y - 2) of a plane in its rings. */
@unmanaged
export class Rows {
  samples0: usize;
  samples1: usize;
  samples2: usize;
  errors0: usize;
  errors1: usize;
  errors2: usize;
  scales: usize;
  predictorErrors0: usize;
  predictorErrors1: usize;
  predictorErrors2: usize;
  fifthErrors0: usize;
  fifthErrors1: usize;
  fifthErrors2: usize;
}

/** Number of sample (0, y) of a plane in its ring. */
@inline
function indexOf(stride: i32, plane: i32, y: i32): usize {
  return <usize>((plane * RING + (y & (RING - 1))) * stride + PAD);
}

/** Address of sample (0, y) of a plane. */
@inline
export function rowOf(rings: Rings, plane: i32, y: i32): usize {
  return rings.samples + (indexOf(rings.stride, plane, y) << 2);
}

/** Points `rows` to row y of a plane and the two above it. */
export function openRows(rows: Rows, rings: Rings, plane: i32, y: i32): void {
  const row0 = indexOf(rings.stride, plane, y);
  const row1 = indexOf(rings.stride, plane, y - 1);
  const row2 = indexOf(rings.stride, plane, y - 2);
  rows.samples0 = rings.samples + (row0 << 2);
  rows.samples1 = rings.samples + (row1 << 2);
  rows.samples2 = rings.samples + (row2 << 2);
  rows.errors0 = rings.errors + (row0 << 2);
  rows.errors1 = rings.errors + (row1 << 2);
  rows.errors2 = rings.errors + (row2 << 2);
  rows.scales = rings.scales + (row0 << 2);
  rows.predictorErrors0 = rings.predictorErrors + (row0 << 4);
  rows.predictorErrors1 = rings.predictorErrors + (row1 << 4);
  rows.predictorErrors2 = rings.predictorErrors + (row2 << 4);
  rows.fifthErrors0 = rings.fifthErrors + (row0 << 2);
  rows.fifthErrors1 = rings.fifthErrors + (row1 << 2);
  rows.fifthErrors2 = rings.fifthErrors + (row2 << 2);
}

/** Samples 128 and errors 0 in all rows, as they are above the image; errors that were never `used` are 0 already. */
export function clearRings(rings: Rings, planes: i32, used: bool): void {
  const samples = <usize>(RING * planes * rings.stride);
  for (let at: usize = 0; at < samples << 2; at += 4) store<f32>(rings.samples + at, 128);
  if (!used) return;
  memory.fill(rings.errors, 0, samples << 2);
  memory.fill(rings.predictorErrors, 0, samples << 4);
  memory.fill(rings.fifthErrors, 0, samples << 2);
}

/** Sets the samples left of row y to the first one of the row above, 128 above the image, whose first row is `top`. */
export function padLeft(rings: Rings, plane: i32, y: i32, top: i32): void {
  const row = rowOf(rings, plane, y);
  const first = y > top ? load<f32>(rowOf(rings, plane, y - 1)) : <f32>128;
  for (let x: i32 = 1; x <= PAD; x++) store<f32>(row - ((<usize>x) << 2), first);
}

/** Repeats the last sample of a finished row to its right. */
@inline
export function padRight(row: usize, width: i32): void {
  const end = row + ((<usize>width) << 2);
  const last = v128.load32_splat(end - 4);
  v128.store(end, last);
  v128.store(end, last, 16);
}

/** Before sample x of an image's first row y: the three rows above hold the sample to the left, from there on. */
export function fillAbove(rings: Rings, plane: i32, x: i32, y: i32): void {
  const left = load<f32>(rowOf(rings, plane, y) + ((<usize>x) << 2) - 4);
  const from = x == 0 ? -PAD : x;
  for (let row: i32 = -3; row < 0; row++) {
    const above = rowOf(rings, plane, y + row);
    for (let k = from; k < x + 6; k++) store<f32>(above + (k << 2), left);
  }
}
