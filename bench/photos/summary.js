// The figures of a run as the rows of its table.

import { REFERENCE } from './contestants.js';

/**
 * One row a codec: rates over all samples, speeds in pixels over all time, memory the greater of both directions.
 * `relative` is the size against WebP's, as a share: -0.1 for a tenth less; null without WebP.
 * @param {string[]} names
 * @param {{width: number, height: number, channels: number, results: Record<string, {bytes: number,
 *   encodeSeconds: number, decodeSeconds: number}>}[]} photos
 * @param {Record<string, {encode: number | null, decode: number | null}>} peaks in bytes
 */
export function summarise(names, photos, peaks) {
  const pixels = sum(photos.map(({ width, height }) => width * height));
  const dims = sum(photos.map(({ width, height, channels }) => width * height * channels));
  const total = (
    /** @type {string} */ name,
    /** @type {keyof typeof photos[0]['results'][string]} */ figure,
  ) => sum(photos.map(({ results }) => results[name][figure]));
  const reference = names.includes(REFERENCE) ? total(REFERENCE, 'bytes') : null;
  return names.map((name) => {
    const bytes = total(name, 'bytes');
    const { encode, decode } = peaks[name];
    return {
      name,
      bytes,
      bitsPerDim: (8 * bytes) / dims,
      relative: reference && bytes / reference - 1,
      encodeSpeed: pixels / 1e6 / total(name, 'encodeSeconds'),
      decodeSpeed: pixels / 1e6 / total(name, 'decodeSeconds'),
      peakMemory: encode === null || decode === null ? null : Math.max(encode, decode),
      peaks: peaks[name],
    };
  });
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
