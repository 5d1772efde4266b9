import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from '../../../codec/bytes/checksum.ts';

/** Bit by bit, as ISO 3309 defines it. */
function reference(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

it('is the one of PNG and gzip', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

it('is the same computed bit by bit, at any offset', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, offset) => {
      expect(crc32(bytes.subarray(offset))).toBe(reference(bytes.subarray(offset)));
    }),
  );
});

it('goes on from one window of the kernel to the next', () => {
  const bytes = Uint8Array.from({ length: 2 ** 19 + 40 }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 24);
  for (const length of [2 ** 18 - 1, 2 ** 18, 2 ** 18 + 1, 2 ** 19 + 37])
    expect(crc32(bytes.subarray(3, 3 + length))).toBe(reference(bytes.subarray(3, 3 + length)));
});
