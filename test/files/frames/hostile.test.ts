// Files that say one thing twice, or claim what they do not hold: what comes back is the file, or it is kept.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { atOnce } from '../../../codec/bytes/turns.ts';
import { packLzw } from '../../../src/files/frames/lzw.ts';
import { packBits, unpackBits } from '../../../src/files/frames/packbits.ts';
import { readImage } from '../../../src/files/read-image.ts';
import { remakeFile } from '../../../src/files/remake-file.ts';
import { PIXELS, type Tag, tiffFile } from '../tiff/tiff-file.ts';

const reasonOf = async (bytes: Uint8Array) => (await readImage(bytes)).keepReason?.text;

/** 24 bits, 4 x 8 pixels, with its data from a byte of its header on. */
function bmpFrom(offset: number): Uint8Array {
  const file = Buffer.alloc(200, 1);
  file.fill(0, 0, 54);
  file.write('BM');
  for (const [at, value] of [
    [10, offset],
    [14, 40],
    [18, 4],
    [22, 8],
    [28, 24],
  ])
    file.writeUInt16LE(value, at);
  return new Uint8Array(file);
}

it.each([
  ['TIFF, its strip over its header', tiffFile({ tags: [[273, 4, [0]]] })],
  ['BMP, its pixels from its start on', bmpFrom(0)],
  ['BMP, its pixels over its header', bmpFrom(20)],
])('image data that lie over what is needed to read them keep a file: %s', async (_, bytes) => {
  expect(await reasonOf(bytes)).toMatch(/would not give its bytes back/);
});

it('PackBits may take more than what it packs', () => {
  const row = Uint8Array.from(
    { length: 1000 },
    (_, at) => [1, 2, 2, 3, 3][at % 5] + (Math.floor(at / 5) % 7),
  );
  const packed = packBits(row, 1000);
  expect(unpackBits(packed, 1000)).toEqual(row);
  expect(packed.length).toBeGreaterThan(1000);
});

it('TIFF whose offsets of 16 bits do not reach what is packed anew is kept', async () => {
  // All of it literally, 128 bytes each: our PackBits, with its short runs, takes more, and the last strip moves.
  const [width, rows] = [1000, [40, 30]];
  const pixels = Uint8Array.from({ length: width }, (_, at) => [1, 2, 2, 3, 3][at % 5]);
  const packedRow: number[] = [];
  for (let at = 0; at < width; at += 128)
    packedRow.push(Math.min(128, width - at) - 1, ...pixels.subarray(at, at + 128));
  const strips = rows.map((count) => Buffer.concat(Array(count).fill(Buffer.from(packedRow))));
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(8 + strips[0].length + strips[1].length, 4);
  const [first, second] = strips.map(({ length }) => length);
  const tags: [number, number, number, number][] = [
    [256, 3, 1, width],
    [257, 3, 1, 70],
    [258, 3, 1, 8],
    [259, 3, 1, 32773],
    [262, 3, 1, 1],
    [273, 3, 2, 8 + 65536 * (8 + first)],
    [278, 3, 1, 40],
    [279, 3, 2, first + 65536 * second],
  ];
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [index, [tag, type, count, value]] of tags.entries()) {
    directory.writeUInt16LE(tag, 2 + 12 * index);
    directory.writeUInt16LE(type, 4 + 12 * index);
    directory.writeUInt32LE(count, 6 + 12 * index);
    directory.writeUInt32LE(value, 10 + 12 * index);
  }
  const bytes = new Uint8Array(Buffer.concat([header, ...strips, directory]));
  expect((await sharp(bytes).toColourspace('b-w').raw().toBuffer()).subarray(0, width)).toEqual(
    Buffer.from(pixels),
  );
  expect(await reasonOf(bytes)).toMatch(/would not give its bytes back/);
});

it('a predictor counts for LZW and Deflate alone, as other readers have it', async () => {
  const predictor: Tag = [317, 3, [2]];
  expect((await readImage(tiffFile({ tags: [predictor] }))).pixels?.data).toEqual(PIXELS);
});

it('clear codes without end, and between any two codes, are read in little time', async () => {
  const content = new Uint8Array(640 * 480).map((_, at) => (at >> 3) % 4);
  const gif = (stream: Uint8Array, width: number, height: number) => {
    const blocks: number[] = [];
    for (let at = 0; at < stream.length; at += 255)
      blocks.push(Math.min(255, stream.length - at), ...stream.subarray(at, at + 255));
    const size = [width & 255, width >> 8, height & 255, height >> 8];
    const palette = [0, 0, 0, 9, 9, 9, 20, 20, 20, 200, 200, 200];
    const start = [
      ...Buffer.from('GIF89a'),
      ...size,
      0x81,
      0,
      0,
      ...palette,
      0x2c,
      0,
      0,
      0,
      0,
      ...size,
      0,
      2,
    ];
    return new Uint8Array(Buffer.concat([Buffer.from(start), Buffer.from(blocks), Buffer.of(0, 0x3b)]));
  };
  const clears = [0, ...Array<number>(content.length / 2).fill(2)];
  const often = gif(atOnce(packLzw(content, { literalBits: 2, isTiff: false }, clears)), 640, 480);
  const { pixels, form, metadata, recipe } = await readImage(often);
  if (!pixels || !recipe) throw new Error('it is not coded');
  expect((await remakeFile(pixels, form, metadata, recipe)).file).toEqual(often);
  // Codes of three bits, all of them 4.
  const endless = new Uint8Array(3 * 40000).map((_, at) => [0b00100100, 0b01001001, 0b10010010][at % 3]);
  expect(await reasonOf(gif(endless, 16, 16))).toBe('damaged GIF: its LZW data are damaged');
});

it('numbers that are none, and tags without values, are no more than damage', async () => {
  for (const [name, value] of [
    ['WIDTH', '-5'],
    ['HEIGHT', '1.5'],
    ['MAXVAL', '-3'],
    ['DEPTH', 'x'],
  ]) {
    const header = { WIDTH: '2', HEIGHT: '2', DEPTH: '1', MAXVAL: '255', [name]: value };
    const lines = Object.entries(header).map((field) => field.join(' '));
    expect(await reasonOf(Buffer.from(`P7\n${lines.join('\n')}\nENDHDR\nabcd`)), name).toMatch(/PAM/);
  }
  const none: Tag[] = [282, 283].map((tag): Tag => [tag, 5, []]);
  expect(await reasonOf(tiffFile({ tags: none }))).toBe(undefined);
});

it('a file in a Buffer stays as it is', async () => {
  const bytes = Buffer.from(tiffFile({ tags: [[700, 1, [60, 120, 47, 62]]] }));
  const before = Uint8Array.from(bytes);
  expect((await readImage(bytes)).recipe).not.toBe(null);
  expect(Uint8Array.from(bytes)).toEqual(before);
});
