// A photo's samples travel between processes as a file. No image library is loaded here: it would count as the codec's.

import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the samples; what is returned goes to other processes.
 * @param {import('../common/photo.js').Photo} photo
 */
export function savePhoto({ width, height, channels, data }, path) {
  writeFileSync(path, data);
  return { path, width, height, channels };
}

/** The photo that `savePhoto` told of. */
export function loadPhoto({ path, width, height, channels }) {
  return { width, height, channels, data: readFileSync(path) };
}
