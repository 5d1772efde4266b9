// A dark code editor: tabs, a tree of files, one of the project's sources with line numbers, a map of it, a status bar.

import { highlighted } from '../code.js';
import { range } from '../random.js';
import { fileName, word } from '../words.js';

const LINE = 18;

/** @type {import('../page.js').Page} */
export function editorPage(random, { width, height, sources }) {
  const source = random.pick(sources.code);
  const tabs = [source, ...range(3).map(() => random.pick(sources.code))].map(
    ({ name }) => `<span>${name}</span>`,
  );
  const tree = range(Math.ceil(height / 22)).map((i) => {
    const isFolder = random.chance(0.25);
    const indent = 10 + 12 * (i % 7 < 3 ? 1 : 2);
    const name = isFolder ? `▸ ${word(random)}` : fileName(random);
    const changed = random.chance(0.15) ? ' class="changed"' : '';
    return `<div${changed} style="padding-left:${indent}px">${name}</div>`;
  });
  const visible = Math.ceil(height / LINE);
  const top = random.whole(0, Math.max(0, source.lines.length - visible));
  const current = top + random.whole(5, visible - 10);
  const rows = source.lines.slice(top, top + visible).map((line, i) => {
    const number = top + i + 1;
    return `<div${number === current ? ' class="current"' : ''}><u>${number}</u>${highlighted(line)}</div>`;
  });
  const style = `
    #view{background:#1e1f26;color:#d4d4d4}
    aside{position:absolute;top:0;left:0;bottom:24px;width:190px;background:#181920;font-size:12px;
      line-height:22px;border-right:1px solid #2c2e38;overflow:hidden;white-space:nowrap;color:#b4b7c0}
    .changed{color:#e2c08d}
    h4{margin:6px 12px;font-size:11px;font-weight:400;letter-spacing:1px}
    .tabs{position:absolute;left:190px;right:0;top:0;height:34px;background:#181920;font-size:12px;
      overflow:hidden}
    .tabs span{display:inline-block;line-height:34px;padding:0 16px;border-right:1px solid #2c2e38;color:#8d909a}
    .tabs span:first-child{background:#1e1f26;color:#fff;border-top:2px solid #4f8ef7}
    pre{position:absolute;left:190px;top:38px;margin:0;right:${width > 1000 ? 90 : 0}px;bottom:24px;
      overflow:hidden;font:13px/${LINE}px "DejaVu Sans Mono"}
    pre div{height:${LINE}px;white-space:pre}
    .current{background:#2a2c36}
    u{display:inline-block;width:48px;padding-right:16px;text-align:right;color:#5b5e6b;text-decoration:none}
    i{font-style:normal}
    .c{color:#6a9955;font-style:italic}
    .s{color:#ce9178}
    .k{color:#c586c0}
    .n{color:#b5cea8}
    .t{color:#4ec9b0}
    .f{color:#dcdcaa}
    .map{position:absolute;right:12px;top:40px;width:76px;height:${height - 64}px;overflow:hidden;
      font:2px/3px "DejaVu Sans Mono";white-space:pre;color:#888}
    footer{position:absolute;bottom:0;left:0;right:0;height:24px;background:#3a6fd8;color:#fff;font-size:12px;
      line-height:24px;padding:0 12px}
    footer span{float:right;margin-left:20px}`;
  const map = width > 1000 ? `<div class="map">${source.lines.map(highlighted).join('\n')}</div>` : '';
  const body = `<aside><h4>EXPLORER</h4>${tree.join('')}</aside><div class="tabs">${tabs.join('')}</div>
    <pre>${rows.join('')}</pre>${map}<footer>main* &nbsp; ${source.path}<span>TypeScript</span><span>UTF-8</span>
    <span>Ln ${current}, Col ${random.whole(1, 60)}</span></footer>`;
  return { style, body };
}
