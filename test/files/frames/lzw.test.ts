import fc from 'fast-check';
import { expect, it } from 'vitest';
import { atOnce } from '../../../codec/bytes/turns.ts';
import { type Clears, type LzwKind, packLzw, TIFF_LZW, unpackLzw } from '../../../src/files/frames/lzw.ts';

const kinds: LzwKind[] = [TIFF_LZW, ...[2, 4, 8].map((literalBits) => ({ literalBits, isTiff: false }))];
const pack = (content: Uint8Array, kind: LzwKind, clears: Clears) => atOnce(packLzw(content, kind, clears));
const unpack = (stream: Uint8Array, kind: LzwKind, length: number) => atOnce(unpackLzw(stream, kind, length));

/** Few values in long runs, or noise. */
const contents = (literalBits: number) =>
  fc.oneof(
    fc
      .array(fc.tuple(fc.nat(2 ** literalBits - 1), fc.integer({ min: 1, max: 300 })), { maxLength: 60 })
      .map((runs) => Uint8Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value)))),
    fc.uint8Array({ maxLength: 9000, max: 2 ** literalBits - 1, size: 'max' }),
  );

it.each(kinds)('unpacks what it packs, and tells where the table was cleared: %j', (kind) => {
  const clears = fc.array(fc.nat(3000), { maxLength: 4 });
  fc.assert(
    fc.property(contents(kind.literalBits), clears, (content, wanted) => {
      const stream = pack(content, kind, [0, ...wanted]);
      const unpacked = unpack(stream, kind, content.length);
      expect(Buffer.compare(unpacked.content, content)).toBe(0);
      expect(pack(content, kind, unpacked.clears)).toEqual(stream);
    }),
  );
});

it('is that of GIF files', () => {
  // The picture of ten by ten pixels that Flickinger's 'What's in a GIF' takes apart.
  const stream = Uint8Array.from(Buffer.from('8c2d99872a1cdc33a00275ec95faa8de608c04914c01', 'hex'));
  const kind = { literalBits: 2, isTiff: false };
  const { content, clears } = unpack(stream, kind, 100);
  const rows = Array.from({ length: 10 }, (_, row) => content.subarray(10 * row, 10 * row + 10).join(''));
  expect(rows).toEqual([
    ...['1111122222', '1111122222', '1111122222', '1110000222', '1110000222'],
    ...['2220000111', '2220000111', '2222211111', '2222211111', '2222211111'],
  ]);
  expect(clears).toEqual([0]);
  expect(pack(content, kind, clears)).toEqual(stream);
});

it('refuses streams that are none, and ones of too many bytes', () => {
  const stream = pack(Uint8Array.of(1, 2, 3, 3, 3, 3), TIFF_LZW, [0]);
  expect(() => unpack(stream, TIFF_LZW, 5)).toThrow('too many bytes');
  expect(() => unpack(stream.subarray(0, 4), TIFF_LZW, 6)).toThrow('too early');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...kinds), (bytes, kind) => {
      try {
        expect(unpack(bytes, kind, 1000).content.length).toBeLessThanOrEqual(1000);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-input' });
      }
    }),
  );
});
