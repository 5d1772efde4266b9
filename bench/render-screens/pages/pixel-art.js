// A program to paint in few colours: a landscape of large pixels with figures in it, tools, a palette, a status line.

import { range } from '../random.js';
import { fileName, sentence } from '../words.js';
import { BEVELS, bevelledWindow, menu, SIXTEEN } from './bevels.js';
import { landscape, sprite } from './sprite.js';

/** @type {import('../page.js').Page} */
export function pixelArtPage(random, { width, height }) {
  const tools = range(16).map(() => `<span class="up">${sprite(random, 14, 1)}</span>`);
  const colours = [...SIXTEEN, ...SIXTEEN].map((colour) => `<i style="background:${colour}"></i>`);
  const figures = range(9).map(() => {
    const place = `left:${random.whole(10, width - 150)}px;top:${random.whole(10, 320)}px`;
    const figure = sprite(random, random.pick([12, 16, 20]), random.pick([2, 3, 4]));
    return `<div style="position:absolute;${place}">${figure}</div>`;
  });
  const style = `
    ${BEVELS} .tools{position:absolute;left:6px;top:42px;width:56px}
    .tools span{float:left;width:26px;height:26px;padding:6px}
    .canvas{position:absolute;left:66px;top:42px;right:6px;bottom:64px;background:#808080;overflow:hidden;
      padding:2px}
    .palette{position:absolute;left:66px;bottom:24px;width:320px}
    .palette i{float:left;width:18px;height:16px;margin:1px;border:1px solid #000}
    .status{position:absolute;left:5px;right:5px;bottom:4px;height:18px;background:#c0c0c0;padding:3px 6px}`;
  const body = bevelledWindow(
    [0, 0, width, height],
    fileName(random),
    `${menu(['File', 'Edit', 'View', 'Image', 'Options', 'Help'])}<div class="tools">${tools.join('')}</div>
    <div class="canvas down">${landscape(random, 22, 15, 4)}${figures.join('')}</div><div class="palette">
      ${colours.join('')}</div>
    <div class="status">${sentence(random)}</div>`,
    true,
  );
  return { style, body };
}
