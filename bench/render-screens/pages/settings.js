// A dialog of settings on a plain ground: a list of pages, switches, choices, sliders, fields, buttons.

import { anyIcon } from '../icons.js';
import { range } from '../random.js';
import { sentence, title, word } from '../words.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function settingsPage(random) {
  const pages = range(11).map(
    (i) => `<li${i === 3 ? ' class="on"' : ''}>${anyIcon(random, 18)} ${title(random, 1)}</li>`,
  );
  const groups = range(3).map(
    () =>
      `<fieldset><legend>${title(random, 2)}</legend>${range(3)
        .map(() => row(random))
        .join('')}</fieldset>`,
  );
  const style = `
    #view{background:#7d8ea3;font:12px "DejaVu Sans";color:#1a1a1a}
    .dialog{position:absolute;left:24px;top:20px;width:752px;height:560px;background:#f4f4f4;
      border:1px solid #555;box-shadow:3px 5px 16px #0007}
    h3{margin:0;height:30px;background:#fff;font:12px/30px "DejaVu Sans";padding-left:12px}
    h3 span{float:right;width:46px;text-align:center}
    ul{position:absolute;left:12px;top:42px;width:170px;height:464px;margin:0;padding:4px;background:#fff;
      border:1px solid #b0b0b0;list-style:none}
    li{height:30px;padding:6px}
    li svg{vertical-align:middle;margin-right:5px}
    .on{background:#cce4f7;outline:1px solid #7fb5e0}
    main{position:absolute;left:198px;right:14px;top:36px}
    fieldset{border:1px solid #c4c4c4;margin:0 0 8px;padding:6px 14px 4px}
    legend{color:#003399}
    p{margin:0;height:38px;line-height:38px;position:relative;white-space:nowrap;overflow:hidden}
    p>span{position:absolute;right:0;top:0;background:#f4f4f4;padding-left:14px}
    input,select{font:12px "DejaVu Sans";vertical-align:middle}
    button{font:12px "DejaVu Sans";width:88px;height:26px;background:#e3e3e3;border:1px solid #adadad;
      margin-left:8px}
    button.main{border:2px solid #0078d7}
    footer{position:absolute;right:14px;bottom:12px}
    em{display:inline-block;width:40px;height:20px;border-radius:10px;background:#0067c0;vertical-align:middle}
    em:after{content:"";display:block;width:14px;height:14px;border-radius:7px;background:#fff;
      margin:3px 0 0 23px}
    em.off{background:#a9a9a9}
    em.off:after{margin-left:3px}`;
  const body = `<div class="dialog"><h3>${title(random, 2)}<span>✕</span></h3><ul>${pages.join('')}</ul><main>
      ${groups.join('')}</main>
    <footer><button class="main">OK</button><button>Cancel</button><button>Apply</button></footer></div>`;
  return { style, body };
}

/** @param {Random} random */
function row(random) {
  const checked = random.chance(0.5) ? 'checked' : '';
  const control = random.pick([
    `<em class="${checked ? '' : 'off'}"></em>`,
    `<input type="range" value="${random.whole(5, 95)}"> ${random.whole(5, 95)} %`,
    `<select><option>${title(random, 2)}</option></select>`,
    `<input value="${word(random)}" size="14">`,
    `<input type="radio" checked> ${word(random)} <input type="radio"> ${word(random)}`,
    `<progress value=".${random.whole(1, 9)}"></progress>`,
  ]);
  return `<p><input type="checkbox" ${checked}> ${sentence(random)}<span>${control}</span></p>`;
}
