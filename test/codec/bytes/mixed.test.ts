import fc from 'fast-check';
import { expect, it } from 'vitest';
import { learnedFrom, packMixed, unpackMixed } from '../../../codec/bytes/mixed.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const WORDS = bytesOf('Created with GIMP. Software. Copyright, all rights reserved. http://www.example.org');
const learned = learnedFrom(WORDS);

it('packs to the bytes that it always packed to', () => {
  const text = bytesOf('Created with software of example.org, all rights reserved');
  const packed = packMixed(text, learned);
  expect(Buffer.from(packed).toString('hex')).toBe('ca384254d77e085a892040');
  expect(unpackMixed(packed, text.length, learned)).toEqual(text);
});

it('any bytes come back, those of few values and repetitions too', () => {
  const noise = fc.uint8Array({ maxLength: 300 });
  const few = fc
    .array(fc.constantFrom(0, 255, 97), { maxLength: 300 })
    .map((bytes) => Uint8Array.from(bytes));
  const again = fc.tuple(noise, fc.nat(5)).map(([bytes, times]) => {
    return Uint8Array.from(
      Array(times)
        .fill([...bytes])
        .flat(),
    );
  });
  fc.assert(
    fc.property(fc.oneof(noise, few, again), (bytes) => {
      const packed = packMixed(bytes, learned);
      expect(packed.length).toBeLessThanOrEqual(bytes.length * 1.1 + 8);
      expect(unpackMixed(packed, bytes.length, learned)).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

it('what was learned is as it was after packing and unpacking', () => {
  const text = bytesOf('all rights reserved, all rights reserved');
  const packed = packMixed(text, learned);
  unpackMixed(packed, text.length, learned);
  expect(packMixed(text, learned)).toEqual(packed);
  expect(packMixed(text, learnedFrom(WORDS))).toEqual(packed);
});

it('of what was learned little is left to say, and of a run next to nothing', () => {
  expect(packMixed(bytesOf('Copyright, all rights reserved'), learned).length).toBeLessThan(8);
  expect(packMixed(new Uint8Array(10_000).fill(120), learned).length).toBeLessThan(40);
});

it('any bytes stand for some, missing ones for zeros', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
      const bytes = unpackMixed(noise, 64, learned);
      expect(unpackMixed(Uint8Array.of(...noise, 0, 0), 64, learned)).toEqual(bytes);
      expect(unpackMixed(packMixed(bytes, learned), 64, learned)).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});
