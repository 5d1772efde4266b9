// A spreadsheet: a bar of tools, a line for formulas, a grid of numbers and dates with some coloured cells, tabs below.

import { anyIcon } from '../icons.js';
import { range } from '../random.js';
import { person, title } from '../words.js';

const COLUMNS = 18;

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function spreadsheetPage(random, { height }) {
  const columns = range(COLUMNS).map(() => column(random));
  const rows = range(Math.floor((height - 140) / 20)).map((i) => {
    const cells = columns.map(({ cell }) => (i === 0 || i > 26 ? ['', ''] : cell(i)));
    const html = cells.map(([text, look], k) => {
      const selected = i === 7 && k === 2 ? ' class="selected"' : '';
      return `<td${selected} style="${look}">${text}</td>`;
    });
    if (i === 0)
      return `<tr class="head"><th>1</th>${columns.map(({ name }) => `<td>${name}</td>`).join('')}</tr>`;
    return `<tr><th>${i + 1}</th>${html.join('')}</tr>`;
  });
  const letters = columns.map(
    ({ width }, i) => `<th style="width:${width}px">${String.fromCharCode(65 + i)}</th>`,
  );
  const tools = range(22).map(() => `<span>${anyIcon(random, 18)}</span>`);
  const style = `
    #view{background:#fff;font:12px "DejaVu Sans";color:#111}
    .menu{height:26px;background:#f0f0f0;line-height:26px}
    .menu span{margin-left:14px}
    .tools{height:34px;background:#f0f0f0;border-bottom:1px solid #ccc;padding:6px 8px}
    .tools span{margin-right:9px}
    .formula{height:28px;line-height:28px;border-bottom:1px solid #bbb;padding-left:10px}
    table{table-layout:fixed;width:2000px}
    td,th{height:20px;padding:0 4px;border:1px solid #d8d8d8;overflow:hidden;white-space:nowrap}
    th{background:#efefef;border-color:#bdbdbd;font-weight:400}
    th:first-child{width:38px}
    .head td{background:#2f6f4f;color:#fff;font-weight:bold}
    .selected{outline:2px solid #1a73e8;outline-offset:-1px}
    .sheets{position:absolute;bottom:0;left:0;right:0;height:28px;background:#e6e6e6;border-top:1px solid #aaa}
    .sheets span{display:inline-block;padding:0 18px;line-height:27px;border-right:1px solid #aaa}
    .sheets span:nth-child(2){background:#fff;color:#1a6b3c}`;
  const sheets = range(4).map(() => `<span>${title(random, 1)}</span>`);
  const menu = ['File', 'Edit', 'View', 'Insert', 'Format', 'Data', 'Tools', 'Window', 'Help'];
  const formula = 'C8 &nbsp; <i>fx</i> &nbsp; =SUM(C2:C7)/COUNT(D2:D7)';
  const body = `<div class="menu">${menu.map((name) => `<span>${name}</span>`).join('')}</div>
    <div class="tools">${tools.join('')}</div><div class="formula">${formula}</div>
    <table><tr><th></th>${letters.join('')}</tr>${rows.join('')}</table>
    <div class="sheets">${sheets.join('')}</div>`;
  return { style, body };
}

/**
 * A column's name, its width in pixels, and what stands in each of its rows and how.
 * @param {Random} random
 * @returns {{name: string, width: number, cell: (row: number) => [text: string, look: string]}}
 */
function column(random) {
  const name = title(random, 1);
  const right = 'text-align:right';
  const [scale, digits] = [10 ** random.whole(1, 5), random.whole(0, 2)];
  /** @type {Pick<ReturnType<typeof column>, 'width' | 'cell'>[]} */
  const kinds = [
    { width: 140, cell: () => [person(random), ''] },
    { width: 84, cell: (row) => [`2021-${two((row % 12) + 1)}-${two(random.whole(1, 28))}`, right] },
    {
      width: 76,
      cell: () => [`${random.whole(0, 100)} %`, `${right};background:${random.pick(['#fff', '#ffeb9c'])}`],
    },
    {
      width: 60,
      cell: () => (random.chance(0.7) ? ['yes', 'color:#060'] : ['no', 'color:#9c0006;background:#ffc7ce']),
    },
  ];
  /** @type {typeof kinds[0]} */
  const number = { width: 92, cell: () => [(random.unit() ** 2 * scale).toFixed(digits), right] };
  return { name, ...random.pick([...kinds, number, number, number]) };
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, '0');
}
