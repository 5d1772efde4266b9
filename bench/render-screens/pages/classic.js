// A classic desktop in sixteen colours: windows with bevels, a list of files, a text, a dialog, a task bar.

import { asText } from '../page.js';
import { range } from '../random.js';
import { fileName, sentence, title, word } from '../words.js';
import { BEVELS, bevelledWindow, menu } from './bevels.js';
import { sprite } from './sprite.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function classicPage(random, { sources }) {
  const prose = random.pick(sources.prose).lines.slice(0, 60).map(asText).join('\n');
  const buttons = ['Yes', 'No', 'Cancel'].map((name) => `<b class="up">${name}</b>`).join('');
  const question = `<p>${sprite(random, 16, 2)}${sentence(random)}</p>${buttons}`;
  const windows = [
    bevelledWindow(
      [90, 24, 560, 400],
      title(random, 2),
      menu(['File', 'Edit', 'View', 'Help']) + details(random),
    ),
    bevelledWindow(
      [380, 210, 590, 420],
      fileName(random),
      `${menu(['File', 'Search', 'Help'])}<pre class="down">${prose}</pre>`,
    ),
    bevelledWindow([150, 480, 340, 130], title(random, 1), `<div class="question">${question}</div>`, true),
  ];
  const icons = range(7).map(
    () => `<figure>${sprite(random, 16, 2)}<figcaption>${title(random, 1)}</figcaption></figure>`,
  );
  const style = `
    ${BEVELS} figure{width:76px;height:72px;margin:8px 4px;text-align:center;color:#fff}
    .down{position:absolute;left:5px;right:5px;top:42px;bottom:5px;margin:0;padding:4px;overflow:hidden}
    pre{font:11px/13px "DejaVu Sans Mono"}
    td{padding:0 14px 0 3px;height:17px}
    td svg{vertical-align:middle;margin-right:3px}
    th{text-align:left;font-weight:400;padding:2px 14px 2px 4px}
    .on td{background:#000080;color:#fff}
    .question{padding:12px}
    .question svg{float:left;margin:-4px 12px 0 0}
    .question p{margin:4px 0 24px}
    b{display:inline-block;width:76px;height:22px;margin-left:16px;text-align:center;
      font:11px/22px "DejaVu Sans"}
    .bar{position:absolute;left:0;right:0;bottom:0;height:28px;background:#c0c0c0;box-shadow:inset 0 1px #fff}
    .bar span{float:left;width:150px;height:22px;margin:3px 0 0 4px;padding:4px 7px}
    .bar span:first-child{width:58px;font-weight:bold}
    .bar em{float:right;font-style:normal;padding:8px 10px}`;
  const tasks = ['Start', ...range(3).map(() => title(random, 2))].map(
    (name) => `<span class="up">${name}</span>`,
  );
  const time = `${random.whole(1, 12)}:4${random.whole(0, 9)} PM`;
  const body = `${icons.join('')}${windows.join('')}<div class="bar">${tasks.join('')}<em>${time}</em></div>`;
  return { style, body };
}

/** @param {Random} random */
function details(random) {
  const rows = range(19).map((i) => {
    const size = `${random.whole(1, 999)} KB`;
    const cells = [
      `${sprite(random, 14, 1)}${fileName(random)}`,
      size,
      `${word(random)} file`,
      `${random.whole(1, 12)}/${random.whole(1, 28)}/96`,
    ];
    return `<tr${i === 5 ? ' class="on"' : ''}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['Name', 'Size', 'Type', 'Modified'].map((name) => `<th class="up">${name}</th>`);
  return `<div class="down"><table><tr>${head.join('')}</tr>${rows.join('')}</table></div>`;
}
