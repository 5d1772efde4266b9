// Maps of where the bits of an image go: a value for each pixel, of its samples or of the tile that it lies in.
import type { MeasuredImage } from '../../library/index.ts';

/** Values of an image's pixels, row by row; NaN where there is none. */
export interface BitMap {
  readonly title: string;
  /** The mean, in words. */
  readonly note: string;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** The maps of one image: bits per pixel, and where there are latents a tile, the bits of theirs. */
export function mapsOf({ report, costs }: Pick<MeasuredImage, 'report' | 'costs'>): BitMap[] {
  const pixels = report.width * report.height;
  const colours = costs.samples.length / pixels;
  const bits = sum(costs.samples);
  const samples: BitMap = {
    title: 'Bits per pixel',
    note: `mean ${(bits / pixels).toFixed(3)}, ${(bits / pixels / colours).toFixed(3)} bits/dim`,
    ...sizeOf(report),
    values: sumsOf(costs.samples, colours),
  };
  const { tiles } = costs;
  if (!tiles) return [samples];
  const ofTiles = sum(tiles.bits);
  const perDim = (ofTiles / pixels / colours).toFixed(4);
  return [
    samples,
    {
      title: 'Bits of z per tile (KL)',
      note: `mean ${(ofTiles / tiles.bits.length).toFixed(2)}, ${perDim} bits/dim`,
      ...sizeOf(report),
      values: spread(tiles, report),
    },
  ];
}

/** The means of squares of pixels, so large that no side is longer than `longest`; the map itself where none is. */
export function shrunk(map: BitMap, longest: number): BitMap {
  const step = Math.ceil(Math.max(map.width, map.height) / longest);
  if (step === 1) return map;
  const [width, height] = [map.width, map.height].map((side) => Math.ceil(side / step));
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) values[y * width + x] = meanOf(map, x * step, y * step, step);
  return { ...map, width, height, values };
}

/** Of the values that there are in a square. */
function meanOf({ width, height, values }: BitMap, left: number, top: number, step: number): number {
  let sum = 0;
  let count = 0;
  for (let y = top; y < Math.min(height, top + step); y++)
    for (let x = left; x < Math.min(width, left + step); x++) {
      const value = values[y * width + x];
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  return sum / count;
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of each pixel's samples. */
function sumsOf(samples: Float32Array, channels: number): Float32Array {
  const sums = new Float32Array(samples.length / channels);
  for (let index = 0; index < samples.length; index++) sums[Math.floor(index / channels)] += samples[index];
  return sums;
}

/** Each tile's value for all its pixels. */
function spread(
  { x, rows, bits }: NonNullable<MeasuredImage['costs']['tiles']>,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array {
  const values = new Float32Array(width * height).fill(Number.NaN);
  const across = x.length - 1;
  for (let tile = 0; tile < bits.length; tile++) {
    const column = tile % across;
    const { from, to } = rows[Math.floor(tile / across)];
    for (let line = from; line < to; line++)
      values.fill(bits[tile], line * width + x[column], line * width + x[column + 1]);
  }
  return values;
}
