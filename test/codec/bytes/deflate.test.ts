import { inflateRawSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { deflateRaw, deflate as pakoDeflate } from 'pako';
import { expect, it } from 'vitest';
import { deflate } from '../../../codec/bytes/deflate.ts';

/** Repetitive bytes: what comes out depends on the tables of matches, and on what is left in them. */
const bytesArbitrary = fc
  .tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(40), fc.uint8Array({ maxLength: 9 }))
  .map(([part, times, end]) =>
    Uint8Array.of(
      ...Array(times)
        .fill([...part])
        .flat(),
      ...end,
    ),
  );
const dictionary = Uint8Array.from({ length: 900 }, (_, index) => index % 37);
const settings = fc.record({
  level: fc.constantFrom(6 as const, 9 as const),
  filtered: fc.boolean(),
  legacyHash: fc.boolean(),
});

it('gives the bytes of a fresh state, whatever was packed before', () => {
  fc.assert(
    fc.property(bytesArbitrary, settings, fc.boolean(), (bytes, { level, filtered, legacyHash }, raw) => {
      const own = { level, filtered, legacyHash };
      const fresh = { level, memLevel: 9, strategy: filtered ? 1 : 0, legacyHash } as const;
      expect(deflate(bytes, { ...own, format: 'zlib' })).toEqual(pakoDeflate(bytes, fresh));
      const given = raw ? { dictionary } : {};
      expect(deflate(bytes, { ...own, ...given, format: 'raw' })).toEqual(
        deflateRaw(bytes, { ...fresh, ...given }),
      );
    }),
    { numRuns: 300 },
  );
});

it('looks for matches at the end of the bytes as if nothing had ever stood behind it', () => {
  const options = { format: 'zlib', level: 6 } as const;
  deflate(new Uint8Array(300).fill(65), options);
  const bytes = Uint8Array.of(9, 1, 2, 3, 0, 8, 5, 1, 2, 3);
  expect(deflate(bytes, options)).toEqual(pakoDeflate(bytes, { level: 6, memLevel: 9 }));
});

it('packs more than goes out at once', () => {
  const noise = Uint8Array.from({ length: 100_000 }, (_, index) => Math.imul(index, 2654435761) >>> 13);
  for (let time = 0; time < 2; time++) {
    expect(inflateSync(deflate(noise, { format: 'zlib', level: 6 })).equals(noise)).toBe(true);
    expect(inflateRawSync(deflate(noise, { format: 'raw', level: 9 })).equals(noise)).toBe(true);
  }
});
