// A dashboard: a bar with a gradient, cards with shadows, curves with areas below, bars, a ring, a table of states.

import { range } from '../random.js';
import { smoothPath, straightPath } from '../svg.js';
import { person, title, word } from '../words.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function dashboardPage(random, { height }) {
  const hue = random.whole(180, 340);
  const style = `
    #view{background:#f3f5fa;color:#27303f;font:13px "DejaVu Sans"}
    aside{position:absolute;top:0;bottom:0;left:0;width:200px;
      background:linear-gradient(165deg,hsl(${hue},55%,32%),hsl(${hue + 50},60%,20%));color:#dde3f5;padding:18px}
    aside h2{font-size:19px;margin:0 0 22px;color:#fff}
    aside p{margin:0 -8px;padding:9px 12px;border-radius:7px}
    aside p:nth-of-type(2){background:#ffffff2b;color:#fff}
    main{position:absolute;left:200px;top:0;right:0;padding:18px;display:grid;gap:18px;
      grid-template-columns:repeat(12,minmax(0,1fr))}
    section{background:#fff;border-radius:11px;box-shadow:0 4px 18px #2034601f,0 1px 3px #20346022;
      padding:14px 16px;overflow:hidden}
    h4{margin:0 0 7px;font-size:13px;color:#6b7688;font-weight:400}
    .key{grid-column:span 3;height:96px;white-space:nowrap}
    .wide{grid-column:span 8}
    .narrow{grid-column:span 4}
    .key b{font-size:22px}
    .up{color:#159957;margin-left:8px}
    .down{color:#d43d51;margin-left:8px}
    td,th{padding:6px 12px 6px 0;text-align:left;border-bottom:1px solid #edf0f5}
    th{color:#8390a3;font-weight:400}
    td span{padding:2px 9px;border-radius:9px;font-size:11px;color:#fff}
    text{font:10px "DejaVu Sans";fill:#8390a3}`;
  const menu = range(9).map(() => `<p>▪ &nbsp;${title(random, random.whole(1, 2))}</p>`);
  const keys = range(4).map(() => key(random));
  const chart = `width="100%" height="${Math.floor(height * 0.32)}"`;
  const body = `<aside><h2>◆ ${title(random, 1)}</h2>${menu.join('')}</aside><main>${keys.join('')}
    <section class="wide"><h4>${title(random, 3)}</h4><svg ${chart}
    viewBox="0 0 640 260" preserveAspectRatio="none">
    ${curves(random, hue)}</svg></section><section class="narrow"><h4>${title(random, 2)}</h4>
      ${ring(random)}</section>
    <section class="wide"><h4>${title(random, 2)}</h4>${states(random)}</section>
    <section class="narrow"><h4>${title(random, 2)}</h4>${bars(random, hue)}</section></main>`;
  return { style, body };
}

/** @param {Random} random */
function key(random) {
  const change = random.real(-9, 12);
  const arrow =
    change < 0
      ? `<span class="down">▼ ${(-change).toFixed(1)} %</span>`
      : `<span class="up">▲ ${change.toFixed(1)} %</span>`;
  const figure = Math.floor(10 ** random.real(2, 5)).toLocaleString('en');
  return `<section class="key"><h4>${title(random, 2)}</h4><b>${figure}</b>${arrow}</section>`;
}

/** @param {Random} random @param {number} hue */
function curves(random, hue) {
  const grid = range(6).map((i) => {
    const y = 20.5 + 42 * i;
    return `<path d="M34 ${y}H632" stroke="#e6eaf1"/><text x="26" y="${y + 4}" text-anchor="end">
      ${50 - 10 * i}k</text>`;
  });
  const series = range(2).map((i) => {
    const points = range(14).map(
      (k) => /** @type {[number, number]} */ ([34 + 46 * k, random.real(40 + 50 * i, 150 + 50 * i)]),
    );
    const [path, colour] = [smoothPath(points), `hsl(${hue + 80 * i},70%,55%)`];
    return `<linearGradient id="c${i}" x2="0" y2="1"><stop stop-color="${colour}" stop-opacity=".45"/>
      <stop offset="1" stop-color="${colour}" stop-opacity="0"/></linearGradient>
      <path d="${path}V230H34Z" fill="url(#c${i})"/><path d="${path}" fill="none"
      stroke="${colour}" stroke-width="2.5"/>`;
  });
  const months = range(12).map((i) => `<text x="${50 + 50 * i}" y="250">${word(random).slice(0, 3)}</text>`);
  return grid.join('') + series.join('') + months.join('');
}

/** @param {Random} random */
function ring(random) {
  const [hue, shares] = [random.whole(0, 359), range(5).map(() => random.real(0.5, 2))];
  const total = shares.reduce((sum, share) => sum + share);
  let start = 0;
  const arcs = shares.map((share, i) => {
    const percent = (100 * share) / total;
    const dash = `stroke-dasharray="${(percent - 0.6).toFixed(2)} 100" stroke-dashoffset="${(-start).toFixed(2)}"`;
    start += percent;
    const colour = `hsl(${hue + 58 * i},65%,58%)`;
    const legend = `<rect x="200" y="${38 + 28 * i}" width="11" height="11" rx="2" fill="${colour}"/>
      <text x="219" y="${48 + 28 * i}">${title(random, 1)} ${percent.toFixed(0)} %</text>`;
    return `<circle cx="95" cy="105" r="66" fill="none" stroke="${colour}"
      stroke-width="28" pathLength="100" ${dash}/>${legend}`;
  });
  return `<svg width="100%" height="210" viewBox="0 0 320 210">${arcs.join('')}</svg>`;
}

/** @param {Random} random @param {number} hue */
function bars(random, hue) {
  const columns = range(16).map((i) => {
    const [low, high] = [random.whole(20, 90), random.whole(15, 90)];
    return `<path d="M${8 + 19 * i} ${190 - low}h11v${low}h-11z" fill="hsl(${hue},60%,48%)"/>
      <path d="M${8 + 19 * i} ${190 - low - high}h11v${high}h-11z" fill="hsl(${hue},60%,75%)"/>`;
  });
  return `<svg width="100%" height="240" viewBox="0 0 320 200">${columns.join('')}<path d="${straightPath([
    [0, 190.5],
    [320, 190.5],
  ])}" stroke="#aab3c2"/></svg>`;
}

/** @param {Random} random */
function states(random) {
  const rows = range(9).map(() => {
    const [state, colour] = random.pick([
      ['done', '#27a567'],
      ['open', '#3c7ee8'],
      ['late', '#d9485a'],
    ]);
    const cells = [
      `#${random.whole(1000, 9999)}`,
      person(random),
      title(random, 2),
      `${random.real(5, 900).toFixed(2)} €`,
    ];
    const data = [...cells, `<span style="background:${colour}">${state}</span>`];
    return `<tr>${data.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table style="width:100%"><tr><th>No</th><th>Customer</th><th>Item</th><th>Sum</th><th>State</th>
      </tr>${rows.join('')}</table>`;
}
