// Photos as data URIs for the pages: some of a folder, evenly spaced by name, or gradients where there is none.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { range } from './random.js';

/** As large as pages show them at a scale of 2, or as they are where they are smaller. */
const LONGEST_SIDE = 1600;

/**
 * @param {string | undefined} folder
 * @param {number} count
 * @param {number} start whole, not negative: how many names later each photo is taken
 * @returns {Promise<string[]>} as many data URIs; photos occur again where the folder holds fewer
 * @throws {Error} for a folder that holds no photo
 */
export async function photoUris(folder, count, start) {
  if (folder === undefined) return range(count).map((i) => gradientUri(i + start));
  const names = readdirSync(folder)
    .filter((name) => /\.(png|webp|tiff?)$/i.test(name))
    .sort();
  if (names.length === 0) throw new Error(`${folder}: there are no PNG, WebP or TIFF files to show`);
  const chosen = range(count).map(
    (i) => names[(Math.floor((i * names.length) / count) + start) % names.length],
  );
  return Promise.all(chosen.map((name) => photoUri(join(folder, name))));
}

/** @param {string} path */
async function photoUri(path) {
  const size = { width: LONGEST_SIDE, height: LONGEST_SIDE };
  const png = await sharp(path)
    .resize({ ...size, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** @param {number} index */
function gradientUri(index) {
  const [from, to] = [index * 47, index * 47 + 70].map((hue) => `hsl(${hue % 360},55%,55%)`);
  const stops = `<stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/>`;
  const gradient = `<linearGradient id="g" x2="1" y2="1">${stops}</linearGradient>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600">${gradient}
    <rect width="900" height="600" fill="url(#g)"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
