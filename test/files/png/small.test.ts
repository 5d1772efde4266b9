import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeSmallPng, isSmall } from '../../../src/files/png/small.ts';
import { writePng } from '../../../src/files/png/write.ts';

const NO_METADATA = { kind: 'none', data: new Uint8Array(0) } as const;

describe('small PNG files', () => {
  it('hold the samples, whatever they are', async () => {
    const image = fc
      .tuple(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(1, 2, 3, 4),
        fc.constantFrom(1, 2, 256),
      )
      .chain(([width, height, channels, levels]) =>
        fc
          .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
          .map((data) => ({ data: data.map((level) => level % levels), width, height, channels })),
      );
    await fc.assert(
      fc.asyncProperty(image, async ({ data, ...shape }) => {
        const pixels = { ...shape, data, bitDepth: 8, images: 1 } as never;
        expect(isSmall(pixels)).toBe(true);
        const png = encodeSmallPng(pixels);
        const metadata = await sharp(png).metadata();
        expect([metadata.width, metadata.height]).toEqual([shape.width, shape.height]);
        expect(metadata.channels).toBe(shape.channels);
        const read = sharp(png);
        const plain = shape.channels === 1 ? read.toColourspace('b-w') : read;
        const { data: found, info } = await plain.raw().toBuffer({ resolveWithObject: true });
        // sharp gives grey with alpha as four channels.
        const step = info.channels / shape.channels;
        const expected =
          step === 2 ? [...data].flatMap((x, i) => (i % 2 === 0 ? [x, x, x] : [x])) : [...data];
        expect([...found]).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('are what is written of such images, and smaller than sharp’s of drawings', async () => {
    const data = new Uint8Array(28 * 28).map((_, i) => (i % 28 > 10 && i % 28 < 14 ? 250 - (i % 3) : 0));
    const pixels = { data, width: 28, height: 28, channels: 1, bitDepth: 8, images: 1 } as const;
    expect(await writePng(pixels, NO_METADATA)).toEqual(encodeSmallPng(pixels));
    expect(isSmall({ ...pixels, images: 2 })).toBe(false);
    expect(isSmall({ ...pixels, data: new Uint16Array(784), bitDepth: 16 })).toBe(false);
  });
});
