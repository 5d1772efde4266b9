// Chains through the library: whichever models are tried, of whatever kind of images, they come back.
import { expect, it } from 'vitest';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { compress, decompress } from '../../library/index.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { paint as draw } from '../codec/screen/images.ts';
import { rounded } from '../golden/cases.ts';

/** Images one after the other, of one shape. */
function chainOf(images: readonly Pixels[]): Pixels {
  const [first] = images;
  const length = first.data.length;
  const data =
    first.bitDepth === 16 ? new Uint16Array(images.length * length) : new Uint8Array(images.length * length);
  for (const [index, image] of images.entries()) data.set(image.data, index * length);
  return { ...first, images: images.length, data };
}

const seeds = [1, 2, 3, 4, 5];
const deep = (pixels: Pixels): Pixels => ({
  ...pixels,
  bitDepth: 16,
  data: Uint16Array.from(pixels.data, (level, index) => 250 * level + (index % 97)),
});

it.each([
  ['photos', chainOf(seeds.map((seed) => paint('photo-like', 40, 30, 3, seed)))],
  [
    'more than are tried',
    chainOf(Array.from({ length: 70 }, (_, seed) => paint('photo-like', 36, 36, 3, seed))),
  ],
  ['grey photos', chainOf(seeds.map((seed) => paint('photo-like', 40, 30, 1, seed)))],
  ['photos of 16 bits', chainOf(seeds.map((seed) => deep(paint('photo-like', 20, 30, 3, seed))))],
  ['photos with alpha', chainOf(seeds.map((seed) => rounded(paint('photo-like', 21, 30, 3, seed))))],
  ['drawings', chainOf(['text', 'few colours', 'soft edges'].map((name) => draw(name, 40, 30, 3)))],
  [
    'drawings with alpha',
    chainOf(['text', 'few colours', 'soft edges'].map((name) => draw(name, 40, 30, 4))),
  ],
])(
  '%s come back at every effort',
  async (_, pixels) => {
    for (const effort of [1, 3, 6, 7]) {
      const { file, report } = await compress(pixels, { effort, verify: true });
      expect(report.images).toBe(pixels.images);
      expect(await decompress(file)).toEqual(pixels);
    }
  },
  60_000,
);
