// Photos of a folder as the codecs get them: 8-bit samples without metadata.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImage } from '#dist/src/files/read-image.js';

/** Files that may hold a photo that was not coded with loss. */
const IMAGE_NAME = /\.(png|webp|tiff?)$/i;
/** Longest side that WebP can hold. */
const MAX_SIDE = 16383;
const WARM_UP_ROWS = 64;

/**
 * Paths in a folder and those in it, sorted.
 * @param {string} folder
 */
export function photoPaths(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => IMAGE_NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * @typedef {{width: number, height: number, channels: number, data: Uint8Array}} Photo grey or RGB, row by row
 * @param {string} path of an image file
 * @returns {Promise<Photo>}
 * @throws {Error} for what is no photo that every codec takes
 */
export async function readPhoto(path) {
  const { pixels, keepReason } = await readImage(readFileSync(path));
  if (!pixels || keepReason) throw new Error(keepReason?.text ?? 'no pixels');
  const { width, height, channels, images, data } = pixels;
  if (images !== 1 || !(data instanceof Uint8Array) || channels % 2 === 0)
    throw new Error('not 8-bit RGB or grey');
  if (Math.max(width, height) > MAX_SIDE) throw new Error('WebP does not hold it');
  return { width, height, channels, data };
}

/**
 * Its luma by ITU-R BT.601, .299 R + .587 G + .114 B, rounded; a grey photo as it is.
 * @param {Photo} photo
 * @returns {Photo}
 */
export function greyOf(photo) {
  const { width, height, channels, data } = photo;
  if (channels === 1) return photo;
  const luma = (/** @type {unknown} */ _, /** @type {number} */ i) =>
    Math.round(0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]);
  return { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, luma) };
}

/**
 * Its first rows: what the codecs code once before the clock runs.
 * @param {Photo} photo
 * @returns {Photo}
 */
export function warmUpPart({ width, height, channels, data }) {
  const rows = Math.min(height, WARM_UP_ROWS);
  return { width, height: rows, channels, data: data.subarray(0, width * rows * channels) };
}
