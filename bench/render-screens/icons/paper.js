// Icons of what an office holds: a folder, a sheet, a letter, a chart.

import { range } from '../random.js';
import { gloss, groundShadow, paint } from './paint.js';

/** @type {import('./paint.js').Drawing} */
export function folder(random) {
  const colours = paint(random);
  const [tab, front] = [random.whole(20, 30), random.whole(22, 27)];
  return `${colours.definitions}${groundShadow(colours, 26)}
    <path d="M6 54V14q0-3 3-3h${tab - 9}l5 5h${50 - tab}q3 0 3 3v35z" fill="${colours.edge}"/>
    <path d="M11 ${front - 4}h42v20H11z" fill="#f8f8f4" stroke="#bbb" stroke-width=".7"/>
    <path d="M4 ${front}h56l-3 31q-.3 3-3 3H10q-3 0-3-3z" fill="${colours.fill}" stroke="${colours.edge}"/>
    ${gloss(`M6 ${front + 1.5}h52l-1 11q-25 2-49 8z`)}`;
}

/** @type {import('./paint.js').Drawing} */
export function documentSheet(random) {
  const colours = paint(random);
  const lines = range(random.whole(4, 7)).map((i) => {
    const width = random.whole(14, 28);
    return `<path d="M18 ${27 + 4 * i}h${width}" stroke="${random.chance(0.25) ? colours.tone(45) : '#9aa3ad'}"/>`;
  });
  return `${colours.definitions}${groundShadow(colours, 20)}
    <path d="M12 6h28l12 12v38H12z" fill="#fdfdfd" stroke="#8a929c"/>
    <path d="M40 6v12h12z" fill="#dfe4e9" stroke="#8a929c" stroke-linejoin="round"/>
    <path d="M17 11h16v9H17z" fill="${colours.fill}"/><g stroke-width="1.6">${lines.join('')}</g>`;
}

/** @type {import('./paint.js').Drawing} */
export function envelope(random) {
  const colours = paint(random);
  const fold = random.whole(34, 40);
  return `${colours.definitions}${groundShadow(colours, 27)}
    <rect x="5" y="14" width="54" height="40" rx="3" fill="${colours.tone(92)}" stroke="${colours.edge}"/>
    <path d="M6 52l20-18M58 52L38 34" stroke="${colours.tone(60)}" fill="none"/>
    <path d="M6 15h52L35 ${fold}q-3 2-6 0z" fill="${colours.fill}" stroke="${colours.edge}" stroke-linejoin="round"/>
    ${random.chance(0.6) ? '<circle cx="52" cy="16" r="8.5" fill="#d22" stroke="#fff" stroke-width="2"/>' : ''}`;
}

/** @type {import('./paint.js').Drawing} */
export function chart(random) {
  const colours = range(4).map(() => paint(random));
  const bars = colours.map((each, i) => {
    const height = random.whole(10, 40);
    const bar = `x="${11 + 11.5 * i}" y="${52 - height}" width="8" height="${height}" rx="1"`;
    return `${each.definitions}<rect ${bar} fill="${each.fill}" stroke="${each.edge}" stroke-width=".8"/>`;
  });
  return `${bars.join('')}<path d="M7 6v47h52" fill="none" stroke="#555" stroke-width="2.5" stroke-linecap="round"/>`;
}
