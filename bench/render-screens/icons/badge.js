// A star-edged badge with rings, a ribbon, and a tick or a number in it.

import { range } from '../random.js';
import { gloss, groundShadow, paint } from './paint.js';

/** @type {import('./paint.js').Drawing} */
export function badge(random) {
  const [rim, middle] = [paint(random), paint(random)];
  const points = range(2 * random.whole(10, 16));
  const edge = points.map((i) => {
    const [angle, radius] = [(2 * Math.PI * i) / points.length, i % 2 ? 21 : 25];
    return `${(32 + radius * Math.cos(angle)).toFixed(2)},${(27 + radius * Math.sin(angle)).toFixed(2)}`;
  });
  const number = `<text x="32" y="34" font-family="DejaVu Sans" font-weight="bold" font-size="18" text-anchor="middle"
    fill="#fff">${random.whole(1, 99)}</text>`;
  const tick =
    '<path d="M23 27l7 7 12-14" fill="none" stroke="#fff" stroke-width="5" stroke-linejoin="round"/>';
  return `${rim.definitions}${middle.definitions}${groundShadow(rim, 16)}
    <path d="M20 38l-6 20 9-4 5 6 4-16 4 16 5-6 9 4-6-20z" fill="${middle.tone(42)}" stroke="${middle.edge}"/>
    <polygon points="${edge.join(' ')}" fill="${rim.fill}" stroke="${rim.edge}" stroke-width=".8"/>
    <circle cx="32" cy="27" r="15.5" fill="${middle.fill}" stroke="#fff" stroke-opacity=".7" stroke-width="1.5"/>
    ${random.chance(0.5) ? tick : number}${gloss('M19 24a14 14 0 0 1 26 0q-13 5-26 0z')}`;
}
