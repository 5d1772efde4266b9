// Icons of devices: a monitor, a telephone, a disc.

import { range } from '../random.js';
import { gloss, groundShadow, paint } from './paint.js';

/** @type {import('./paint.js').Drawing} */
export function monitor(random) {
  const colours = paint(random);
  const frame = random.pick(['#2b2f36', '#c9cdd2', '#e9e6dc']);
  return `${colours.definitions}${groundShadow(colours, 20)}
    <path d="M26 46h12l3 10H23z" fill="#9a9fa6"/><rect x="17" y="55" width="30" height="3" rx="1.5" fill="#6d737b"/>
    <rect x="4" y="6" width="56" height="42" rx="3" fill="${frame}" stroke="#333"/>
    <rect x="8" y="10" width="48" height="${random.whole(31, 34)}" fill="${colours.fill}"/>
    ${random.chance(0.5) ? bars(random) : ''}${gloss('M8 10h48L20 36 8 40z')}`;
}

/** @param {import('../random.js').Random} random */
function bars(random) {
  const rows = range(5).map((i) => `M12 ${15 + 5 * i}h${random.whole(8, 36)}`);
  return `<path d="${rows.join('')}" stroke="#fff" stroke-width="2" opacity=".8"/>`;
}

/** @type {import('./paint.js').Drawing} */
export function phone(random) {
  const colours = paint(random);
  const apps = range(12).map((i) => {
    const place = `x="${22.5 + 7 * (i % 3)}" y="${14 + 8 * Math.floor(i / 3)}"`;
    return `<rect ${place} width="5" height="5" rx="1.2" fill="hsl(${random.whole(0, 359)},75%,62%)"/>`;
  });
  return `${colours.definitions}${groundShadow(colours, 15)}
    <rect x="17" y="3" width="30" height="55" rx="${random.whole(3, 6)}" fill="#22252a" stroke="#55595f"/>
    <rect x="19.5" y="9" width="25" height="42" fill="${colours.fill}"/>${apps.join('')}
    <circle cx="32" cy="54.5" r="2" fill="none" stroke="#8b9097"/>${gloss('M19.5 9h25L19.5 40z')}`;
}

/** @type {import('./paint.js').Drawing} */
export function disc(random) {
  const colours = paint(random);
  const rays = range(6).map((i) => {
    const turn = 60 * i + random.whole(0, 30);
    return `<path transform="rotate(${turn} 32 31)" d="M32 31L58 25V37z" fill="${random.pick(['#fff', '#000'])}"/>`;
  });
  return `${colours.definitions}${groundShadow(colours, 22)}
    <circle cx="32" cy="31" r="26" fill="${colours.fill}" stroke="${colours.edge}"/><g opacity=".16">
      ${rays.join('')}</g>
    <circle cx="32" cy="31" r="9" fill="#e8ebee" stroke="#888" stroke-width=".8"/>
    <circle cx="32" cy="31" r="3.5" fill="#fff" stroke="#777" stroke-width=".8"/>`;
}
