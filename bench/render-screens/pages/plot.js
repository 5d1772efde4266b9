// Four plots of a paper on white: noisy lines with a legend, a scatter with a fit, a histogram, a field of colours.

import { range } from '../random.js';
import { straightPath } from '../svg.js';
import { sentence, title, word } from '../words.js';

/** @typedef {import('../random.js').Random} Random */

const COLOURS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd'];
/** Of a plot, its axes and labels included; of the part inside of the axes. */
const [WIDTH, HEIGHT] = [496, 350];
const [LEFT, TOP, RIGHT, BOTTOM] = [56, 30, 480, 306];

/** @type {import('../page.js').Page} */
export function plotPage(random) {
  const plots = [lines, scatter, histogram, field].map((marks) => axes(random, marks(random)));
  const style = `
    #view{background:#fff;padding:10px 16px;line-height:0}
    svg{overflow:hidden}
    text{font:11px "DejaVu Sans"}
    p{margin:4px 20px;font:13px/19px "DejaVu Serif"}`;
  const caption = `<p><b>Figure ${random.whole(2, 9)}.</b> ${sentence(random)} ${sentence(random)}</p>`;
  return { style, body: plots.join('') + caption };
}

/** @param {Random} random @param {string} marks */
function axes(random, marks) {
  const ticks = range(6).map((i) => {
    const [x, y] = [LEFT + (i * (RIGHT - LEFT)) / 5, TOP + (i * (BOTTOM - TOP)) / 5];
    return `<path d="M${x} ${TOP}V${BOTTOM + 4}M${LEFT - 4} ${y}H${RIGHT}" stroke="#b0b0b0"
      stroke-width=".8" stroke-dasharray="3 2"/>
      <text x="${x}" y="${BOTTOM + 17}" text-anchor="middle">${(0.2 * i).toFixed(1)}</text>
      <text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${100 - 20 * i}</text>`;
  });
  const middle = (TOP + BOTTOM) / 2;
  return `<svg width="${WIDTH}" height="${HEIGHT}">${ticks.join('')}${marks}
    <rect x="${LEFT}" y="${TOP}" width="${RIGHT - LEFT}" height="${BOTTOM - TOP}" fill="none" stroke="#000"/>
    <text x="${(LEFT + RIGHT) / 2}" y="20" text-anchor="middle" style="font-size:14px">${title(random, 3)}</text>
    <text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 35}" text-anchor="middle">${word(random)}</text>
    <text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle">${word(random)}</text></svg>`;
}

/** @param {Random} random */
function lines(random) {
  const curves = COLOURS.map((colour, k) => {
    const [decay, noise] = [random.real(0.005, 0.03), random.real(1, 6)];
    const points = range(212).map(
      (i) =>
        /** @type {[number, number]} */ ([
          LEFT + 2 * i,
          BOTTOM - 20 - 30 * k - 110 * Math.exp(-decay * i) + noise * random.normal(),
        ]),
    );
    return `<path d="${straightPath(points)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const legend = COLOURS.map((colour, k) => {
    const y = TOP + 18 + 16 * k;
    return `<path d="M374 ${y - 4}h24" stroke="${colour}" stroke-width="1.5"/><text x="404" y="${y}">
      ${word(random)}</text>`;
  });
  return `${curves.join('')}<rect x="366" y="${TOP + 5}" width="108" height="86" rx="3" fill="#fffc"
      stroke="#ccc"/>${legend.join('')}`;
}

/** @param {Random} random */
function scatter(random) {
  const dots = range(320).map(() => {
    const x = random.real(LEFT + 6, RIGHT - 6);
    const y = 250 - 0.4 * (x - LEFT) + 22 * random.normal();
    const colour = random.pick(COLOURS.slice(0, 3));
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.2" fill="${colour}" opacity=".6"/>`;
  });
  return `${dots.join('')}<path d="M${LEFT} 250L${RIGHT} 80" stroke="#000" stroke-width="1.5"
      stroke-dasharray="7 4"/>`;
}

/** @param {Random} random */
function histogram(random) {
  const counts = new Array(40).fill(0);
  for (const _ of range(3000)) counts[Math.min(39, Math.max(0, Math.floor(20 + 6 * random.normal())))]++;
  const width = (RIGHT - LEFT) / counts.length;
  const bars = counts.map((count, i) => {
    const place = `x="${(LEFT + i * width).toFixed(2)}" y="${BOTTOM - count}" width="${width}" height="${count}"`;
    return `<rect ${place} fill="${COLOURS[0]}" stroke="#fff" stroke-width=".6"/>`;
  });
  return bars.join('');
}

/** @param {Random} random */
function field(random) {
  const waves = range(4).map(() => range(3).map(() => random.real(0.1, 0.5)));
  const [columns, rows, side] = [53, 34, 8];
  const cells = range(columns * rows).map((i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    const value = waves.reduce((sum, [a, b, c]) => sum + Math.sin(a * x + b * y + 20 * c), 0) / 8 + 0.5;
    const colour = `hsl(${Math.round(260 - 210 * value)},75%,${Math.round(25 + 45 * value)}%)`;
    return `<path d="M${LEFT + side * x} ${TOP + side * y + 2}h${side}v${side}h-${side}z" fill="${colour}"/>`;
  });
  return `<g shape-rendering="crispEdges">${cells.join('')}</g>`;
}
