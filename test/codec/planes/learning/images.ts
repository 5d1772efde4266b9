// Images that are hard in one way or another, of any size, grey or in colour.

import * as fc from 'fast-check';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { randomNumbers } from '../../kernel/fixture.ts';

type Painter = (x: number, y: number, channel: number, random: () => number) => number;

const PAINTERS: Record<string, Painter> = {
  noise: (_x, _y, _c, random) => random() * 256,
  'saturated noise': (_x, _y, _c, random) => (random() < 0.5 ? 0 : 255),
  constant: () => 77,
  black: () => 0,
  white: () => 255,
  gradient: (x, y, c) => (x * (c + 1) + y * 2) / 3,
  'steep gradient': (x, y) => (x * 37 + y * 11) & 255,
  columns: (x) => (x & 1 ? 255 : 0),
  rows: (_x, y) => (y & 1 ? 255 : 0),
  'wide stripes': (x, y) => ((x + y) % 7 < 3 ? 250 : 3),
  checkerboard: (x, y) => ((x ^ y) & 1 ? 255 : 0),
  'rare flips': (_x, _y, _c, random) => (random() < 0.01 ? 255 : 0),
  blocks: (x, y, c) => (Math.imul((x >> 3) * 31 + (y >> 3) * 17 + c, 0x9e3779b1) >>> 24) & 255,
  'block of noise': (x, y, _c, random) => (x % 40 > 20 && y % 30 > 15 ? random() * 256 : 128),
  'clipped photo': (x, y, c, random) => 128 + 400 * Math.sin(x / 9 + c) * Math.cos(y / 13) + 8 * random(),
  'photo-like': (x, y, c, random) => 128 + 90 * Math.sin(x / 9 + c) * Math.cos(y / 13) + 8 * random(),
};

export const painterNames = Object.keys(PAINTERS);

/** The painter's image; samples are clamped to 0..255 and rounded down. */
export function paint(name: string, width: number, height: number, channels: 1 | 3 = 3, seed = 1): Pixels {
  const random = randomNumbers(seed);
  const data = new Uint8ClampedArray(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    data[i] = Math.floor(PAINTERS[name](pixel % width, Math.floor(pixel / width), i % channels, random));
  }
  return { data: new Uint8Array(data.buffer), width, height, channels, bitDepth: 8, images: 1 };
}

/** Images of every kind, or of unrelated bytes, whose sides are at most `largest`. */
export const anyImage = (channels: 1 | 3, largest: number): fc.Arbitrary<Pixels> =>
  fc
    .record({
      name: fc.constantFrom(...painterNames),
      width: fc.integer({ min: 1, max: largest }),
      height: fc.integer({ min: 1, max: largest }),
      seed: fc.nat(),
    })
    .map(({ name, width, height, seed }) => paint(name, width, height, channels, seed));

/** Whether two images' samples are the same. */
export function areSame(a: Pixels, b: Pixels): boolean {
  return a.data.length === b.data.length && a.data.every((sample, i) => sample === b.data[i]);
}
