// An article with headings, links, a table, a quotation and a figure beside a list of contents; serif or sans serif.

import { range } from '../random.js';
import { paragraph, person, sentence, title, word } from '../words.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function articlePage(random, { width, photo }) {
  const serif = random.chance(0.5);
  const contents = range(9).map(() => `<li><a>${title(random, random.whole(1, 3))}</a></li>`);
  const style = `
    #view{background:#fff;color:#222;font:15px/1.5 "DejaVu ${serif ? 'Serif' : 'Sans'}"}
    header{height:48px;background:#f6f7f9;border-bottom:1px solid #d5d9de;display:flex;align-items:center;
      padding:0 20px}
    header b{margin-right:28px;font-size:18px}
    header a{margin-right:18px;font:13px "DejaVu Sans"}
    header input{margin-left:auto;width:190px;height:26px;border:1px solid #a2a9b1;border-radius:3px;
      padding:0 8px}
    a{color:#0645ad}
    nav{position:absolute;top:64px;left:20px;width:170px;font:12px/1.9 "DejaVu Sans"}
    nav ul{padding-left:16px}
    article{position:absolute;top:56px;left:210px;width:${width - 240}px}
    h1{font-size:29px;margin:6px 0;font-weight:400;border-bottom:1px solid #a2a9b1}
    h2{font-size:21px;margin:14px 0 4px}
    p{margin:7px 0}
    small{color:#666}
    figure{float:right;margin:4px 0 8px 18px;padding:4px;border:1px solid #c8ccd1;background:#f8f9fa;width:248px}
    figure img{width:238px;height:160px;object-fit:cover}
    figcaption{font-size:12px}
    table{font:12px "DejaVu Sans";margin:10px 0}
    td,th{border:1px solid #a2a9b1;padding:3px 9px}
    th{background:#eaecf0}
    tr:nth-child(odd) td{background:#f8f9fa}
    td:nth-child(n+2){text-align:right}
    code{font-size:13px;background:#eef}
    blockquote{margin:8px 0;padding:2px 14px;border-left:4px solid #ccd;color:#555;font-style:italic}`;
  const figure = `<figure><img src="${photo}"><figcaption>${sentence(random)}</figcaption></figure>`;
  const body = `<header><b>${title(random, 2)}</b>${range(4)
    .map(() => `<a>${word(random)}</a>`)
    .join('')}<input placeholder="Search"></header><nav><b>Contents</b><ul>${contents.join('')}</ul></nav>
    <article><h1>${title(random, 3)}</h1><small>By ${person(random)}, ${random.whole(1, 30)} May 2019</small>${figure}
    ${linked(random, 4)}${linked(random, 3)}<h2>${title(random, 2)}</h2>${table(random)}
    <blockquote>${paragraph(random, 2)}</blockquote>${linked(random, 5)}
    <h2>${title(random, 3)}</h2>${linked(random, 6)}${linked(random, 6)}</article>`;
  return { style, body };
}

/** @param {Random} random @param {number} sentences */
function linked(random, sentences) {
  const words = paragraph(random, sentences).split(' ');
  const html = words.map((each) => {
    if (random.chance(0.07)) return `<a>${each}</a>`;
    if (random.chance(0.015)) return `<b>${each}</b>`;
    return random.chance(0.015) ? `<code>${each}</code>` : each;
  });
  return `<p>${html.join(' ')}</p>`;
}

/** @param {Random} random */
function table(random) {
  const head = range(5).map(() => `<th>${title(random, 1)}</th>`);
  const rows = range(6).map(() => {
    const numbers = range(4).map(() => `<td>${(1000 * random.unit() ** 3).toFixed(random.whole(0, 2))}</td>`);
    return `<tr><td>${title(random, 2)}</td>${numbers.join('')}</tr>`;
  });
  return `<table><tr>${head.join('')}</tr>${rows.join('')}</table>`;
}
