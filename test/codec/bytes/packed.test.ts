import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack } from '../../../codec/bytes/packed.ts';
import { decodeFilteredRows, encodeFilteredRows } from '../../../codec/plain/filtered-rows.ts';
import { pixelsArbitrary } from '../../container/arbitrary.ts';

it('packed bytes come back', async () => {
  const repeated = fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.integer({ min: 1, max: 50 }));
  await fc.assert(
    fc.asyncProperty(repeated, async ([part, times]) => {
      const bytes = Uint8Array.from({ length: part.length * times }, (_, index) => part[index % part.length]);
      const packed = pack(bytes);
      expect(packed.length).toBeLessThanOrEqual(bytes.length + 1);
      expect(await unpack(packed, bytes.length)).toEqual(bytes);
    }),
  );
});

it('unpacking stops at what is announced', async () => {
  const zlib = deflateSync(new Uint8Array(100_000));
  const packed = (length: number) => Uint8Array.of(1, (length & 0x7f) | 0x80, length >> 7, ...zlib);
  await expect(unpack(packed(5000), 200_000)).rejects.toThrow(/goes on beyond the 5000 bytes/);
  await expect(unpack(Uint8Array.of(1, 0x80, 0x80, 0x40, 1, 2), 2 ** 30)).rejects.toThrow(/cannot hold/);
  await expect(unpack(packed(5000), 4999)).rejects.toThrow(/beyond the limit/);
  await expect(unpack(Uint8Array.of(0, 1, 2, 3), 2)).rejects.toThrow(/too long/);
  await expect(unpack(Uint8Array.of(2), 9)).rejects.toThrow(/no known form/);
  await expect(unpack(Uint8Array.of(1, 9, 1, 2, 3, 4, 5), 9)).rejects.toThrow(/damaged/);
  await expect(unpack(Uint8Array.of(1, 99, ...deflateSync(new Uint8Array(98))), 99)).rejects.toThrow(
    /of 98 bytes/,
  );
});

it('deflated samples come back', async () => {
  await fc.assert(
    fc.asyncProperty(pixelsArbitrary, async (pixels) => {
      const { data, ...shape } = pixels;
      expect(await decodeFilteredRows(encodeFilteredRows(pixels), shape)).toEqual(pixels);
      expect(data.length).toBeGreaterThan(0);
    }),
  );
});
