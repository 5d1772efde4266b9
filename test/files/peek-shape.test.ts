// The shape by a file's first bytes is that of the samples which are read later.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { peekShape } from '../../src/files/peek-shape.ts';
import { readImage } from '../../src/files/read-image.ts';
import { inFolder } from '../cli/command-line.ts';

const image = (channels: 3 | 4, background: string): Sharp =>
  sharp({ create: { width: 23, height: 7, channels, background } });
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

const coded: Record<string, () => Promise<Uint8Array> | Uint8Array> = {
  'grey PNG': () => image(3, '#888').toColourspace('b-w').png().toBuffer(),
  'RGB PNG': () => image(3, '#123').png().toBuffer(),
  'RGBA PNG': () => image(4, '#1238').png().toBuffer(),
  'PNG with a palette': () => image(3, '#123').png({ palette: true }).toBuffer(),
  '16-bit PNG': () => image(3, '#123').toColourspace('rgb16').png().toBuffer(),
  'lossless WebP': () => image(3, '#123').webp({ lossless: true }).toBuffer(),
  'lossless WebP with a profile': () =>
    image(4, '#1238').webp({ lossless: true }).withIccProfile('srgb').toBuffer(),
  TIFF: () => image(3, '#123').tiff().toBuffer(),
  idx: () => idx,
  'gzipped idx': () => gzipSync(idx),
};

it.each(Object.keys(coded))('of %s', (name) =>
  inFolder(async (folder) => {
    const bytes = await coded[name]();
    writeFileSync(join(folder, 'image'), bytes);
    const { data: _, ...shape } = (await readImage(bytes)).pixels ?? { data: null };
    expect(await peekShape(join(folder, 'image'))).toEqual(shape);
  }),
);

const others: typeof coded = {
  JPEG: () => image(3, '#123').jpeg().toBuffer(),
  'lossy WebP': () => image(3, '#123').webp().withIccProfile('srgb').toBuffer(),
  GIF: () => image(3, '#123').gif().toBuffer(),
  'a PNG file of twenty bytes': async () => (await image(3, '#123').png().toBuffer()).subarray(0, 20),
  'gzipped text': () => gzipSync('no image'),
  'no bytes': () => new Uint8Array(0),
};

it.each(Object.keys(others))('is unknown for %s', (name) =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'image'), await others[name]());
    expect(await peekShape(join(folder, 'image'))).toBe(null);
    expect(await peekShape(join(folder, 'none'))).toBe(null);
    expect(await peekShape(folder)).toBe(null);
  }),
);
