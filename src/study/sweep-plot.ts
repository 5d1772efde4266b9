// The plot of a sweep as SVG: the rate-distortion plane, and the rate on disk against beta.
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { SweepPoint } from './sweep.ts';

const SIZE = { width: 320, height: 260 };
const BLUE = '#4269d0';
const RED = '#e4572e';

/** An SVG document. */
export function sweepPlot(points: readonly SweepPoint[]): Promise<string> {
  return new View(parse(compile(specification(points)).spec), { renderer: 'none' }).toSVG();
}

function specification(points: readonly SweepPoint[]): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 10,
    hconcat: [plane(points), rates(points)],
  } as TopLevelSpec;
}

function plane(points: readonly SweepPoint[]) {
  return {
    ...SIZE,
    title: 'Rate and distortion',
    data: { values: points.map(({ beta, likelihood, kl }) => ({ likelihood, kl, label: `beta = ${beta}` })) },
    encoding: {
      x: quantitative('kl', 'R: KL, bits/dim', { zero: true }),
      y: quantitative('likelihood', 'D: likelihood, bits/dim', { zero: false }),
    },
    layer: [
      { mark: { type: 'line', color: BLUE }, encoding: { order: { field: 'kl' } } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1, color: BLUE } },
      { mark: { type: 'text', align: 'left', dx: 7, dy: -6 }, encoding: { text: { field: 'label' } } },
    ],
  };
}

function rates(points: readonly SweepPoint[]) {
  const values = points.flatMap(({ beta, net, negElbo }) => [
    { beta, bits: net, what: 'net, on disk' },
    { beta, bits: negElbo, what: '-ELBO' },
  ]);
  const scale = { domain: ['net, on disk', '-ELBO'], range: [BLUE, RED] };
  return {
    ...SIZE,
    title: 'Bits against beta',
    data: { values },
    encoding: {
      x: quantitative('beta', 'beta', { type: 'log', base: 2 }),
      y: quantitative('bits', 'bits/dim', { zero: false }),
      color: { field: 'what', type: 'nominal', title: null, scale },
    },
    layer: [
      { transform: [{ filter: 'datum.what !== "-ELBO"' }], mark: { type: 'line', point: { size: 60 } } },
      {
        transform: [{ filter: 'datum.what === "-ELBO"' }],
        mark: { type: 'point', shape: 'circle', size: 200, strokeWidth: 2, filled: false },
      },
    ],
  };
}

function quantitative(field: string, title: string, scale: object) {
  return { field, type: 'quantitative', title, scale };
}
