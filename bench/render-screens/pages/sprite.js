// Pictures of few large pixels, drawn with hard edges: symmetric figures, and a landscape of tiles.

import { range } from '../random.js';
import { SIXTEEN } from './bevels.js';

/** @typedef {import('../random.js').Random} Random */

/**
 * A figure that is its own mirror image, with an outline, on nothing.
 * @param {Random} random
 * @param {number} cells a side, even
 * @param {number} cell its side in pixels
 */
export function sprite(random, cells, cell) {
  const colours = [
    random.pick(SIXTEEN.slice(1, 7)),
    random.pick(SIXTEEN.slice(8)),
    random.pick(SIXTEEN.slice(8)),
  ];
  const half = cells / 2;
  const filled = range(cells).map((y) =>
    range(half).map((x) => {
      const distance = Math.hypot(x - half + 0.5, y - half + 0.5) / half;
      return random.unit() > distance - 0.25 && distance < 0.85 ? random.pick(colours) : undefined;
    }),
  );
  const at = (/** @type {number} */ x, /** @type {number} */ y) => filled[y]?.[x < half ? x : cells - 1 - x];
  const rects = range(cells * cells).map((i) => {
    const [x, y] = [i % cells, Math.floor(i / cells)];
    const beside = [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)];
    const colour = at(x, y) ?? (beside.some((each) => each) ? '#000000' : undefined);
    return colour ? square(x, y, cell, colour) : '';
  });
  return `<svg width="${cells * cell}" height="${cells * cell}" shape-rendering="crispEdges">${rects.join('')}</svg>`;
}

/**
 * Ground, bricks, water and sky as tiles of 8 by 8 large pixels each.
 * @param {Random} random
 * @param {number} columns of tiles
 * @param {number} rows of tiles
 * @param {number} cell side of a large pixel
 */
export function landscape(random, columns, rows, cell) {
  const tiles = [
    '#00ffff #00ffff',
    '#008000 #00ff00',
    '#800000 #808080',
    '#808000 #ffff00',
    '#000080 #0000ff',
  ].map((pair) => {
    const [ground, dots] = pair.split(' ');
    return range(64).map(() => (random.chance(0.25) ? dots : ground));
  });
  let level = Math.floor(rows / 2);
  const heights = range(columns).map(() => {
    level = Math.min(rows - 2, Math.max(2, level + random.whole(-1, 1)));
    return level;
  });
  const rects = range(columns * rows).flatMap((i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    const depth = y - heights[x];
    const kind = depth < 0 ? (y >= rows - 4 ? 4 : 0) : depth === 0 ? 1 : depth > 2 ? 2 : 3;
    return tiles[kind].map((colour, k) => square(8 * x + (k % 8), 8 * y + Math.floor(k / 8), cell, colour));
  });
  const size = `width="${8 * columns * cell}" height="${8 * rows * cell}"`;
  return `<svg ${size} shape-rendering="crispEdges">${rects.join('')}</svg>`;
}

/** @param {number} x @param {number} y @param {number} cell @param {string} colour */
function square(x, y, cell, colour) {
  return `<path d="M${x * cell} ${y * cell}h${cell}v${cell}h-${cell}z" fill="${colour}"/>`;
}
