// Images of any size and kind through the commands: written by one process on two threads, read by another on one.

import { join } from 'node:path';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Pixels } from '../../library/index.ts';
import { anyImage } from '../codec/planes/static/images.ts';
import { inFolder, vaezip } from './command-line.ts';

/** The image with an alpha that is 0 wherever green is below the middle. */
function withAlpha(image: Pixels): Pixels {
  const pixels = Array.from({ length: image.width * image.height }, (_, pixel) => [
    ...image.data.subarray(3 * pixel, 3 * pixel + 3),
    Math.max(0, 2 * image.data[3 * pixel + 1] - 255),
  ]);
  return { ...image, channels: 4, data: Uint8Array.from(pixels.flat()) };
}

it('random images of random size come back', () =>
  inFolder(async (folder) => {
    // A folder of them at a time: starting a process takes longer than coding these.
    const [drawn] = fc.sample(fc.array(anyImage(120), { minLength: 12, maxLength: 12 }), 1);
    const images = drawn.map((image, i) => (i % 3 === 0 ? withAlpha(image) : image));
    for (const [i, { data, width, height, channels }] of images.entries()) {
      const raw = { width, height, channels };
      await sharp(data, { raw })
        .png()
        .toFile(join(folder, `${i}.png`));
    }
    const names = images.map((_, i) => i);
    const written = await vaezip(folder, ['compress', ...names.map((i) => `${i}.png`), '--threads', '2']);
    expect(written.status).toBe(0);
    expect(written.stderr).toMatch(/^12 files: /);
    const files = names.map((i) => `${i}.vz`);
    const read = await vaezip(folder, ['decompress', ...files, '--threads', '1', '-o', 'back/']);
    expect(read.status).toBe(0);
    expect(read.stderr).toMatch(/^12 files: 12 done; /);
    for (const [i, { data, channels }] of images.entries()) {
      const back = await sharp(join(folder, 'back', `${i}.png`))
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(back.info.channels).toBe(channels);
      expect(back.data.equals(data as Uint8Array)).toBe(true);
    }
  }));
