// Images that are hard in one way or another, of any size.

import * as fc from 'fast-check';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';

type Painter = (x: number, y: number, channel: number, random: () => number) => number;

const PAINTERS: Record<string, Painter> = {
  noise: (_x, _y, _c, random) => random() * 256,
  constant: () => 77,
  black: () => 0,
  white: () => 255,
  gradient: (x, y, c) => (x * (c + 1) + y * 2) / 3,
  stripes: (x) => (x & 1 ? 255 : 0),
  checkerboard: (x, y) => ((x ^ y) & 1 ? 255 : 0),
  'rare flips': (_x, _y, _c, random) => (random() < 0.01 ? 255 : 0),
  'photo-like': (x, y, c, random) => 128 + 90 * Math.sin(x / 9 + c) * Math.cos(y / 13) + 8 * random(),
};

export const painterNames = Object.keys(PAINTERS);

export function paint(name: string, width: number, height: number, seed = 1): Pixels {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = PAINTERS[name](pixel % width, Math.floor(pixel / width), i % 3, random);
  }
  return { data, width, height, channels: 3, bitDepth: 8, images: 1 };
}

export const anyImage = (largest: number) =>
  fc
    .record({
      name: fc.constantFrom(...painterNames),
      width: fc.integer({ min: 1, max: largest }),
      height: fc.integer({ min: 1, max: largest }),
      seed: fc.nat(),
    })
    .map(({ name, width, height, seed }) => paint(name, width, height, seed));
