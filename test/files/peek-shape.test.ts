// The shape by a file's first bytes is that of the samples which are read later.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { peekImage } from '../../src/cli/common/peek-image.ts';
import { looksLikeImage } from '../../src/files/peek-shape.ts';
import { joinPng, splitPng } from '../../src/files/png/chunks.ts';
import { readImage } from '../../src/files/read-image.ts';
import { inFolder } from '../cli/command-line.ts';
import { tiffFile } from './tiff/tiff-file.ts';

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
  TIFF: () => image(3, '#123').tiff({ compression: 'lzw' }).toBuffer(),
  'TIFF with a description': () => tiffFile({ tags: [[270, 2, [97, 0]]] }),
  GIF: () => image(3, '#123').gif().toBuffer(),
  'grey GIF': () => image(3, '#888').gif().toBuffer(),
  PGM: () => Buffer.from('P5 2 1 255\nab'),
  PAM: () => Buffer.from('P7\nWIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\nab'),
  idx: () => idx,
  'gzipped idx': () => gzipSync(idx),
};

it.each(Object.keys(coded))('of %s', (name) =>
  inFolder(async (folder) => {
    const bytes = await coded[name]();
    writeFileSync(join(folder, 'image'), bytes);
    const { data: _, ...shape } = (await readImage(bytes)).pixels ?? { data: null };
    expect(peekImage(join(folder, 'image'))?.shape).toEqual(shape);
  }),
);

/** The file with an empty chunk of the type behind its header. */
function withChunk(png: Uint8Array, type: string): Uint8Array {
  const [header, ...others] = splitPng(png);
  return joinPng([header, { type, data: new Uint8Array(0) }, ...others]);
}

/** A grey PNG file of that size and depth, with so many bytes of image data. */
function pngOf(width: number, height: number, depth: number, bytes: number): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = depth;
  return joinPng([
    { type: 'IHDR', data: header },
    { type: 'IDAT', data: new Uint8Array(bytes) },
    { type: 'IEND', data: new Uint8Array(0) },
  ]);
}

const others: typeof coded = {
  APNG: async () => withChunk(await image(3, '#123').png().toBuffer(), 'acTL'),
  'PNG of an unknown critical chunk': async () => withChunk(await image(3, '#123').png().toBuffer(), 'ABCD'),
  'PNG with bytes behind it': async () =>
    Buffer.concat([await image(3, '#123').png().toBuffer(), Buffer.of(1)]),
  'PNG of more pixels than its bytes can hold': () => pngOf(30000, 30000, 1, 0),
  'PNG of more pixels than are decoded': () => pngOf(40000, 8000, 1, 320_000_000 / 8 / 1000),
  'idx of another length': () => Uint8Array.of(...idx, 0),
  JPEG: () => image(3, '#123').jpeg().toBuffer(),
  'lossy WebP': () => image(3, '#123').webp().withIccProfile('srgb').toBuffer(),
  'a PNG file of twenty bytes': async () => (await image(3, '#123').png().toBuffer()).subarray(0, 20),
  'gzipped text': () => gzipSync('no image'),
  'no bytes': () => new Uint8Array(0),
};

it.each(Object.keys(others))('is unknown for %s', (name) =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'image'), await others[name]());
    expect(peekImage(join(folder, 'image'))?.shape).toBe(null);
    expect(() => peekImage(join(folder, 'none'))).toThrow('ENOENT');
    expect(peekImage(folder)).toBe(null);
  }),
);

it('what a folder is searched for is told by content', async () => {
  for (const make of Object.values(coded)) expect(looksLikeImage(await make())).toBe(true);
  for (const text of ['', 'P', 'Plain text', 'BM is short', '<?xml version="1.0"?><html/>', '\x1f\x8b\x08'])
    expect(looksLikeImage(Buffer.from(text, 'latin1')), text).toBe(false);
  expect(looksLikeImage(gzipSync('no image'))).toBe(false);
});
