import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { joinPng, type PngChunk, splitPng } from '../../../src/files/png/chunks.ts';
import { metadataOfPng, readPngMetadata, writePngMetadata } from '../../../src/files/png/metadata.ts';
import { writePng } from '../../../src/files/png/write.ts';
import { readImage } from '../../../src/files/read-image.ts';

const text = (value: string) => Uint8Array.from(value, (letter) => letter.charCodeAt(0));
const chunk = (type: string, ...data: number[]): PngChunk => ({ type, data: Uint8Array.from(data) });

/** A PNG file of noise with chunks put before and behind its image data. */
async function pngWith(before: PngChunk[], after: PngChunk[] = [], palette = false): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: 48 }, (_, index) => (index * 89) % 256);
  const png = sharp(data, { raw: { width: 4, height: 4, channels: 3 } }).png({ palette });
  const chunks = splitPng(await png.toBuffer()).filter(({ type }) => type !== 'pHYs');
  const imageData = chunks.findIndex(({ type }) => type === 'IDAT');
  const [head, tail] = [chunks.slice(0, imageData), chunks.slice(imageData, -1)];
  return joinPng([...head, ...before, ...tail, ...after, chunk('IEND')]);
}

/** The chunks of the PNG file that a file's pixels and metadata give. */
async function through(png: Uint8Array): Promise<PngChunk[]> {
  const { pixels, metadata } = await readImage(png);
  return splitPng(await writePng(pixels as never, metadata));
}

const gamma = chunk('gAMA', 0, 0, 0xb1, 0x8f);
const before = [
  gamma,
  {
    type: 'cHRM',
    data: new Uint8Array(
      Uint32Array.from([31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]).buffer,
    ).reverse(),
  },
  chunk('sBIT', 5, 6, 5),
  chunk('cICP', 1, 13, 0, 1),
  chunk('bKGD', 0, 255, 0, 128, 0, 0),
  chunk('pHYs', 0, 0, 11, 19, 0, 0, 11, 19, 1),
  chunk('tIME', 7, 230, 2, 3, 4, 5, 6),
  { type: 'tEXt', data: text('Title\0A photo') },
  { type: 'iTXt', data: text('XML:com.adobe.xmp\0\0\0\0\0<x/>') },
  { type: 'vpAg', data: text('private') },
];
const after = [
  { type: 'eXIf', data: Uint8Array.from([...text('MM'), 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]) },
  { type: 'tEXt', data: text('Comment\0behind') },
];

describe('the metadata of a PNG file', () => {
  it('come back chunk for chunk, in their order and on their side of the image', async () => {
    const chunks = await through(await pngWith(before, after));
    const place = chunks.findIndex(({ type }) => type === 'IDAT');
    expect(chunks.slice(1, place)).toEqual(before);
    expect(chunks.slice(place + 1, -1)).toEqual(after);
  });

  it('of a palette fit the RGB image that it becomes', async () => {
    const source = await pngWith([chunk('bKGD', 2), gamma], [], true);
    const palette = splitPng(source).find(({ type }) => type === 'PLTE')?.data ?? [];
    const chunks = await through(source);
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'bKGD', 'gAMA', 'IDAT', 'IEND']);
    expect(chunks[0].data[9]).toBe(2);
    expect([...chunks[1].data]).toEqual([0, palette[6], 0, palette[7], 0, palette[8]]);
  });

  it('count every bit of an alpha that was a chunk of its own', () => {
    const header = (depth: number, colourType: number) =>
      chunk('IHDR', 0, 0, 0, 4, 0, 0, 0, 4, depth, colourType, 0, 0, 0);
    const significant = (depth: number, colourType: number, channels: 1 | 2 | 3 | 4, ...bits: number[]) => {
      const chunks = [header(depth, colourType), chunk('sBIT', ...bits), chunk('IDAT')];
      const bitDepth = depth === 16 ? 16 : 8;
      const shape = { width: 4, height: 4, channels, bitDepth, images: 1 } as const;
      const [{ data }] = metadataOfPng(chunks, shape).placed;
      return Array.from(data);
    };
    expect(significant(16, 2, 4, 13, 14, 13)).toEqual([13, 14, 13, 16]);
    expect(significant(16, 0, 2, 11)).toEqual([11, 16]);
    expect(significant(8, 2, 4, 5, 6, 5)).toEqual([5, 6, 5, 8]);
    expect(significant(4, 3, 4, 5, 6, 5)).toEqual([5, 6, 5, 8]);
    expect(significant(8, 2, 3, 5, 6, 5)).toEqual([5, 6, 5]);
    expect(significant(8, 6, 4, 5, 6, 5, 1)).toEqual([5, 6, 5, 1]);
  });

  it('never hold image data, animation or offsets into the file', async () => {
    const chunks = await through(await pngWith([chunk('iDOT', 1, 2, 3)]));
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect(() => readPngMetadata(Uint8Array.of(0, ...text('IDAT'), 0))).toThrow(/not as the format writes/);
    expect(() => readPngMetadata(Uint8Array.of(2, ...text('gAMA'), 0))).toThrow(/not as the format writes/);
    expect(() => readPngMetadata(Uint8Array.of(0, ...text('gAMA'), 4, 0))).toThrow(/beyond the limit/);
  });

  it('are the same after writing and reading', () => {
    const placed = fc.record({
      type: fc.constantFrom('gAMA', 'tEXt', 'iCCP', 'vpAg'),
      data: fc.uint8Array(),
      afterImage: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(placed), (chunks) => {
        expect(readPngMetadata(writePngMetadata(chunks))).toEqual(chunks);
      }),
    );
  });

  it('leave the pixels readable when a profile is wrong', async () => {
    const profile = { type: 'iCCP', data: text('bad\0\0not zlib') };
    const chunks = await through(await pngWith([profile]));
    expect(chunks.find(({ type }) => type === 'iCCP')).toEqual(profile);
  });
});

describe('the chunks of a PNG file', () => {
  it('are refused when a byte differs or is missing', async () => {
    const png = await pngWith([gamma]);
    for (let place = 8; place < png.length; place++) {
      const damaged = png.slice();
      damaged[place] ^= 1;
      expect(() => splitPng(damaged), `byte ${place}`).toThrow(/^damaged PNG/);
      expect(() => splitPng(png.slice(0, place)), `cut at ${place}`).toThrow(/^damaged PNG/);
    }
  });
});

describe('the metadata of other files', () => {
  it('become chunks that say the same', async () => {
    const webp = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'nobody' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .webp({ lossless: true })
      .toBuffer();
    const { pixels, metadata, keepReason } = await readImage(new Uint8Array(webp));
    expect(keepReason).toBe(null);
    const source = await sharp(webp).metadata();
    const back = await sharp(await writePng(pixels as never, metadata)).metadata();
    expect(back.icc).toEqual(source.icc);
    expect(back.xmp).toEqual(source.xmp);
    expect(back.exif?.includes('nobody')).toBe(true);
  });
});
