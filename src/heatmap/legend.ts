// The bar of colours with figures beside it, as parts of a specification for vega.
import { type Legend, parse, type Scale, type Spec, View } from 'vega';
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

/** A bar by itself, an SVG element whose letters have the colour of what it stands in. */
export function legendSvg(range: ColourRange, title: string): Promise<string> {
  const length = 240;
  const place = { name: 'bits', x: 12, y: 2, length, direction: 'horizontal' } as const;
  const specification: Spec = {
    description: `${title}: colours from ${range.low} to ${range.high}`,
    ...{ width: length + 36, height: 34, padding: 0, autosize: 'none' },
    scales: [scaleOf('bits', range)],
    legends: [legendOf(range, place)],
    config: { legend: { labelColor: 'currentColor' } },
  };
  return new View(parse(specification), { renderer: 'none' }).toSVG();
}
