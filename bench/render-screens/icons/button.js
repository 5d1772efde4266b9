// Round, square or octagonal glossy buttons with a white sign on them.

import { range } from '../random.js';
import { gloss, groundShadow, paint } from './paint.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('./paint.js').Drawing} */
export function arrow(random) {
  const thickness = random.whole(4, 6);
  const turn = random.pick([0, 90, 180, 270]);
  const path = `M16 ${31 - thickness}h15v-9l17 ${9 + thickness}-17 ${9 + thickness}v-9h-15z`;
  return button(random, `<path transform="rotate(${turn} 32 31)" d="${path}" fill="#fff"/>`);
}

/** @type {import('./paint.js').Drawing} */
export function plus(random) {
  return button(random, `<path d="M32 17v28M18 31h28" stroke="#fff" stroke-width="${random.whole(5, 8)}"/>`);
}

/** @type {import('./paint.js').Drawing} */
export function cross(random) {
  const stroke = `stroke="#fff" stroke-linecap="round" stroke-width="${random.whole(4, 7)}"`;
  return button(random, `<path d="M22 21l20 20M42 21l-20 20" ${stroke}/>`);
}

/** @param {Random} random @param {string} sign */
function button(random, sign) {
  const colours = paint(random);
  const look = `fill="${colours.fill}" stroke="${colours.edge}" stroke-width="1.5"`;
  const octagon = range(8).map((i) => {
    const angle = ((2 * i + 1) * Math.PI) / 8;
    return `${(32 + 27 * Math.cos(angle)).toFixed(1)},${(31 + 27 * Math.sin(angle)).toFixed(1)}`;
  });
  const [shape, light] = random.pick([
    [`<circle cx="32" cy="31" r="25" ${look}/>`, 'M9 29a23 23 0 0 1 46 0q-23 9-46 0z'],
    [`<rect x="7" y="6" width="50" height="50" rx="10" ${look}/>`, 'M9 16q0-8 8-8h30q8 0 8 8v12q-23 8-46 0z'],
    [`<polygon points="${octagon.join(' ')}" ${look}/>`, 'M9 21l12-13h22l12 13v6q-23 8-46 0z'],
  ]);
  const [below, blurred] = [sign.replaceAll('#fff', '#000'), `filter="${colours.shade}"`];
  const dark = `<g transform="translate(1 1.5)" opacity=".3" ${blurred}>${below}</g>`;
  return `${colours.definitions}${groundShadow(colours, 22)}${shape}${dark}${sign}${gloss(light)}`;
}
