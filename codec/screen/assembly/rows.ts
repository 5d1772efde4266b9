// Rows of pixels, and what is kept of each pixel for those after it.

import { ERROR_BYTES, errorRow, escapeRow, hash7Row, hash11Row, PAD, pixelRow, ScreenJob } from './job';

/** Multiplier of the hashes of pixels in a row: sums of pixels times its powers. */
@inline export const BASE: u32 = 0x2c1b3c6d;

/** BASE to a power. */
@inline
export function baseTo(power: i32): u32 {
  let product: u32 = 1;
  for (let i: i32 = 0; i < power; i++) product *= BASE;
  return product;
}

/** Left of a row lies the pixel above its first one; nothing in it has escaped or been mistaken yet. */
export function openRow(job: ScreenJob, y: i32): void {
  const row = pixelRow(job, y);
  const first = y > 0 ? load<u32>(pixelRow(job, y - 1)) : 0;
  const escapes = escapeRow(job, y);
  const firstEscape = y > 0 ? load<u8>(escapeRow(job, y - 1)) : 0;
  for (let x: i32 = 1; x <= PAD; x++) {
    store<u32>(row - ((<usize>x) << 2), first);
    store<u8>(escapes - <usize>x, firstEscape);
  }
  for (let plane: i32 = 0; plane < 4; plane++) {
    if (plane == 3 ? job.hasAlpha == 0 : plane > 0 && job.hasColour == 0) continue;
    memory.fill(
      errorRow(job, plane, y) - <usize>PAD * ERROR_BYTES,
      0,
      <usize>(job.width + 2 * PAD) * ERROR_BYTES,
    );
  }
}

/** Right of a row lies its last pixel. Hashes what later rows see of it. */
export function closeRow(job: ScreenJob, y: i32): void {
  const width = job.width;
  const row = pixelRow(job, y);
  const end = row + ((<usize>width) << 2);
  const escapes = escapeRow(job, y) + <usize>width;
  for (let x: i32 = 0; x < PAD; x++) {
    store<u32>(end + ((<usize>x) << 2), load<u32>(end - 4));
    store<u8>(escapes + <usize>x, load<u8>(escapes - 1));
  }
  hashRow(row, width, hash7Row(job, y), 3);
  hashRow(row, width, hash11Row(job, y), 5);
}

/** Of each pixel the hash of those up to `reach` away. */
function hashRow(row: usize, width: i32, to: usize, reach: i32): void {
  const highest = baseTo(2 * reach);
  let hash: u32 = 0;
  for (let x = -reach; x < reach; x++) hash = hash * BASE + load<u32>(row + (x << 2));
  for (let x: i32 = 0; x < width; x++) {
    hash = hash * BASE + load<u32>(row + ((x + reach) << 2));
    store<u32>(to + ((<usize>x) << 2), hash);
    hash -= load<u32>(row + ((x - reach) << 2)) * highest;
  }
}
