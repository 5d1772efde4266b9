// Icons of tools: a gear, a lock, a magnifier.

import { range } from '../random.js';
import { gloss, groundShadow, paint } from './paint.js';

/** @type {import('./paint.js').Drawing} */
export function gear(random) {
  const colours = paint(random);
  const teeth = random.whole(7, 11);
  const points = range(4 * teeth).map((i) => {
    const angle = (2 * Math.PI * (i + 0.25)) / (4 * teeth);
    const radius = i % 4 < 2 ? 26 : 20;
    return `${(32 + radius * Math.cos(angle)).toFixed(2)},${(31 + radius * Math.sin(angle)).toFixed(2)}`;
  });
  return `${colours.definitions}${groundShadow(colours, 22)}
    <polygon points="${points.join(' ')}" fill="${colours.fill}" stroke="${colours.edge}" stroke-linejoin="round"/>
    <circle cx="32" cy="31" r="14" fill="none" stroke="#fff" stroke-width="2" opacity=".4"/>
    <circle cx="32" cy="31" r="${random.whole(6, 9)}" fill="#f4f4f4" stroke="${colours.edge}"/>`;
}

/** @type {import('./paint.js').Drawing} */
export function lock(random) {
  const colours = paint(random);
  const reach = random.whole(8, 11);
  return `${colours.definitions}${groundShadow(colours, 20)}
    <path d="M${32 - reach} 32V20a${reach} ${reach + 2} 0 0 1 ${2 * reach} 0v12" fill="none"
      stroke="#6d747d" stroke-width="6"/>
    <path d="M${32 - reach - 1} 32V20a${reach} ${reach + 2} 0 0 1 ${2 * reach} 0" fill="none"
      stroke="#d5dae0" stroke-width="1.5"/>
    <rect x="13" y="28" width="38" height="28" rx="4" fill="${colours.fill}"
      stroke="${colours.edge}" stroke-width="1.5"/>
    <circle cx="32" cy="39" r="4" fill="#222"/><path d="M30 40h4l1.5 9h-7z" fill="#222"/>
    ${gloss('M15 32q0-2 2-2h30q2 0 2 2v6H15z')}`;
}

/** @type {import('./paint.js').Drawing} */
export function magnifier(random) {
  const colours = paint(random);
  const radius = random.whole(15, 18);
  return `${colours.definitions}${groundShadow(colours, 16)}
    <path d="M38 38l17 17" stroke="#3a3128" stroke-width="9" stroke-linecap="round"/>
    <path d="M39 38l15 15" stroke="${colours.tone(50)}" stroke-width="5" stroke-linecap="round"/>
    <circle cx="26" cy="26" r="${radius}" fill="#bfe3ff" fill-opacity=".55" stroke="#59616b" stroke-width="5"/>
    <circle cx="26" cy="26" r="${radius}" fill="none" stroke="#cfd5dc" stroke-width="1.5"/>
    ${gloss('M14 25a12 12 0 0 1 23-5q-10 1-23 5z')}`;
}
