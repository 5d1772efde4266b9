import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type InflateOptions, inflate } from '../../../codec/bytes/inflate.ts';

/** Each format as Node's zlib packs it. */
const PACK: Record<InflateOptions['format'], (bytes: Uint8Array) => Uint8Array> = {
  zlib: (bytes) => new Uint8Array(deflateSync(bytes)),
  raw: (bytes) => new Uint8Array(deflateRawSync(bytes)),
};
const FORMATS = Object.keys(PACK) as InflateOptions['format'][];
const badFile = expect.objectContaining({ code: 'bad-file' });

it.each(FORMATS)('%s: gives back what zlib packs, no byte beyond the maximum', (format) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(400), (part, times) => {
      const bytes = Uint8Array.from({ length: part.length * times }, (_, index) => part[index % part.length]);
      const packed = PACK[format](bytes);
      expect(inflate(packed, { format }, bytes.length)).toEqual(bytes);
      if (bytes.length === 0) return;
      expect(() => inflate(packed, { format }, bytes.length - 1)).toThrow(/go on beyond/);
    }),
    { numRuns: 40 },
  );
});

it.each(FORMATS)('%s: refuses what ends too early, and what follows', (format) => {
  const packed = PACK[format](Uint8Array.from({ length: 200 }, (_, index) => index * index));
  for (let length = 0; length < packed.length; length++)
    expect(() => inflate(packed.subarray(0, length), { format }, 200), `${length} bytes`).toThrow(badFile);
  expect(() => inflate(Uint8Array.of(...packed, 7), { format }, 200)).toThrow(badFile);
});

it('takes no format for another', () => {
  for (const format of FORMATS)
    for (const other of FORMATS)
      if (format !== other)
        expect(() => inflate(PACK[format](new Uint8Array(50)), { format: other }, 50)).toThrow(badFile);
});

it('refuses a checksum that does not fit', () => {
  const packed = PACK.zlib(Uint8Array.of(1, 2, 3));
  packed[packed.length - 1] ^= 1;
  expect(() => inflate(packed, { format: 'zlib' }, 3)).toThrow(/damaged/);
});

it('reads raw data with the dictionary that they were packed with', () => {
  const dictionary = new TextEncoder().encode('lossless image compression');
  const packed = new Uint8Array(deflateRawSync(dictionary, { dictionary }));
  expect(inflate(packed, { format: 'raw', dictionary }, 100)).toEqual(dictionary);
  expect(() => inflate(packed, { format: 'raw' }, 100)).toThrow(badFile);
});
