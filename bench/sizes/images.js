// Images of one size out of photos: crops of their centres, and above 512 pixels mosaics of such crops. So the sizes
// from 512 on have the same pixels, as far as the photos fill mosaics; what differs is how long a model can learn.

import { relative } from 'node:path';
import { photoPaths, readPhoto } from '../common/photo.js';

/** Side of the largest crop, and of a mosaic's parts. */
export const SIDE = 512;

/**
 * Photos spread evenly over a folder, in order.
 * @param {(line: string) => void} notice told what is left out, and why
 * @returns {Promise<import('../common/photo.js').Photo[]>}
 * @throws {Error} where there is none
 */
export async function photosOfFolder(folder, count, notice) {
  const paths = photoPaths(folder);
  const wanted = Math.min(count, paths.length);
  const photos = [];
  for (let index = 0; index < wanted; index++) {
    const path = paths[Math.floor((index * paths.length) / wanted)];
    const leaveOut = (reason) => notice(`${relative(folder, path)} is left out: ${reason}`);
    const photo = await readPhoto(path).catch((error) => leaveOut(error.message));
    if (!photo) continue;
    if (photo.channels === 3 && Math.min(photo.width, photo.height) >= SIDE) photos.push(photo);
    else leaveOut(`not RGB of at least ${SIDE}x${SIDE}`);
  }
  if (photos.length === 0) throw new Error(`${folder}: no RGB photos of at least ${SIDE}x${SIDE}`);
  return photos;
}

/**
 * All images of that size that the photos are enough for.
 * @param {number} size at most SIDE, or a multiple of it
 * @param {import('../common/photo.js').Photo[]} photos RGB, SIDE or more each way
 */
export function imagesOfSize(size, photos) {
  if (size <= SIDE) return photos.map((photo) => centreOf(photo, size));
  const across = size / SIDE;
  const mosaics = Math.floor(photos.length / across ** 2);
  return Array.from({ length: mosaics }, (_, index) =>
    mosaicOf(photos.slice(index * across ** 2, (index + 1) * across ** 2), across),
  );
}

function centreOf(photo, size) {
  const left = Math.floor((photo.width - size) / 2);
  const top = Math.floor((photo.height - size) / 2);
  const image = blank(size);
  paste(photo, { left, top, size }, image, { left: 0, top: 0 });
  return image;
}

/** The photos' centres, `across` of them in a row, row after row. */
function mosaicOf(photos, across) {
  const image = blank(across * SIDE);
  for (const [index, photo] of photos.entries()) {
    const to = { left: (index % across) * SIDE, top: Math.floor(index / across) * SIDE };
    paste(centreOf(photo, SIDE), { left: 0, top: 0, size: SIDE }, image, to);
  }
  return image;
}

function blank(size) {
  return { width: size, height: size, channels: 3, data: new Uint8Array(3 * size * size) };
}

/** Copies a square. */
function paste(source, { left, top, size }, target, to) {
  for (let y = 0; y < size; y++) {
    const from = 3 * ((top + y) * source.width + left);
    const row = source.data.subarray(from, from + 3 * size);
    target.data.set(row, 3 * ((to.top + y) * target.width + to.left));
  }
}
