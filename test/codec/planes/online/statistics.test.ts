// What the posterior of latents sees, against docs/FORMAT.md in a few lines of JavaScript.

import { expect, it } from 'vitest';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { quickFamily } from '../../../../codec/planes/quick/family.ts';
import { paint } from '../learning/images.ts';
import { colour, grey } from '../quick/untrained.ts';

const L = Math.log2;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

interface Residual {
  readonly e: number;
  readonly left: number;
  /** Magnitudes of the value's differences from W, N, NW, NE. */
  readonly to: readonly number[];
  readonly kind: number;
}

/** The samples and residuals of a plane in the rows that are looked at. */
function lookAt({ data, width, height, channels }: Pixels, channel: number, before: number | null) {
  const side = Math.floor(Math.sqrt(width * height) / 24);
  const step = Math.max(1, side);
  const sample = (x: number, y: number, c: number) => data[(y * width + x) * channels + c];
  const value = (x: number, y: number) =>
    sample(x, y, channel) - (before === null ? 0 : sample(x, y, before));
  const samples: number[] = [];
  const residuals: Residual[] = [];
  for (let y = Math.floor(step / 2); y < height; y += step) {
    for (let x = 0; x < width; x++) samples.push(sample(x, y, channel));
    let left = 0;
    for (let x = 1; y > 0 && x < width - 1; x++) {
      const [w, n, nw, ne] = [value(x - 1, y), value(x, y - 1), value(x - 1, y - 1), value(x + 1, y - 1)];
      const [low, median] = [w, n, w + n - nw].sort((a, b) => a - b);
      expect(low).toBeLessThanOrEqual(median);
      const v = value(x, y);
      const activity = Math.abs(w - nw) + Math.abs(n - nw) + Math.abs(n - ne);
      const kind = [3, 8, 24].filter((limit) => activity >= limit).length;
      residuals.push({ e: v - median, left, to: [w, n, nw, ne].map((q) => Math.abs(v - q)), kind });
      left = v - median;
    }
  }
  return { samples, residuals };
}

function expected(pixels: Pixels): number[] {
  const channels = pixels.channels === 1 ? [0] : [1, 0, 2];
  const planes = channels.map((channel, p) => lookAt(pixels, channel, p === 0 ? null : channels[p - 1]));
  const power = (p: number) => mean(planes[p].residuals.map(({ e }) => e * e)) + 0.05;
  const statistics = planes.flatMap(({ samples, residuals }, p) => {
    const n = Math.max(1, residuals.length);
    const a = mean(residuals.map(({ e }) => Math.abs(e))) + 0.2;
    const m = power(p);
    const average = mean(samples);
    const variance = mean(samples.map((value) => value * value)) - average ** 2;
    const [west, north, northWest, northEast] = [0, 1, 2, 3].map(
      (q) => residuals.reduce((sum, { to }) => sum + to[q], 0) + n / 10,
    );
    const share = (values: readonly boolean[]) => mean(values.map(Number));
    const classes = [0, 1, 2, 3].flatMap((kind) => {
      const members = residuals.filter((residual) => residual.kind === kind);
      const sum = members.reduce((total, { e }) => total + Math.abs(e), 0);
      return [members.length / n, L((sum + 4 * a) / (members.length + 4) + 0.05) - L(a)];
    });
    const products = planes.slice(0, p).map((other, before) => {
      const product = mean(residuals.map(({ e }, i) => e * other.residuals[i].e));
      return product / Math.sqrt(m * power(before));
    });
    return [
      ...[average / 64 - 2, L(variance + 1) / 2, L(a), L(m) / 2 - L(a)],
      share(residuals.map(({ e }) => e === 0)),
      share(samples.map((value) => value <= 2)),
      share(samples.map((value) => value >= 253)),
      ...[L(west / (n * a)), L(west / north), L(northWest / northEast), L(northWest / west)],
      mean(residuals.map(({ e, left }) => e * left)) / m,
      ...classes,
      ...products,
    ];
  });
  return [...statistics, Math.max(11, Math.min(16, L(pixels.width * pixels.height)))];
}

it.each([
  ['photo-like', 60, 50, 3],
  ['photo-like', 200, 150, 3],
  ['photo-like', 70, 40, 1],
  ['saturated noise', 40, 40, 3],
  ['constant', 20, 30, 3],
  ['noise', 1, 1, 3],
  ['noise', 2, 9, 1],
  ['noise', 90, 1, 3],
] as const)(
  'the statistics of %s of %i x %i, %i channels, are those of the format',
  (name, width, height, channels) => {
    const pixels = paint(name, width, height, channels);
    const job = quickFamily.learn(channels === 1 ? grey : colour, width, height);
    job.pixels.set(pixels.data as Uint8Array);
    const statistics = [...job.statistics()];
    const reference = expected(pixels);
    expect(statistics.length).toBe(reference.length);
    for (const [i, statistic] of statistics.entries()) expect(statistic).toBeCloseTo(reference[i], 9);
  },
);
