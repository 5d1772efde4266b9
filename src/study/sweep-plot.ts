// The plot of a sweep as SVG: the rate-distortion plane, and the rate on disk against beta.

import type { TopLevelSpec } from 'vega-lite';
import type { SweepPoint } from './sweep.ts';

const SIZE = { width: 320, height: 260 };
const COLOURS = { plane: '#4269d0', elbo: '#ff725c', net: '#4269d0' };

/** An SVG document. */
export async function sweepPlot(points: readonly SweepPoint[]): Promise<string> {
  const { compile } = await import('vega-lite');
  const { parse, View } = await import('vega');
  return new View(parse(compile(specification(points)).spec), { renderer: 'none' }).toSVG();
}

function specification(points: readonly SweepPoint[]): TopLevelSpec {
  const quantitative = (field: string, title: string, zero = false) =>
    ({ field, type: 'quantitative', title, scale: { zero } }) as const;
  const beta = {
    field: 'beta',
    type: 'quantitative',
    title: 'beta',
    scale: { type: 'log', base: 2 },
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    data: { values: points.map((point) => ({ ...point, label: `beta = ${point.beta}` })) },
    hconcat: [
      {
        ...SIZE,
        title: 'Rate and distortion',
        encoding: {
          x: quantitative('kl', 'R: KL, bits/dim', true),
          y: quantitative('likelihood', 'D: likelihood, bits/dim'),
        },
        layer: [
          { mark: { type: 'line', color: COLOURS.plane }, encoding: { order: { field: 'kl' } } },
          { mark: { type: 'point', filled: true, size: 60, color: COLOURS.plane } },
          { mark: { type: 'text', align: 'left', dx: 7, dy: -5 }, encoding: { text: { field: 'label' } } },
        ],
      },
      {
        ...SIZE,
        title: 'Bits on disk and -ELBO',
        layer: [
          {
            mark: { type: 'line', point: true, color: COLOURS.net },
            encoding: { x: beta, y: quantitative('net', 'bits/dim') },
          },
          {
            mark: { type: 'point', shape: 'cross', size: 120, color: COLOURS.elbo },
            encoding: { x: beta, y: quantitative('negElbo', 'line: net on disk; crosses: -ELBO; bits/dim') },
          },
        ],
        resolve: { axis: { y: 'shared' } },
      },
    ],
  } as TopLevelSpec;
}
