// The icons as PNG files with alpha: every kind at three of the sizes, with other colours and proportions each time.

import sharp from 'sharp';
import { badge } from './icons/badge.js';
import { arrow, cross, plus } from './icons/button.js';
import { disc, monitor, phone } from './icons/device.js';
import { framed } from './icons/paint.js';
import { chart, documentSheet, envelope, folder } from './icons/paper.js';
import { gear, lock, magnifier } from './icons/tool.js';
import { generator, range } from './random.js';

const SIZES = [16, 22, 32, 48, 64, 128, 256];
const SIZES_A_KIND = 3;
const SEED = 1000;

/** @type {Record<string, import('./icons/paint.js').Drawing>} */
const KINDS = {
  folder,
  document: documentSheet,
  envelope,
  chart,
  arrow,
  plus,
  cross,
  monitor,
  phone,
  disc,
  gear,
  lock,
  magnifier,
  badge,
};

/**
 * @param {number} variation a whole number, not negative: for each, other icons, and each kind at other sizes
 * @returns {Promise<{name: string, png: Uint8Array}[]>}
 */
export async function icons(variation) {
  const wanted = Object.keys(KINDS).flatMap((kind, k) =>
    range(SIZES_A_KIND).map((i) => ({
      kind,
      size: SIZES[(k + 2 * i + variation) % SIZES.length],
      seed: SEED + 10 * k + i,
    })),
  );
  return Promise.all(
    wanted.map(async ({ kind, size, seed }) => {
      const svg = framed(KINDS[kind](generator(seed, variation)), size);
      const png = await sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
      return { name: `${kind}-${size}`, png };
    }),
  );
}

/**
 * An icon of any kind as SVG, to stand in a page.
 * @param {import('./random.js').Random} random
 * @param {number} size in CSS pixels
 * @param {string} [kind]
 */
export function anyIcon(random, size, kind = random.pick(Object.keys(KINDS))) {
  return framed(KINDS[kind](random), size);
}
