// A map: water, woods and blocks of houses as polygons, a net of roads with casings, a river, names along and beside.

import { range } from '../random.js';
import { smoothPath, straightPath } from '../svg.js';
import { title } from '../words.js';

/** @typedef {import('../random.js').Random} Random @typedef {import('../svg.js').Point} Point */

const BLOCK = 92;

/** @type {import('../page.js').Page} */
export function mapPage(random, { width, height }) {
  const [columns, rows] = [Math.ceil(width / BLOCK) + 2, Math.ceil(height / BLOCK) + 2];
  /** @type {Point[][]} */
  const corners = range(rows).map((row) =>
    range(columns).map((column) => [
      (column - 0.5) * BLOCK + random.real(-24, 24) + 14 * Math.sin(row),
      (row - 0.5) * BLOCK + random.real(-24, 24) + 14 * Math.sin(column / 2),
    ]),
  );
  const blocks = range((rows - 1) * (columns - 1)).map((i) => {
    const [row, column] = [Math.floor(i / (columns - 1)), i % (columns - 1)];
    const outline = [
      corners[row][column],
      corners[row][column + 1],
      corners[row + 1][column + 1],
      corners[row + 1][column],
    ];
    return block(random, outline);
  });
  const streets = [
    ...corners.map((row, i) => ({ points: row, major: i % 4 === 1 })),
    ...range(columns).map((i) => ({ points: corners.map((row) => row[i]), major: i % 5 === 2 })),
  ].sort((a, b) => Number(a.major) - Number(b.major));
  const river = smoothPath(range(9).map((i) => [(i * width) / 8, height * 0.62 + random.real(-60, 60)]));
  const style = `
    svg{display:block;font-family:"DejaVu Sans"}
    .box{position:absolute;left:14px;top:14px;width:300px;height:40px;background:#fff;border-radius:4px;
      box-shadow:0 1px 5px #0006;padding:12px 14px;color:#888}
    .zoom{position:absolute;right:14px;bottom:40px;width:32px;background:#fff;border:1px solid #999;
      border-radius:4px;text-align:center;font:20px/31px "DejaVu Sans"}
    .credit{position:absolute;right:0;bottom:0;background:#fffb;font-size:11px;padding:2px 6px}`;
  const svg = `<svg width="${width}" height="${height}"><rect width="100%" height="100%" fill="#f2efe9"/>
      ${blocks.join('')}
    ${streets.map(casing).join('')}<path d="${river}" fill="none" stroke="#aad3df" stroke-width="34"/>
    ${streets.map(surface).join('')}${range(26)
      .map((i) => label(random, streets[i % streets.length], i))
      .join('')}
    ${range(40)
      .map(() => place(random, width, height))
      .join('')}</svg>`;
  const body = `${svg}<div class="box">Search this map</div><div class="zoom">+<br>−</div>
      <div class="credit">© ${title(random, 2)}</div>`;
  return { style, body };
}

/** @param {Random} random @param {Point[]} outline */
function block(random, outline) {
  const kind = random.unit();
  if (kind < 0.12) return `<path d="${straightPath(outline)}Z" fill="#add19e"/>`;
  if (kind < 0.2) return `<path d="${straightPath(outline)}Z" fill="#c8facc" stroke="#9dd7a3"/>`;
  if (kind < 0.25) return `<path d="${straightPath(outline)}Z" fill="#aad3df"/>`;
  const ground = random.pick(['#e0dfdf', '#f2dad9', '#ebdbe8', '#f2efe9', '#f2efe9']);
  const [[left, top]] = outline;
  const houses = range(random.whole(5, 14)).map(() => {
    const [x, y] = [left + random.whole(14, BLOCK - 26), top + random.whole(14, BLOCK - 26)];
    const [w, h, turn] = [random.whole(7, 20), random.whole(7, 16), random.pick([0, 0, 12, -9, 30])];
    const wing = random.chance(0.4) ? `h${-w / 2}v${-h / 3}h${-w / 2}` : `h${-w}`;
    const turned = `transform="rotate(${turn} ${x} ${y})"`;
    const walls = `M${x} ${y}h${w}v${h}${wing}z`;
    return `<path ${turned} d="${walls}" fill="#d9d0c9" stroke="#b8aea5" stroke-width=".8"/>`;
  });
  return `<path d="${straightPath(outline)}Z" fill="${ground}"/>${houses.join('')}`;
}

/** @typedef {{points: Point[], major: boolean}} Street */

/** @param {Street} street */
function casing({ points, major }) {
  const [colour, width] = major ? ['#c77d2b', 15] : ['#bbb', 9];
  return line(points, colour, width);
}

/** @param {Street} street */
function surface({ points, major }) {
  const [colour, width] = major ? ['#fcd6a4', 12.5] : ['#fff', 7];
  return line(points, colour, width);
}

/** @param {Point[]} points @param {string} colour @param {number} width */
function line(points, colour, width) {
  const look = `stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"`;
  return `<path d="${straightPath(points)}" fill="none" ${look}/>`;
}

/** @param {Random} random @param {Street} street @param {number} index */
function label(random, { points }, index) {
  const look = 'font-size="10" fill="#333" dominant-baseline="central"';
  return `<path id="s${index}" d="${straightPath(points)}" fill="none"/><text ${look}><textPath href="#s${index}"
    startOffset="${random.whole(12, 70)}%">${title(random, 1)} Street</textPath></text>`;
}

/** @param {Random} random @param {number} width @param {number} height */
function place(random, width, height) {
  const [x, y] = [random.whole(0, width), random.whole(0, height)];
  const colour = random.pick(['#734a08', '#0092da', '#ac39ac', '#666']);
  const halo = 'stroke="#fff" stroke-width="2.5" paint-order="stroke"';
  return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}" stroke="#fff"/>
    <text x="${x}" y="${y + 16}" font-size="10" text-anchor="middle" fill="${colour}" ${halo}>
      ${title(random, 2)}</text>`;
}
