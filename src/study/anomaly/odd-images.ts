// Images of bits that are no digits, or no longer: what a model of digits should find odd.

import type { Random } from '../../train/run/random.ts';
import { PIXELS, SIDE } from '../digits/model.ts';

/** By a quarter, clockwise. */
export function rotated(image: Uint8Array): Uint8Array {
  return fromPixels((y, x) => image[(SIDE - 1 - x) * SIDE + y]);
}

/** Left is right. */
export function mirrored(image: Uint8Array): Uint8Array {
  return fromPixels((y, x) => image[y * SIDE + SIDE - 1 - x]);
}

/** Its columns in another order, an order an image. */
export function shuffledColumns(image: Uint8Array, random: Random): Uint8Array {
  const order = random.permutation(SIDE);
  return fromPixels((y, x) => image[y * SIDE + order[x]]);
}

/** Pixels that do not know of each other, each as often white as it is in `frequencies`. */
export function noise(frequencies: Float64Array, random: Random): Uint8Array {
  return Uint8Array.from(frequencies, (frequency) => (random.uniform() < frequency ? 1 : 0));
}

/** `count` straight strokes as wide as a pen's, each from one place to another within the digits' square. */
export function strokes(count: number, random: Random): Uint8Array {
  const ends = Array.from({ length: count }, () => distantEnds(random));
  return fromPixels((y, x) => (ends.some((line) => distanceTo(line, y, x) < PEN) ? 1 : 0));
}

/** Half of a stroke's width, in pixels. */
const PEN = 1.2;
/** Digits lie in a square of 20 pixels, 4 from the edge. */
const MARGIN = 4;
const LEAST_LENGTH = 10;

type Line = readonly [y0: number, x0: number, y1: number, x1: number];

function distantEnds(random: Random): Line {
  const place = () => MARGIN + random.uniform() * (SIDE - 1 - 2 * MARGIN);
  for (;;) {
    const line = [place(), place(), place(), place()] as const;
    if (Math.hypot(line[2] - line[0], line[3] - line[1]) >= LEAST_LENGTH) return line;
  }
}

function distanceTo([y0, x0, y1, x1]: Line, y: number, x: number): number {
  const [dy, dx] = [y1 - y0, x1 - x0];
  const share = ((y - y0) * dy + (x - x0) * dx) / (dy * dy + dx * dx);
  const nearest = Math.min(1, Math.max(0, share));
  return Math.hypot(y - y0 - nearest * dy, x - x0 - nearest * dx);
}

function fromPixels(pixel: (y: number, x: number) => number): Uint8Array {
  return Uint8Array.from({ length: PIXELS }, (_, i) => pixel(Math.floor(i / SIDE), i % SIDE));
}
