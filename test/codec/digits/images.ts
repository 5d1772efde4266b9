// Images for the digits tests: strokes drawn here, and MNIST's test set where it is.

import { existsSync } from 'node:fs';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { readIdxFile } from '../../../src/files/idx-file.ts';
import { randomNumbers } from '../kernel/fixture.ts';

const SIDE = 28;
export const MNIST = '../shared/data/mnist';
export const hasMnist = existsSync(MNIST);
if (!hasMnist) console.warn(`${MNIST} is absent: tests on real digits are skipped`);

export function pixelsOf(data: Uint8Array): Pixels {
  return { data, width: SIDE, height: SIDE, channels: 1, bitDepth: 8, images: data.length / SIDE ** 2 };
}

/** Soft strokes along random arcs: what a pen leaves, roughly. */
export function strokes(images: number, seed: number): Pixels {
  const random = randomNumbers(seed);
  const data = new Uint8Array(images * SIDE ** 2);
  for (let n = 0; n < images; n++) {
    const [x, y, radius, start, sweep] = [10, 10, 4, 0, 2].map(
      (least, i) => least + random() * [8, 8, 6, 6, 4][i],
    );
    for (let i = 0; i < SIDE ** 2; i++) {
      const dx = (i % SIDE) - x;
      const dy = Math.floor(i / SIDE) - y;
      const angle = (Math.atan2(dy, dx) + 2 * Math.PI - start + 2 * Math.PI) % (2 * Math.PI);
      const distance = angle < sweep ? Math.abs(Math.hypot(dx, dy) - radius) : 9;
      data[n * SIDE ** 2 + i] = Math.round(253 * Math.min(1, Math.max(0, 2 - distance)));
    }
  }
  return pixelsOf(data);
}

/** Grey rings from integer arithmetic alone: the same pixels in every engine. */
export function rings(images: number): Pixels {
  const data = new Uint8Array(images * SIDE ** 2);
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < SIDE ** 2; i++) {
      const square = ((i % SIDE) - 13 - n) ** 2 + (Math.floor(i / SIDE) - 14) ** 2;
      data[n * SIDE ** 2 + i] = Math.max(0, 253 - 9 * Math.abs(square - 50 - 9 * n));
    }
  }
  return pixelsOf(data);
}

/** The first `images` of MNIST's test set. */
export async function testDigits(images: number): Promise<Pixels> {
  const { pixels } = await readIdxFile(MNIST, 't10k-images-idx3-ubyte');
  return pixelsOf(Uint8Array.from(pixels.data.subarray(0, images * SIDE ** 2)));
}
