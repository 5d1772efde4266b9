// What a sub-pixel that escapes is predicted from: its plane around it, and the planes of the pixel that are coded.

import { LeastSquares } from '../../planes/context/assembly/least-squares';

/** Causal neighbours of the own plane, nearest first: columns and rows of distance, as pairs of bytes. */
const OWN = memory.data<i8>([
  -1, 0, 0, -1, -1, -1, 1, -1, -2, 0, 0, -2, -2, -1, 2, -1, -1, -2, 1, -2, -3, 0, 0, -3,
]);

/** Neighbours that least squares see, of a plane that comes after so many. */
@inline
export function neighboursOf(coded: i32): i32 {
  return coded == 0 ? 12 : coded == 1 ? 16 : 20;
}

/** A plane's value of a pixel. */
@inline
export function levelOf(pixel: u32, shift: u32): i32 {
  return <i32>((pixel >> shift) & 255);
}

/** Value of the plane at column x of a row of pixels. */
@inline
function value(row: usize, x: i32, shift: u32): f32 {
  return <f32>levelOf(load<u32>(row + (x << 2)), shift);
}

/** The plane's mean around the pixel, whose row and the one above these are. */
@inline
export function meanAround(row: usize, row1: usize, shift: u32): f32 {
  return (
    (value(row, -1, shift) + value(row1, 0, shift)) * <f32>0.375 +
    (value(row1, -1, shift) + value(row1, 1, shift)) * <f32>0.125
  );
}

@inline
function put(to: usize, x: f32): usize {
  v128.store(to, f32x4.splat(x));
  return to + 16;
}

/** Another plane of the pixel and of its nearest neighbours, so many of these, less their mean. */
@inline
function putOther(to: usize, row: usize, row1: usize, shift: u32, pixel: u32, count: i32): usize {
  const mean = meanAround(row, row1, shift);
  to = put(to, <f32>levelOf(pixel, shift) - mean);
  to = put(to, value(row, -1, shift) - mean);
  to = put(to, value(row1, 0, shift) - mean);
  if (count == 2) return to;
  to = put(to, value(row1, -1, shift) - mean);
  return put(to, value(row1, 1, shift) - mean);
}

/**
 * Sets the values that least squares predict from. `rows`: addresses of the pixel in its row and in the three above;
 * `last` and `before`: shifts of the planes coded last, where there are any.
 */
@inline
export function setValues(
  ls: LeastSquares,
  row: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  shift: u32,
  mean: f32,
  coded: i32,
  pixel: u32,
  last: u32,
  before: u32,
): void {
  let to = ls.values;
  const own = coded == 1 ? 11 : 12;
  for (let i: i32 = 0; i < own; i++) {
    const dx = <i32>load<i8>(OWN + ((<usize>i) << 1));
    const dy = <i32>load<i8>(OWN + ((<usize>i) << 1), 1);
    to = put(to, value(dy == 0 ? row : dy == -1 ? row1 : dy == -2 ? row2 : row3, dx, shift) - mean);
  }
  if (coded > 0) to = putOther(to, row, row1, last, pixel, 4);
  if (coded > 1) putOther(to, row, row1, before, pixel, 2);
}

@inline
function median(a: i32, b: i32, c: i32): i32 {
  const most = max(a, b);
  const least = min(a, b);
  return c >= most ? least : c <= least ? most : a + b - c;
}

/**
 * Four fixed predictions: of the first plane the median edge detector of LOCO-I, a mean, W and N; of others the same
 * with differences from the plane coded last.
 */
@inline
export function fixedPredictions(
  row: usize,
  row1: usize,
  shift: u32,
  coded: i32,
  pixel: u32,
  last: u32,
): v128 {
  const west = load<u32>(row - 4);
  const north = load<u32>(row1);
  const corner = load<u32>(row1 - 4);
  const w = levelOf(west, shift);
  const n = levelOf(north, shift);
  const nw = levelOf(corner, shift);
  const plain = median(w, n, nw);
  if (coded == 0) {
    const ne = levelOf(load<u32>(row1 + 4), shift);
    return f32x4(<f32>plain, <f32>(w + n) * <f32>0.5 + <f32>(ne - nw) * <f32>0.25, <f32>w, <f32>n);
  }
  const here = levelOf(pixel, last);
  const dw = w - levelOf(west, last);
  const dn = n - levelOf(north, last);
  const dnw = nw - levelOf(corner, last);
  return f32x4(<f32>plain, <f32>(here + median(dw, dn, dnw)), <f32>(here + dw), <f32>(here + dn));
}
