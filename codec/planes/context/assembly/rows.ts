// Rows of samples that context is read from: rings of 8 rows a plane, padded on both sides so that no neighbour needs a test.

/** Samples of padding left of a row; right of it there are as many at least. */
@inline export const PAD: i32 = 8;
@inline const RING: i32 = 8;

/** Address of sample (0, y) of a plane in a ring of `size`-byte samples; a row has `stride` samples. */
@inline
export function rowOf(ring: usize, stride: i32, plane: i32, y: i32, size: i32): usize {
  return ring + <usize>(((plane * RING + (y & (RING - 1))) * stride + PAD) * size);
}

/** Sets the samples left of row y to the first one of the row above, 128 above the image. */
@inline
export function padLeft(ring: usize, stride: i32, plane: i32, y: i32): void {
  const row = rowOf(ring, stride, plane, y, 4);
  const first = y > 0 ? load<f32>(rowOf(ring, stride, plane, y - 1, 4)) : <f32>128;
  for (let x: i32 = 1; x <= PAD; x++) store<f32>(row - (<usize>x << 2), first);
}

/** Repeats the last sample of a finished row to its right. */
@inline
export function padRight(row: usize, width: i32): void {
  const end = row + (<usize>width << 2);
  const last = v128.load32_splat(end - 4);
  v128.store(end, last);
  v128.store(end, last, 16);
}

/** Before sample (x, 0): the `rows` rows above the image hold the sample to the left, from there on. */
@inline
export function fillAbove(ring: usize, stride: i32, plane: i32, x: i32, rows: i32): void {
  const left = load<f32>(rowOf(ring, stride, plane, 0, 4) + (<usize>x << 2) - 4);
  const from = x == 0 ? -PAD : x;
  for (let row = -rows; row < 0; row++) {
    const above = rowOf(ring, stride, plane, row, 4);
    for (let k = from; k < x + 6; k++) store<f32>(above + (k << 2), left);
  }
}
