// Images as people draw them, of all numbers of channels: painters by name, and fast-check's choice among them.

import * as fc from 'fast-check';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { randomNumbers } from '../kernel/fixture.ts';

export type Channels = Pixels['channels'];
type Painter = (x: number, y: number, channel: number, random: () => number) => number;

const PALETTE = [
  [250, 250, 248, 255],
  [20, 22, 30, 255],
  [200, 40, 60, 128],
  [0, 0, 0, 0],
];

/** Rows of letters, each a pattern of 5 x 7 that comes again. */
const isInk = (x: number, y: number) => {
  const letter = (Math.floor(x / 6) * 7 + Math.floor(y / 9) * 3) % 11;
  return x % 6 < 5 && y % 9 < 7 && ((letter * 37 + (x % 6) * 5 + (y % 9) * 3) >> 1) % 3 === 0;
};

const PAINTERS: Readonly<Record<string, Painter>> = {
  blank: () => 7,
  noise: (_x, _y, _channel, random) => Math.floor(256 * random()),
  text: (x, y, channel) => PALETTE[isInk(x, y) ? 1 : 0][channel],
  'few colours': (x, y, channel) => PALETTE[((x >> 3) + (y >> 2)) % 4][channel],
  'soft edges': (x, y, channel) => Math.max(0, Math.min(255, 40 * (x - y) + 20 * channel)),
  gradient: (x, y, channel) => (2 * x + y + 9 * channel) & 255,
  'rare colours': (x, y, channel, random) =>
    random() < 0.01 ? Math.floor(256 * random()) : (x * y) % (3 + channel),
  'transparent holes': (x, y, channel) => (channel === 3 || channel === 1 ? (x % 5 === y % 3 ? 0 : 255) : 90),
};

export const painterNames = Object.keys(PAINTERS);

export function paint(name: string, width: number, height: number, channels: Channels, seed = 1): Pixels {
  const random = randomNumbers(seed);
  const data = new Uint8Array(width * height * channels);
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / channels);
    // The last of an even number of channels is alpha.
    const channel = channels === 2 && index % 2 === 1 ? 3 : index % channels;
    data[index] = PAINTERS[name](pixel % width, Math.floor(pixel / width), channel, random);
  }
  return { data, width, height, channels, bitDepth: 8, images: 1 };
}

/** Any painter's image of any shape up to a side. */
export function anyDrawing(side: number): fc.Arbitrary<Pixels> {
  const sides = fc.integer({ min: 1, max: side });
  const channels = fc.constantFrom<Channels>(1, 2, 3, 4);
  return fc
    .tuple(fc.constantFrom(...painterNames), sides, sides, channels, fc.integer())
    .map(([name, width, height, channels, seed]) => paint(name, width, height, channels, seed));
}
