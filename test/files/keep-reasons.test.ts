// Which files are kept as they are rather than their pixels coded, and why.
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { readImage } from '../../src/files/read-image.ts';

const image = (channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width: 6, height: 5, channels, background: { r: 10, g: 20, b: 30, alpha: 0.5 } } });
const animation = sharp(
  Uint8Array.from({ length: 180 }, (_, index) => index),
  {
    raw: { width: 6, height: 10, channels: 3, pageHeight: 5 },
  },
);

const files: Record<string, [Sharp | string, string | null]> = {
  PNG: [image(4).png(), null],
  'lossless WebP': [image(4).webp({ lossless: true }), null],
  TIFF: [image().tiff({ compression: 'lzw' }), null],
  'TIFF of 300 dots an inch': [image().withMetadata({ density: 300 }).tiff({ compression: 'lzw' }), null],
  'TIFF in tiles': [image().tiff({ compression: 'deflate', tile: true }), null],
  BigTIFF: [image().tiff({ compression: 'none', bigtiff: true }), null],
  'TIFF of 16 bits': [image().toColourspace('rgb16').tiff({ compression: 'lzw' }), null],
  'grey TIFF': [image().toColourspace('b-w').tiff({ compression: 'packbits' }), null],
  'JPEG in TIFF': [image().tiff({ compression: 'jpeg' }), 'JPEG in TIFF is lossy already'],
  'TIFF with alpha': [image(4).tiff({ compression: 'lzw' }), null],
  'packed TIFF with alpha': [image(4).tiff({ compression: 'packbits' }), null],
  'rotated TIFF': [image().withMetadata({ orientation: 6 }).tiff({ compression: 'lzw' }), 'a rotated TIFF'],
  'CMYK TIFF': [image().toColourspace('cmyk').tiff({ compression: 'lzw' }), 'CMYK samples'],
  JPEG: [image().jpeg(), 'JPEG is lossy already'],
  'lossy WebP': [image().webp(), 'lossy WebP'],
  'animated WebP': [animation.webp({ lossless: true }), 'an animation'],
  AVIF: [image().avif({ effort: 0 }), 'AVIF is lossy already'],
  GIF: [image().gif(), null],
  'animated GIF': [animation.gif(), 'an animation'],
  SVG: ['<svg xmlns="http://www.w3.org/2000/svg" width="6" height="5"/>', 'a drawing, not samples'],
};

it.each(Object.keys(files))('%s', async (name) => {
  const [file, reason] = files[name];
  const bytes = typeof file === 'string' ? Buffer.from(file) : await file.toBuffer();
  const { keepReason, shape } = await readImage(new Uint8Array(bytes));
  expect(keepReason?.text ?? null).toBe(reason);
  expect(shape).toMatchObject({ width: 6, height: 5 });
});
