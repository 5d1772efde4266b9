// Images of any size and kind through the commands: written by one process on two threads, read by another on one.

import { join } from 'node:path';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { anyImage } from '../photo/images.ts';
import { inFolder, vaezip } from './command-line.ts';

it('random images of random size come back', () =>
  inFolder(async (folder) => {
    // A folder of them at a time: starting a process takes longer than coding these.
    const [images] = fc.sample(fc.array(anyImage(120), { minLength: 12, maxLength: 12 }), 1);
    for (const [i, { data, width, height }] of images.entries()) {
      const raw = { width, height, channels: 3 } as const;
      await sharp(data, { raw })
        .png()
        .toFile(join(folder, `${i}.png`));
    }
    const names = images.map((_, i) => i);
    const written = await vaezip(folder, ['compress', ...names.map((i) => `${i}.png`), '--threads', '2']);
    expect(written).toMatchObject({ status: 0, stderr: '' });
    const files = names.map((i) => `${i}.vz`);
    const read = await vaezip(folder, ['decompress', ...files, '--threads', '1', '-o', 'back/']);
    expect(read).toMatchObject({ status: 0, stderr: '' });
    for (const [i, { data }] of images.entries()) {
      const back = await sharp(join(folder, 'back', `${i}.png`))
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer();
      expect(back.equals(data as Uint8Array)).toBe(true);
    }
  }));
