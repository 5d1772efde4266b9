// What the posterior of the latents sees of an image: a few statistics of each plane, from rows that are spread evenly.
// Sums are of integers and so exact in any order.
//
// A plane's values are its samples, less those of the plane before it (red less green, blue less red); a residual is a
// value less the median of W, N and W + N - NW.

import { log2of } from '../../../distributions/assembly/elementary';
import { PlanesJob, pixelsOf, planeOf } from '../../assembly/job';

/** Of a plane's values, then of residuals with those of each plane before it. */
@inline export const PLANE_STATISTICS: i32 = 20;
/** Of an image with three planes; grey has PLANE_STATISTICS and the size. */
@inline export const COLOUR_STATISTICS: i32 = 3 * PLANE_STATISTICS + 4;
/** Rows of which one is looked at are the side of a square of as many pixels over this. */
@inline const SIDE_A_ROW: i64 = 24;
/** Sizes in log2 pixels beyond which they tell nothing more. */
@inline const LEAST_SIZE: f64 = 11;
@inline const LARGEST_SIZE: f64 = 16;
/** Levels so near to black or white count as clipped. */
@inline const CLIPPED: i32 = 2;

// i64 sums of a plane, byte offsets: samples and residuals that were seen, sums of samples and of their squares,
// clipped at either end; of residuals magnitudes, squares, zeros, products with the one to the left; magnitudes of the
// values' differences from W, N, NW, NE; residuals by class with their magnitudes; products with residuals of planes
// before.
@inline const SAMPLES: usize = 0;
@inline const RESIDUALS: usize = 8;
@inline const SUM: usize = 16;
@inline const SQUARES: usize = 24;
@inline const BLACK: usize = 32;
@inline const WHITE: usize = 40;
@inline const ERRORS: usize = 48;
@inline const ERROR_SQUARES: usize = 56;
@inline const ZEROS: usize = 64;
@inline const TO_LEFT: usize = 72;
@inline const WEST: usize = 80;
@inline const NORTH: usize = 88;
@inline const NORTH_WEST: usize = 96;
@inline const NORTH_EAST: usize = 104;
@inline const CLASSES: usize = 112;
@inline const BEFORE: usize = 144;
@inline const PLANE_BYTES: usize = 160;
/** In a class's sum the members count in units of 2^40, magnitudes in ones. */
@inline const ONE_MEMBER: i64 = 1 << 40;
@inline export const SUMS_BYTES: usize = 3 * PLANE_BYTES;

@inline
function add(at: usize, value: i64): void {
  store<i64>(at, load<i64>(at) + value);
}

@inline
function total(sums: usize, offset: usize): f64 {
  return <f64>load<i64>(sums + offset);
}

/** Class of a neighbourhood by how busy it is, 0 to 3. */
@inline
function classOf(activity: i32): usize {
  return activity < 8 ? (activity < 3 ? 0 : 1) : activity < 24 ? 2 : 3;
}

@inline
function magnitude(x: i32): i32 {
  return x < 0 ? -x : x;
}

/** Sums over the samples of a row. */
function addSamples(job: PlanesJob, p: i32, y: i32, sums: usize): void {
  const step = <usize>job.planes;
  let at = pixelsOf(job, planeOf(job, p), y);
  let sum: i32 = 0;
  let squares: i64 = 0;
  let black: i32 = 0;
  let white: i32 = 0;
  for (const end = at + step * <usize>job.width; at < end; at += step) {
    const sample = <i32>load<u8>(at);
    sum += sample;
    squares += sample * sample;
    if (sample <= CLIPPED) black++;
    if (sample >= 255 - CLIPPED) white++;
  }
  add(sums + SAMPLES, job.width);
  add(sums + SUM, sum);
  add(sums + SQUARES, squares);
  add(sums + BLACK, black);
  add(sums + WHITE, white);
}

/** The value at an address: the sample, less the one `less` bytes from it unless that is 0. */
@inline
function valueAt(at: usize, isFirst: bool, less: usize): i32 {
  return isFirst ? <i32>load<u8>(at) : <i32>load<u8>(at) - <i32>load<u8>(at + less);
}

/** Sums over the residuals of row y, 1 or more, between its first and last sample, which go to i32 [width]. */
function addResiduals(job: PlanesJob, p: i32, y: i32, sums: usize, residuals: usize): void {
  const isFirst = p == 0;
  const own = planeOf(job, p);
  const step = <usize>job.planes;
  const less: usize = isFirst ? 0 : <usize>planeOf(job, p - 1).channel - <usize>own.channel;
  const above = <usize>job.width * step;
  const row = pixelsOf(job, own, y);
  const end = row + step * <usize>(job.width - 1);
  let errors: i32 = 0;
  let squares: i64 = 0;
  let zeros: i32 = 0;
  let toLeft: i64 = 0;
  let west: i32 = 0;
  let north: i32 = 0;
  let northWest: i32 = 0;
  let northEast: i32 = 0;
  let w = valueAt(row, isFirst, less);
  let nw = valueAt(row - above, isFirst, less);
  let n = valueAt(row - above + step, isFirst, less);
  let left: i32 = 0;
  for (let at = row + step; at < end; at += step) {
    const ne = valueAt(at - above + step, isFirst, less);
    const value = valueAt(at, isFirst, less);
    const most = max(w, n);
    const least = min(w, n);
    const residual = value - (nw >= most ? least : nw <= least ? most : w + n - nw);
    const error = magnitude(residual);
    const activity = magnitude(w - nw) + magnitude(n - nw) + magnitude(n - ne);
    add(sums + CLASSES + (classOf(activity) << 3), ONE_MEMBER + error);
    errors += error;
    squares += <i64>(error * error);
    if (residual == 0) zeros++;
    toLeft += <i64>(residual * left);
    west += magnitude(value - w);
    north += magnitude(value - n);
    northWest += magnitude(value - nw);
    northEast += magnitude(value - ne);
    store<i32>(residuals, residual);
    residuals += 4;
    left = residual;
    w = value;
    nw = n;
    n = ne;
  }
  add(sums + RESIDUALS, job.width - 2);
  add(sums + ERRORS, errors);
  add(sums + ERROR_SQUARES, squares);
  add(sums + ZEROS, zeros);
  add(sums + TO_LEFT, toLeft);
  add(sums + WEST, west);
  add(sums + NORTH, north);
  add(sums + NORTH_WEST, northWest);
  add(sums + NORTH_EAST, northEast);
}

/** Sum of the products of two planes' residuals in a row. */
function productOf(a: usize, b: usize, count: i32): i64 {
  let sum: i64 = 0;
  for (const end = a + ((<usize>count) << 2); a < end; a += 4) {
    sum += <i64>(load<i32>(a) * load<i32>(b));
    b += 4;
  }
  return sum;
}

@inline
function isPast(side: i64, pixels: i64): bool {
  return side * side * SIDE_A_ROW * SIDE_A_ROW > pixels;
}

/** Of so many rows one is looked at. */
function strideOf(pixels: i64): i32 {
  let stride: i32 = 1;
  while (!isPast(<i64>stride + 1, pixels)) stride++;
  return stride;
}

/**
 * The statistics, f64 [COLOUR_STATISTICS] or [PLANE_STATISTICS + 1], of the samples in a job. `sums` has room for
 * SUMS_BYTES, `residuals` for i32 [planes][width].
 */
export function takeStatistics(job: PlanesJob, sums: usize, residuals: usize, out: usize): void {
  const planes = job.planes;
  const width = job.width;
  const pixels = <i64>width * <i64>job.height;
  const stride = strideOf(pixels);
  memory.fill(sums, 0, SUMS_BYTES);
  for (let y = stride >> 1; y < job.height; y += stride) {
    for (let p: i32 = 0; p < planes; p++) {
      const ofPlane = sums + <usize>p * PLANE_BYTES;
      addSamples(job, p, y, ofPlane);
      if (y == 0 || width < 3) continue;
      const ofRow = residuals + ((<usize>(p * width)) << 2);
      addResiduals(job, p, y, ofPlane, ofRow);
      for (let before: i32 = 0; before < p; before++) {
        const product = productOf(ofRow, residuals + ((<usize>(before * width)) << 2), width - 2);
        add(ofPlane + BEFORE + ((<usize>before) << 3), product);
      }
    }
  }
  for (let p: i32 = 0; p < planes; p++) out = statisticsOf(sums, p, out);
  store<f64>(out, max<f64>(LEAST_SIZE, min<f64>(LARGEST_SIZE, log2of(<f64>pixels))));
}

@inline
function put(out: usize, index: i32, value: f64): void {
  store<f64>(out + ((<usize>index) << 3), value);
}

/** Mean square of a plane's residuals, above 0. */
@inline
function errorPower(sums: usize, count: f64): f64 {
  return total(sums, ERROR_SQUARES) / count + 0.05;
}

/** A plane's statistics from its sums; returns the address behind them. */
function statisticsOf(all: usize, p: i32, out: usize): usize {
  const sums = all + <usize>p * PLANE_BYTES;
  const samples = max<f64>(1, total(sums, SAMPLES));
  const count = max<f64>(1, total(sums, RESIDUALS));
  const mean = total(sums, SUM) / samples;
  const error = total(sums, ERRORS) / count + 0.2;
  const logError = log2of(error);
  const power = errorPower(sums, count);
  const west = total(sums, WEST) + 0.1 * count;
  const northWest = total(sums, NORTH_WEST) + 0.1 * count;
  put(out, 0, mean / 64 - 2);
  put(out, 1, 0.5 * log2of(total(sums, SQUARES) / samples - mean * mean + 1));
  put(out, 2, logError);
  put(out, 3, 0.5 * log2of(power) - logError);
  put(out, 4, total(sums, ZEROS) / count);
  put(out, 5, total(sums, BLACK) / samples);
  put(out, 6, total(sums, WHITE) / samples);
  put(out, 7, log2of(west / (count * error)));
  put(out, 8, log2of(west / (total(sums, NORTH) + 0.1 * count)));
  put(out, 9, log2of(northWest / (total(sums, NORTH_EAST) + 0.1 * count)));
  put(out, 10, log2of(northWest / west));
  put(out, 11, total(sums, TO_LEFT) / count / power);
  for (let i: i32 = 0; i < 4; i++) {
    const ofClass = load<i64>(sums + CLASSES + ((<usize>i) << 3));
    const members = <f64>(ofClass >> 40);
    const errors = <f64>(ofClass & (ONE_MEMBER - 1));
    put(out, 12 + 2 * i, members / count);
    // A class that has no members counts as one of average errors.
    put(out, 13 + 2 * i, log2of((errors + 4 * error) / (members + 4) + 0.05) - logError);
  }
  for (let before: i32 = 0; before < p; before++) {
    const other = errorPower(all + <usize>before * PLANE_BYTES, count);
    put(
      out,
      PLANE_STATISTICS + before,
      total(sums, BEFORE + ((<usize>before) << 3)) / count / sqrt<f64>(power * other),
    );
  }
  return out + ((<usize>(PLANE_STATISTICS + p)) << 3);
}
