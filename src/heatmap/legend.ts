// The bar of colours with figures beside it, as parts of a specification for vega.
import type { Legend, Scale } from 'vega';
import { type ColourRange, SCHEME } from './colours.ts';

/** Where it stands: `name` is the scale's. */
export interface LegendPlace {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly direction: 'horizontal' | 'vertical';
}

export function scaleOf(name: string, { low, high }: ColourRange): Scale {
  return { name, type: 'linear', domain: [low, high], range: { scheme: SCHEME } };
}

export function legendOf({ ticks, isExceeded }: ColourRange, place: LegendPlace): Legend {
  const { name, x, y, length, direction } = place;
  const last = ticks[ticks.length - 1];
  const figure = "format(datum.value, '~g')";
  const text = isExceeded ? `(datum.value >= ${last} ? '≥ ' : '') + ${figure}` : figure;
  return {
    ...{ fill: name, type: 'gradient', orient: 'none', direction },
    ...{ legendX: x, legendY: y, offset: 0, padding: 0, gradientLength: length, gradientThickness: 14 },
    values: [...ticks],
    encode: { labels: { update: { text: { signal: text } } } },
  };
}
