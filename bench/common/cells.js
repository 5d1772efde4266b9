// Small images out of files: of an idx file its images, of other files the squares of their grids, from left to right,
// then from top to bottom.

import { readFileSync } from 'node:fs';
import { readImage } from '#dist/src/files/read-image.js';

/** @typedef {import('#dist/library/index.js').Pixels} Pixels */

/**
 * @param {string} file
 * @param {number} cell
 * @returns {Promise<Pixels[]>}
 */
export async function imagesOf(file, cell) {
  const { pixels } = await readImage(new Uint8Array(readFileSync(file)));
  if (!pixels) throw new Error(`${file}: no pixels`);
  const { width, height, channels, images, data } = pixels;
  if (images > 1) {
    const size = width * height * channels;
    return Array.from({ length: images }, (_, image) => ({
      ...pixels,
      images: 1,
      data: data.slice(image * size, (image + 1) * size),
    }));
  }
  const across = Math.floor(width / cell);
  const count = across * Math.floor(height / cell);
  return Array.from({ length: count }, (_, image) => {
    const [x, y] = [(image % across) * cell, Math.floor(image / across) * cell];
    const part = data.slice(0, cell * cell * channels);
    for (let row = 0; row < cell; row++) {
      const from = ((y + row) * width + x) * channels;
      part.set(data.subarray(from, from + cell * channels), row * cell * channels);
    }
    return { ...pixels, width: cell, height: cell, data: part };
  });
}
