// The rates of formats as a bar chart that goes into a page: its letters have the page's colour.
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

export interface Rate {
  readonly name: string;
  readonly bitsPerDim: number;
  /** Whether it is the one that the page is about. */
  readonly isOwn?: boolean;
}

const INK = { labelColor: 'currentColor', titleColor: 'currentColor', domainColor: 'currentColor' };
const FILL = { own: '#e4572e', others: '#6b8bd6' };

/** An SVG element, from the highest rate to the lowest. */
export function ratesChart(rates: readonly Rate[]): Promise<string> {
  const sorted = [...rates].sort((a, b) => b.bitsPerDim - a.bitsPerDim);
  const specification = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `Bar chart: ${sorted.map(({ name, bitsPerDim }) => `${name} ${bitsPerDim.toFixed(3)}`).join(', ')}`,
    width: 220,
    height: { step: 26 },
    background: null,
    padding: 2,
    data: { values: sorted.map((rate) => ({ ...rate, label: rate.bitsPerDim.toFixed(3) })) },
    encoding: {
      y: { field: 'name', type: 'nominal', title: null, sort: null, axis: { labelLimit: 0, ticks: false } },
      x: {
        field: 'bitsPerDim',
        type: 'quantitative',
        title: 'bits/dim',
        axis: { grid: false, tickCount: 5 },
      },
    },
    layer: [
      {
        mark: { type: 'bar', height: 16 },
        encoding: {
          color: { condition: { test: 'datum.isOwn', value: FILL.own }, value: FILL.others },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4, color: 'currentColor' },
        encoding: { text: { field: 'label' } },
      },
    ],
    config: { view: { stroke: null }, axis: { ...INK, tickColor: 'currentColor' } },
  } as unknown as TopLevelSpec;
  return new View(parse(compile(specification).spec), { renderer: 'none' }).toSVG();
}
