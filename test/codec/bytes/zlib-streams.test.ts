import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { deflate } from 'pako';
import { expect, it } from 'vitest';
import { packAsBefore, understandZlib } from '../../../codec/bytes/zlib-streams.ts';
import { KNOWN_PROFILES } from '../../../container/metadata/known-profiles.ts';

const header = Uint8Array.of(0x78, 0xda);

it('packs the sRGB profile into the very bytes that libpng writes at level 9', () => {
  const stream = packAsBefore(KNOWN_PROFILES[0], { header, how: 0x29 });
  expect(createHash('sha256').update(stream).digest('hex')).toBe(
    'efe3f172c88214f73c5a284ddc90c2456a2a442aaa5deb8be56dbdce887cf22b',
  );
});

it('streams that are understood come back, of whatever settings', () => {
  const settings = fc.record({
    level: fc.integer({ min: 0, max: 9 }),
    strategy: fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<0 | 1 | 2 | 3>,
    memLevel: fc.constantFrom(8, 9),
    windowBits: fc.integer({ min: 9, max: 15 }),
    legacyHash: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 80 }), settings, (part, times, options) => {
      const content = new TextEncoder().encode(part.repeat(times));
      const stream = deflate(content, options);
      const understood = understandZlib(stream, content.length);
      expect(understood?.content).toEqual(content);
      expect(understood?.settings && packAsBefore(content, understood.settings)).toEqual(stream);
    }),
    { numRuns: 60 },
  );
});

it('leaves alone what it cannot pack again', () => {
  const stream = new Uint8Array(deflateSync(KNOWN_PROFILES[0]));
  const flushed = new Uint8Array(deflateSync(new Uint8Array(500), { strategy: 4 }));
  for (const other of [
    flushed,
    stream.subarray(0, stream.length - 1),
    Uint8Array.of(...stream, 0),
    Uint8Array.of(0x79, ...stream.subarray(1)),
    Uint8Array.of(0x78),
    KNOWN_PROFILES[0],
  ])
    expect(understandZlib(other, 10_000)?.settings ?? null).toBeNull();
  expect(understandZlib(deflate(KNOWN_PROFILES[0]), 3143)).toBeNull();
});

it('refuses settings that no stream has', () => {
  for (const how of [12, 15])
    expect(() => packAsBefore(header, { header, how })).toThrow(/packed in no known way/);
  // A wrong check, and a right one with the bit of a preset dictionary.
  for (const second of [0xdb, 0xbb])
    expect(() => packAsBefore(header, { header: Uint8Array.of(0x78, second), how: 9 })).toThrow(
      /no known way/,
    );
});
