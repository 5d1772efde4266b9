import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { packBits, unpackBits } from '../../../src/files/frames/packbits.ts';
import { readImage } from '../../../src/files/read-image.ts';
import { remakeFile } from '../../../src/files/remake-file.ts';

/** Runs of all lengths, most of them short. */
const rows = fc
  .array(fc.tuple(fc.nat(3), fc.oneof(fc.constantFrom(1, 1, 2, 3), fc.integer({ min: 120, max: 270 }))))
  .map((runs) => Uint8Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value))));

it('unpacks what it packs', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 500 }), (content, rowBytes) => {
      const packed = packBits(content, rowBytes);
      expect(Buffer.compare(unpackBits(packed, content.length), content)).toBe(0);
    }),
  );
});

it('packs as libtiff does', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (data) => {
      const width = Math.max(1, data.length);
      const image = sharp(data.length > 0 ? data : Uint8Array.of(1), {
        raw: { width, height: 1, channels: 1 },
      });
      const bytes = new Uint8Array(
        await image.toColourspace('b-w').tiff({ compression: 'packbits' }).toBuffer(),
      );
      const { pixels, form, metadata, recipe } = await readImage(bytes);
      if (!pixels || !recipe) throw new Error('it is not coded');
      expect(await remakeFile(pixels, form, metadata, recipe)).toEqual({ file: bytes, isAsMeant: true });
    }),
    { numRuns: 50 },
  );
});

it('refuses data that end too early, or stand for too much', () => {
  expect(() => unpackBits(Uint8Array.of(2, 1, 2), 3)).toThrow('damaged');
  expect(() => unpackBits(Uint8Array.of(254, 7), 2)).toThrow('damaged');
  expect(unpackBits(Uint8Array.of(128, 254, 7), 3)).toEqual(Uint8Array.of(7, 7, 7));
});
