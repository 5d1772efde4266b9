// Corrections of a network's outputs, which learn faster than its weights where these cannot follow: for the columns
// around a sample, for the level that is expected, for those of W and N, and for the texture around. A correction is 12
// numbers that are added to the outputs and learnt by steps down the gradient; those of columns are forgotten slowly.

import { integerOf } from '../../../network/assembly/math';
import { Rows } from '../../context/assembly/rows';

/** Columns that share a correction: 2^5. */
@inline export const COLUMNS_LOG: i32 = 5;
@inline const LEVELS_LOG: i32 = 3;
@inline export const LEVELS: i32 = 256 >> LEVELS_LOG;
/** Levels of W and N count by sixteens. */
@inline const SIDES_LOG: i32 = 4;
@inline export const SIDES: i32 = 256;
@inline const SCALES: i32 = 8;
@inline export const TEXTURES: i32 = SCALES * 16;
@inline const BYTES: usize = 48;

/** Steps for means and scales, times a sample's share of a batch's gradient: of columns, then of the others. */
@inline const COLUMNS_RATE: f32 = 0.15;
@inline const OTHERS_RATE: f32 = 0.03;
/** How much larger those for logits are. */
@inline const LOGITS: f32 = 20;
/** What is left of columns' corrections from one sample to the next. */
@inline const COLUMNS_LEFT: f32 = 0.998;

@unmanaged
export class Corrections {
  /** f32 each: [columns / 32][12], [32][12], [256][12], [128][12]. */
  columns: usize;
  levels: usize;
  sides: usize;
  textures: usize;
  /** Of the next sample. */
  ofColumn: usize;
  ofLevel: usize;
  ofSides: usize;
  ofTexture: usize;
  /** f32 [12]: their sum. */
  sum: usize;
}

/** Forgets all samples of images so wide. */
export function clearCorrections(corrections: Corrections, width: i32): void {
  memory.fill(corrections.columns, 0, (<usize>((width - 1) >> COLUMNS_LOG) + 1) * BYTES);
  memory.fill(corrections.levels, 0, <usize>LEVELS * BYTES);
  memory.fill(corrections.sides, 0, <usize>SIDES * BYTES);
  memory.fill(corrections.textures, 0, <usize>TEXTURES * BYTES);
}

/** A texture: how large errors are nearby, and which of W, N, NW, NE are above the centre. */
@inline
function textureOf(neighbours: v128, centre: f32, scale: f32): i32 {
  const above = i32x4.bitmask(f32x4.gt(neighbours, f32x4.splat(centre)));
  const s = f32x4.splat(scale);
  const fine = i32x4.bitmask(f32x4.gt(s, f32x4(0.7, 1.2, 2, 3.5)));
  const coarse = i32x4.bitmask(f32x4.gt(s, f32x4(6, 10, 17, Infinity)));
  return (popcnt(fine | (coarse << 4)) << 4) | above;
}

/**
 * Finds the corrections of sample x and leaves their sum. `rows` lie at its offset o; the centre is within 0..255.
 */
@inline
export function correct(
  corrections: Corrections,
  x: i32,
  rows: Rows,
  o: usize,
  centre: f32,
  scale: f32,
): void {
  const row0 = rows.samples0 + o;
  const row1 = rows.samples1 + o;
  const w = load<f32>(row0 - 4);
  const n = load<f32>(row1);
  const index = textureOf(f32x4(w, n, load<f32>(row1 - 4), load<f32>(row1 + 4)), centre, scale);
  const pair = (((integerOf(w) >> SIDES_LOG) << SIDES_LOG) | (integerOf(n) >> SIDES_LOG)) & (SIDES - 1);
  const column = corrections.columns + <usize>(x >> COLUMNS_LOG) * BYTES;
  const level = corrections.levels + <usize>((integerOf(centre) >> LEVELS_LOG) & (LEVELS - 1)) * BYTES;
  const sides = corrections.sides + <usize>pair * BYTES;
  const texture = corrections.textures + <usize>index * BYTES;
  corrections.ofColumn = column;
  corrections.ofLevel = level;
  corrections.ofSides = sides;
  corrections.ofTexture = texture;
  const sum = corrections.sum;
  addFour(sum, column, level, sides, texture);
  addFour(sum + 16, column + 16, level + 16, sides + 16, texture + 16);
  addFour(sum + 32, column + 32, level + 32, sides + 32, texture + 32);
}

@inline
function addFour(sum: usize, a: usize, b: usize, c: usize, d: usize): void {
  const ab = f32x4.add(v128.load(a), v128.load(b));
  v128.store(sum, f32x4.add(ab, f32x4.add(v128.load(c), v128.load(d))));
}

/** Learns from the sample that was corrected last: the limited gradients of its share of the batch. */
@inline
export function learnCorrections(corrections: Corrections, gradients: usize): void {
  learnFour(corrections, 0, v128.load(gradients), 1);
  learnFour(corrections, 16, v128.load(gradients, 16), 1);
  learnFour(corrections, 32, v128.load(gradients, 32), LOGITS);
}

@inline
function learnFour(corrections: Corrections, i: usize, gradients: v128, factor: f32): void {
  const column = corrections.ofColumn + i;
  const level = corrections.ofLevel + i;
  const sides = corrections.ofSides + i;
  const texture = corrections.ofTexture + i;
  const left = f32x4.mul(v128.load(column), f32x4.splat(COLUMNS_LEFT));
  v128.store(column, f32x4.sub(left, f32x4.mul(gradients, f32x4.splat(COLUMNS_RATE * factor))));
  const step = f32x4.mul(gradients, f32x4.splat(OTHERS_RATE * factor));
  v128.store(level, f32x4.sub(v128.load(level), step));
  v128.store(sides, f32x4.sub(v128.load(sides), step));
  v128.store(texture, f32x4.sub(v128.load(texture), step));
}
