// A photo's samples travel between processes as a file. No image library is loaded here: it would count as the codec's.

import { readFileSync, writeFileSync } from 'node:fs';

/** @typedef {{path: string, width: number, height: number, channels: number}} SavedPhoto */

/**
 * Writes the samples; what is returned goes to other processes.
 * @param {import('../common/photo.js').Photo} photo
 * @param {string} path
 * @returns {SavedPhoto}
 */
export function savePhoto({ width, height, channels, data }, path) {
  writeFileSync(path, data);
  return { path, width, height, channels };
}

/**
 * The photo that `savePhoto` told of.
 * @param {SavedPhoto} saved
 * @returns {import('../common/photo.js').Photo}
 */
export function loadPhoto({ path, width, height, channels }) {
  return { width, height, channels, data: readFileSync(path) };
}
