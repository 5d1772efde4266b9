// A slide of a talk: a ground with a gradient, a large title, points, a photo with a frame, a number.

import { range } from '../random.js';
import { person, sentence, title } from '../words.js';

/** @type {import('../page.js').Page} */
export function slidePage(random, { photo }) {
  const hue = random.whole(0, 359);
  const points = range(4).map(() => `<li>${sentence(random)}</li>`);
  const style = `
    #view{background:linear-gradient(135deg,hsl(${hue},45%,97%),hsl(${hue + 30},45%,86%));
      font-family:"DejaVu Sans";color:#1d2433}
    h1{position:absolute;left:64px;top:34px;right:60px;margin:0;font-size:54px;letter-spacing:-1px}
    hr{position:absolute;left:64px;top:120px;width:180px;height:7px;margin:0;border:0;
      background:hsl(${hue},75%,48%)}
    ul{position:absolute;left:64px;top:150px;width:560px;font-size:25px;line-height:1.32;padding-left:28px}
    li{margin-bottom:17px}
    li::marker{color:hsl(${hue},75%,48%)}
    img{position:absolute;right:60px;top:150px;width:540px;height:410px;object-fit:cover;border-radius:14px;
      box-shadow:0 14px 40px #0006}
    footer{position:absolute;left:64px;right:60px;bottom:28px;font-size:16px;color:#667}
    footer span{float:right}`;
  const body = `<h1>${title(random, 3)}</h1><hr><ul>${points.join('')}</ul><img src="${photo}">
    <footer>${person(random)} · ${title(random, 3)}<span>${random.whole(5, 40)}</span></footer>`;
  return { style, body };
}
