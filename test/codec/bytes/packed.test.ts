import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack } from '../../../codec/bytes/packed.ts';
import { decodeFilteredRows, encodeFilteredRows } from '../../../codec/plain/filtered-rows.ts';
import { pixelsArbitrary } from '../../container/arbitrary.ts';

it('packed bytes come back', () => {
  const repeated = fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(repeated, ([part, times]) => {
      const bytes = Uint8Array.from({ length: part.length * times }, (_, index) => part[index % part.length]);
      const packed = pack(bytes);
      expect(packed.length).toBeLessThanOrEqual(bytes.length + 1);
      expect(unpack(packed, bytes.length)).toEqual(bytes);
    }),
  );
});

it('unpacking stops at what is announced', () => {
  const zlib = deflateSync(new Uint8Array(100_000));
  const packed = (length: number) => Uint8Array.of(1, (length & 0x7f) | 0x80, length >> 7, ...zlib);
  expect(() => unpack(packed(5000), 200_000)).toThrow(/go on beyond the 5000 bytes/);
  expect(() => unpack(Uint8Array.of(1, 0x80, 0x80, 0x40, 1, 2), 2 ** 30)).toThrow(/cannot hold/);
  expect(() => unpack(packed(5000), 4999)).toThrow(/beyond the limit/);
  expect(() => unpack(Uint8Array.of(0, 1, 2, 3), 2)).toThrow(/too long/);
  expect(() => unpack(Uint8Array.of(2), 9)).toThrow(/no known form/);
  expect(() => unpack(Uint8Array.of(1, 9, 1, 2, 3, 4, 5), 9)).toThrow(/damaged/);
  expect(() => unpack(Uint8Array.of(1, 99, ...deflateSync(new Uint8Array(98))), 99)).toThrow(/of 98 bytes/);
  expect(() => unpack(Uint8Array.of(1, 98, ...deflateSync(new Uint8Array(98)), 0), 99)).toThrow(/follow/);
});

it('deflated samples come back', () => {
  fc.assert(
    fc.property(pixelsArbitrary, (pixels) => {
      const { data, ...shape } = pixels;
      expect(decodeFilteredRows(encodeFilteredRows(pixels), shape)).toEqual(pixels);
      expect(data.length).toBeGreaterThan(0);
    }),
  );
});
