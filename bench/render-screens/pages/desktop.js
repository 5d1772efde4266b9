// A desktop: a smooth wallpaper of gradients, icons with labels, overlapping windows with shadows, a panel below.

import { highlighted } from '../code.js';
import { anyIcon } from '../icons.js';
import { asText } from '../page.js';
import { range } from '../random.js';
import { fileName, title, word } from '../words.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function desktopPage(random, { photo, sources }) {
  const hue = random.whole(170, 260);
  const code = random.pick(sources.code).lines.slice(0, 30).map(highlighted).join('\n');
  const prose = random.pick(sources.prose).lines.slice(0, 40).map(asText).join('\n');
  const windows = [
    frame([180, 60, 640, 420], fileName(random), `<pre class="code">${code}</pre>`),
    frame([660, 120, 620, 470], title(random, 2), files(random)),
    frame([330, 380, 560, 400], `${word(random)}.png`, `<img src="${photo}">`),
    frame([820, 470, 540, 330], fileName(random), `<pre>${prose}</pre>`),
  ];
  const icons = range(7).map(
    () => `<figure>${anyIcon(random, 48)}<figcaption>${title(random, 1)}</figcaption></figure>`,
  );
  const panel = range(9).map(() => `<span>${anyIcon(random, 30)}</span>`);
  const style = `
    #view{background:radial-gradient(circle at 78% 12%,hsl(${hue + 60},80%,72%),transparent 55%),
      radial-gradient(circle at 15% 90%,hsl(${hue - 50},70%,45%),transparent 60%),linear-gradient(160deg,
      hsl(${hue},65%,38%),hsl(${hue + 30},60%,18%));font:12px "DejaVu Sans"}
    figure{width:96px;height:96px;margin:10px 16px;text-align:center;color:#fff;text-shadow:0 1px 3px #000}
    figcaption{margin-top:4px}
    .window{position:absolute;background:#fbfbfb;border-radius:9px 9px 4px 4px;overflow:hidden;
      box-shadow:0 12px 38px #0008,0 0 0 1px #0004}
    h3{margin:0;height:32px;background:linear-gradient(#f2f2f2,#dcdcdc);border-bottom:1px solid #b5b5b5;
      text-align:center;font:bold 12px/32px "DejaVu Sans";color:#444}
    h3 i{float:left;width:12px;height:12px;border-radius:6px;margin:10px 0 0 9px;border:1px solid #0003}
    pre{margin:8px 12px;font:12px/15px "DejaVu Sans Mono"}
    pre i{font-style:normal}
    .c{color:#8a8a8a}
    .s{color:#a31515}
    .k{color:#0000d0}
    .n{color:#098658}
    .t{color:#267f99}
    .f{color:#795e26}
    .window img{width:100%;height:calc(100% - 32px);object-fit:cover}
    .files{display:flex;flex-wrap:wrap;padding:10px;margin-left:140px;background:#fff;height:100%}
    .files div{width:88px;height:94px;text-align:center;overflow-wrap:anywhere}
    .files div.on{background:#3584e433;border-radius:6px}
    .places{position:absolute;left:0;top:33px;bottom:0;width:140px;background:#eceef1;
      border-right:1px solid #cdd0d4;padding:8px}
    .places p{margin:0;padding:5px 8px}
    .panel{position:absolute;left:0;right:0;bottom:0;height:42px;background:#14161ccc;padding:6px 12px}
    .panel span{margin-right:12px}
    .panel b{position:absolute;right:14px;top:13px;color:#eee;font-weight:400}`;
  const body = `${icons.join('')}${windows.join('')}<div class="panel">${panel.join('')}
    <b>${random.whole(10, 23)}:${random.whole(10, 59)}</b></div>`;
  return { style, body };
}

/**
 * @param {[left: number, top: number, width: number, height: number]} place
 * @param {string} name
 * @param {string} content
 */
function frame([left, top, width, height], name, content) {
  const buttons = ['#ff5f57', '#febc2e', '#28c840'].map((colour) => `<i style="background:${colour}"></i>`);
  return `<div class="window" style="left:${left}px;top:${top}px;width:${width}px;height:${height}px">
    <h3>${buttons.join('')}${name}</h3>${content}</div>`;
}

/** @param {Random} random */
function files(random) {
  const items = range(25).map((i) => {
    const kind = random.pick(['folder', 'document', 'document', 'chart', 'disc', 'envelope']);
    const name = kind === 'folder' ? word(random) : fileName(random);
    return `<div${i === 6 ? ' class="on"' : ''}>${anyIcon(random, 48, kind)}<br>${name}</div>`;
  });
  const places = range(9).map(() => `<p>${title(random, 1)}</p>`);
  return `<div class="places">${places.join('')}</div><div class="files">${items.join('')}</div>`;
}
