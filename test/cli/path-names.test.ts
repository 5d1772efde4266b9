// Names as strings that lose no byte.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOfName, nameOfBytes, osPath } from '../../src/cli/common/path-names.ts';

it('gives every byte back, UTF-8 or not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      expect(Buffer.from(bytesOfName(nameOfBytes(bytes)))).toEqual(Buffer.from(bytes));
    }),
  );
});

it('leaves what is UTF-8 as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(nameOfBytes(Buffer.from(name))).toBe(name);
      expect(osPath(name)).toBe(name);
    }),
  );
});

it('has the bytes of a Latin-1 name for the file system', () => {
  const name = nameOfBytes(Buffer.from('café.png', 'latin1'));
  expect(name).toBe('caf\udce9.png');
  expect(osPath(name)).toEqual(Buffer.from('café.png', 'latin1'));
});
