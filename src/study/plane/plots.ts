// The plane of rate and distortion, with its lines of equal -ELBO, and rates on disk over beta.

import type { PlacedNetwork } from '../digits/point.ts';
import type { Plot } from '../frame/claim.ts';

const SIZE = { width: 460, height: 340 };
/** Bits between two lines of equal -ELBO. */
const LINES_EVERY = 10;

export function planePlot(networks: readonly PlacedNetwork[]): Plot {
  const values = networks.map(({ neighbours, beta, point }) => ({
    ...{ decoder: decoderName(neighbours), beta: `${beta}` },
    ...{ rate: point.rate.mean, distortion: point.distortion.mean },
  }));
  const right = 5 * Math.ceil(Math.max(...values.map(({ rate }) => rate)) / 5) + 5;
  const distortions = values.map(({ distortion }) => distortion);
  const [bottom, top] = [
    LINES_EVERY * Math.floor(Math.min(...distortions) / LINES_EVERY),
    LINES_EVERY * Math.ceil(Math.max(...distortions) / LINES_EVERY),
  ];
  const lines = [];
  for (let negElbo = bottom + LINES_EVERY; negElbo < top + right; negElbo += LINES_EVERY) {
    const from = Math.max(0, negElbo - top);
    const to = Math.min(right, negElbo - bottom);
    const ends = { rate: from, distortion: negElbo - from, rate2: to, distortion2: negElbo - to };
    lines.push({ ...ends, label: `${negElbo}` });
  }
  const x = { field: 'rate', type: 'quantitative', title: 'R, bits an image', scale: { domain: [0, right] } };
  const y = {
    ...{ field: 'distortion', type: 'quantitative', title: 'D, bits an image' },
    scale: { domain: [bottom, top], zero: false },
  };
  return {
    ...SIZE,
    title: 'Rate and distortion; grey: lines of equal -ELBO, bits; beta beside each point',
    layer: [
      {
        data: { values: lines },
        mark: { type: 'rule', color: '#ccc' },
        encoding: { x, y, x2: { field: 'rate2' }, y2: { field: 'distortion2' } },
      },
      {
        data: { values: lines },
        mark: { type: 'text', color: '#999', align: 'left', baseline: 'top', dx: 3, dy: 1, fontSize: 9 },
        encoding: { x, y, text: { field: 'label' } },
      },
      {
        data: { values },
        mark: { type: 'line', point: { size: 60 } },
        encoding: {
          x,
          y,
          order: { field: 'rate' },
          color: { field: 'decoder', type: 'nominal', title: null, sort: null },
        },
      },
      {
        data: { values },
        mark: { type: 'text', align: 'left', dx: 6, dy: -6 },
        encoding: { x, y, text: { field: 'beta' } },
      },
    ],
  };
}

export function diskPlot(networks: readonly PlacedNetwork[]): Plot {
  const values = networks.map(({ neighbours, beta, point }) => ({
    ...{ decoder: decoderName(neighbours), beta, net: point.disk.net },
  }));
  return {
    ...SIZE,
    title: 'On disk',
    data: { values },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'beta', type: 'quantitative', title: 'beta', scale: { type: 'log', base: 2 } },
      y: { field: 'net', type: 'quantitative', title: 'net, bits an image', scale: { zero: false } },
      color: { field: 'decoder', type: 'nominal', title: null, sort: null },
    },
  };
}

export function decoderName(neighbours: number): string {
  return neighbours === 1 ? '1 neighbour' : `${neighbours} neighbours`;
}
