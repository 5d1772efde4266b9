import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteOfForm, changesOf, formOfByte } from '../../container/source-form.ts';
import { forms } from './arbitrary.ts';

it('a form is a byte, and other bytes are none', () => {
  fc.assert(
    fc.property(forms, (form) => {
      expect(formOfByte(byteOfForm(form))).toEqual(form);
    }),
  );
  for (let byte = 0; byte < 256; byte++) {
    const form = formOfByte(byte);
    if (form) expect(byteOfForm(form)).toBe(byte);
  }
  expect([1, 5, 7, 0x28, 0x87, 0xff].map(formOfByte)).toEqual(Array(6).fill(null));
});

const changes = (colourType: number, depth: number, interlaced: boolean, channels: number, bitDepth = 8) =>
  changesOf({ format: 'png', colourType, depth, interlaced }, {
    ...{ width: 1, height: 1, images: 1, channels, bitDepth },
  } as never);

it('a form tells what comes out differently', () => {
  expect(changes(2, 8, false, 3)).toEqual([]);
  expect(changes(6, 16, false, 4, 16)).toEqual([]);
  expect(changes(3, 4, false, 3)).toEqual(['palette as RGB']);
  expect(changes(3, 8, true, 4)).toEqual(['palette as RGB with alpha', 'interlaced as plain']);
  expect(changes(0, 1, false, 1)).toEqual(['1 bit as 8']);
  expect(changes(0, 4, false, 2)).toEqual(['4 bits as 8', 'transparent colour as alpha channel']);
  expect(changes(2, 16, false, 4, 16)).toEqual(['transparent colour as alpha channel']);
  const shape = { width: 1, height: 1, images: 1, channels: 3, bitDepth: 8 } as const;
  expect(changesOf({ format: 'tiff' }, shape)).toEqual(['packed anew']);
  expect(changesOf({ format: 'bmp' }, shape)).toEqual(['BMP as PNG']);
  expect(changesOf({ format: 'idx.gz' }, shape)).toEqual(['gzip unpacked']);
  expect(changesOf(null, shape)).toEqual([]);
});
