// What in a PNG file keeps it as it was, though decoders read its pixels.
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinPng, type PngChunk, splitPng } from '../../../src/files/png/chunks.ts';
import { readImage } from '../../../src/files/read-image.ts';

const data = Uint8Array.from({ length: 1989 }, (_, index) => (index * index) % 251);
const image = sharp(data, { raw: { width: 51, height: 13, channels: 3 } });
const reason = async (png: Uint8Array) => (await readImage(png)).keepReason?.text ?? 'coded';
const chunk = (type: string, ...bytes: number[]): PngChunk => ({ type, data: Uint8Array.from(bytes) });

describe.each([
  ['plain', {}],
  ['interlaced', { progressive: true }],
  ['with a palette', { palette: true }],
  ['with a palette of 4 bits, interlaced', { palette: true, colours: 11, progressive: true }],
])('a PNG file, %s,', (_, options) => {
  let before: PngChunk[];
  let packed: Uint8Array;
  let after: PngChunk[];
  const withData = (...parts: Uint8Array[]) =>
    joinPng([...before, ...parts.map((part) => ({ type: 'IDAT', data: part })), ...after]);

  beforeAll(async () => {
    const chunks = splitPng(await image.clone().png(options).toBuffer());
    const isData = ({ type }: PngChunk) => type === 'IDAT';
    packed = Uint8Array.from(Buffer.concat(chunks.filter(isData).map((part) => part.data)));
    before = chunks.slice(0, chunks.findIndex(isData));
    after = chunks.slice(chunks.findLastIndex(isData) + 1);
  });

  it('is coded, however its image data are cut into chunks', async () => {
    expect(await reason(withData(packed))).toBe('coded');
    expect(await reason(withData(packed.subarray(0, 9), packed.subarray(9, 10), packed.subarray(10)))).toBe(
      'coded',
    );
    expect(await reason(withData(packed, new Uint8Array(0)))).toBe('coded');
  });

  it('is kept with bytes that decoders pass over', async () => {
    const text = "5 bytes behind the pixels in the PNG's image data";
    expect(await reason(withData(packed, Uint8Array.of(1, 2, 3, 4, 5)))).toBe(text);
    expect(await reason(withData(Uint8Array.of(...packed, 1, 2, 3, 4, 5)))).toBe(text);
    expect(await reason(Uint8Array.of(...withData(packed), 0, 0))).toBe('2 bytes behind the end of the PNG');
    after = [...after.slice(0, -1), chunk('IEND', 1)];
    expect(await reason(withData(packed))).toBe('1 bytes behind the end of the PNG');
    after = [...after.slice(0, -1), chunk('IEND')];
  });

  it('is kept with chunks that are true of its own bytes alone, or that nobody knows', async () => {
    const withChunk = (added: PngChunk) =>
      reason(joinPng([...before, added, chunk('IDAT', ...packed), ...after]));
    expect(await withChunk(chunk('dSIG', 1))).toBe('PNG chunks dSIG');
    expect(await withChunk(chunk('fcTL', 1))).toBe('PNG chunks fcTL');
    expect(await withChunk(chunk('acTL', 0, 0, 0, 1, 0, 0, 0, 0))).toBe('an animation');
    expect(await withChunk(chunk('ABCD'))).toBe('the critical PNG chunk ABCD is not known here');
    expect(await withChunk(chunk('abCD', 1))).toBe('coded');
    expect(await withChunk(chunk('iDOT', 1))).toBe('coded');
    before = [...before, chunk('iDOT', 1)];
    expect(await withChunk(chunk('iDOT', 2))).toBe('PNG chunks iDOT');
    before = before.slice(0, -1);
  });

  it('is kept as a damaged one, and never refused, cut anywhere and whatever its checksums say', async () => {
    const png = withData(packed);
    for (const length of [4, 8, 20, 33, 60, png.length - 20, png.length - 12, png.length - 1])
      expect(await reason(png.slice(0, length)), `${length} bytes`).toMatch(/^damaged PNG: /);
    const adler = packed.slice();
    adler[adler.length - 1] ^= 1;
    expect(await reason(withData(adler))).toMatch(/^damaged PNG: its image data do not unpack/);
    const between = joinPng([
      ...before,
      chunk('IDAT', ...packed.subarray(0, 9)),
      chunk('tEXt', 65, 0),
      chunk('IDAT', ...packed.subarray(9)),
      ...after,
    ]);
    expect(await reason(between)).toBe('damaged PNG: its image data are not in one piece');
  });
});

it('the form is told where the PNG file that comes out has another', async () => {
  const form = async (options: object) => (await readImage(await image.clone().png(options).toBuffer())).form;
  expect(await form({})).toBe(null);
  expect(await form({ progressive: true })).toMatchObject({ colourType: 2, depth: 8, interlaced: true });
  expect(await form({ palette: true, colours: 4 })).toMatchObject({
    colourType: 3,
    depth: 2,
    interlaced: false,
  });
});
