import { describe, expect, it } from 'vitest';
import { readImage } from '../../../src/files/read-image.ts';
import { remakeFile } from '../../../src/files/remake-file.ts';
import { PIXELS, type Tag, type TiffFile, tiffFile } from './tiff-file.ts';

const reason = async (file: TiffFile) => (await readImage(tiffFile(file))).keepReason?.text ?? 'coded';
const text = (value: string) => [...Buffer.from(value, 'latin1')];

describe('a TIFF file of pixels alone', () => {
  it.each([
    ['least significant byte first', {}],
    ['most significant byte first', { littleEndian: false }],
    ['with offsets of 64 bits', { big: true }],
    ['with offsets of 64 bits, most significant byte first', { big: true, littleEndian: false }],
  ])('is coded: %s', async (_, file) => {
    const { pixels, form, metadata } = await readImage(tiffFile(file));
    expect(pixels).toMatchObject({ width: 3, height: 2, channels: 3, bitDepth: 8, images: 1 });
    expect(Array.from(pixels?.data ?? [])).toEqual(Array.from(PIXELS));
    expect(form).toEqual({ format: 'tiff' });
    expect(metadata.kind).toBe('none');
  });

  const plain: [string, Tag[]][] = [
    ['a full image', [[254, 4, [0]]]],
    ['upright', [[274, 3, [1]]]],
    ['unsigned', [[339, 3, [1, 1, 1]]]],
    ['in strips of one row', [[278, 3, [2]]]],
  ];
  it.each(plain)('is coded where it says that it is %s', async (_, tags) => {
    expect(await reason({ tags })).toBe('coded');
  });
});

describe('a TIFF file is coded with what PNG chunks can say', () => {
  const chunksOf = async (file: TiffFile) =>
    Buffer.from((await readImage(tiffFile(file))).metadata.data).toString('latin1');

  it('its profile and XMP', async () => {
    const chunks = await chunksOf({
      tags: [
        [700, 1, text('<x:xmpmeta/>')],
        [34675, 7, text('a profile')],
      ],
    });
    expect(chunks).toContain('XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>');
    expect(chunks).toContain('iCCP');
  });

  it.each([
    [300, 1, 2, 11811],
    [72, 1, 2, 2835],
    [13316915, 524288, 2, 1000], // 25.4 as libvips writes it
    [118, 1, 3, 11800],
  ])('%i/%i dots a unit %i as %i a metre', async (dots, per, unit, metre) => {
    const resolution: Tag[] = [282, 283].map((tag) => [tag, 5, [dots, per]]);
    const chunks = Buffer.from(await chunksOf({ tags: [...resolution, [296, 3, [unit]]] }), 'latin1');
    const place = chunks.indexOf('pHYs') + 5;
    expect([chunks.readUInt32BE(place), chunks.readUInt32BE(place + 4)]).toEqual([metre, metre]);
  });
});

describe('a TIFF file comes back byte for byte', () => {
  const grey = (bits: number, photometric: number): Tag[] => [
    [258, 3, [bits]],
    [262, 3, [photometric]],
    [277, 3, [1]],
  ];
  const files: [string, TiffFile][] = [
    ['a tag more', { tags: [[270, 2, text('a\0')]] }],
    ['a tag without a name here', { tags: [[65000, 1, [1]]] }],
    ['a reduced image', { tags: [[254, 4, [1]]] }],
    ['a picture within it', { tags: [[330, 4, [8]]] }],
    [
      'resolutions of their own',
      {
        tags: [
          [282, 5, [72, 1]],
          [283, 5, [36, 1]],
        ],
      },
    ],
    [
      'a resolution of fractions',
      {
        tags: [
          [282, 5, [7251, 100]],
          [283, 5, [7251, 100]],
        ],
      },
    ],
    [
      'a resolution without a unit',
      {
        tags: [
          [282, 5, [3, 1]],
          [283, 5, [3, 1]],
          [296, 3, [1]],
        ],
      },
    ],
    ['bytes behind all', { behind: [1, 2, 3] }],
    ['bytes in between', { between: [0, 1] }],
    ['bytes behind the last row', { pixels: Uint8Array.of(...PIXELS, 1) }],
    ['two levels', { tags: grey(1, 1) }],
    ['levels from white to black', { tags: grey(8, 0) }],
    ['four levels from white to black', { tags: grey(2, 0) }],
    ['16 bits from white to black', { tags: grey(16, 0) }],
    ['a palette', { tags: [...grey(4, 3), [320, 3, Array.from({ length: 48 }, (_, at) => 257 * at)]] }],
    ['zeros behind all', { behind: Array(16).fill(0) }],
    [
      'profile and XMP',
      {
        tags: [
          [700, 1, text('<x:xmpmeta/>')],
          [34675, 7, text('a profile')],
        ],
      },
    ],
    ['a profile of another type', { tags: [[34675, 2, text('a profile\0')]] }],
    ['many tags', { tags: Array.from({ length: 100 }, (_, index): Tag => [40000 + index, 1, [1]]) }],
  ];
  it.each(files)('with %s', async (_, file) => {
    for (const variant of [{}, { littleEndian: false }, { big: true }]) {
      const bytes = tiffFile({ ...file, ...variant });
      const { pixels, form, metadata, recipe } = await readImage(bytes);
      if (!pixels || !recipe) throw new Error('it is not coded');
      expect(await remakeFile(pixels, form, metadata, recipe)).toEqual({ file: bytes, isAsMeant: true });
    }
  });

  const places: [string, Tag[]][] = [
    [
      'two strips',
      [
        [273, 4, [8, 17]],
        [278, 3, [1]],
        [279, 4, [9, 9]],
      ],
    ],
    [
      'planes of their own',
      [
        [273, 4, [8, 14, 20]],
        [279, 3, [6, 6, 6]],
        [284, 3, [2]],
      ],
    ],
  ];
  /** 3x2 pixels in the corner of a tile of 16x16, with others beyond. */
  const tile = (beyond: (row: number, column: number) => number) =>
    Uint8Array.from({ length: 768 }, (_, at) => {
      const [row, column] = [Math.floor(at / 48), Math.floor((at % 48) / 3)];
      const inside = row < 2 && column < 3;
      return (inside ? PIXELS[row * 9 + (at % 48)] : beyond(row, column) + (at % 3)) & 255;
    });
  const tileTags: Tag[] = [322, 323]
    .map((tag): Tag => [tag, 3, [16]])
    .concat([
      [324, 4, [8]],
      [325, 4, [768]],
    ]);
  it.each([
    ['zeros', tile(() => 0).map((byte, at) => (at % 48 < 9 && at < 57 ? byte : 0))],
    [
      'the last column and row again',
      tile((row, column) => PIXELS[Math.min(row, 1) * 9 + Math.min(column, 2) * 3]),
    ],
    ['other things', tile((row, column) => 17 * row + 3 * column)],
  ])('in tiles that hold beyond the image %s', async (_, pixels) => {
    const bytes = tiffFile({ tags: tileTags, without: [273, 279], pixels });
    const read = await readImage(bytes);
    if (!read.pixels || !read.recipe) throw new Error('it is not coded');
    expect(Array.from(read.pixels.data)).toEqual(Array.from(PIXELS));
    const remade = await remakeFile(read.pixels, read.form, read.metadata, read.recipe);
    expect(remade).toEqual({ file: bytes, isAsMeant: true });
  });

  it.each(places)('in %s', async (_, tags) => {
    const bytes = tiffFile({ tags });
    const { pixels, form, metadata, recipe } = await readImage(bytes);
    if (!pixels || !recipe) throw new Error('it is not coded');
    expect(await remakeFile(pixels, form, metadata, recipe)).toEqual({ file: bytes, isAsMeant: true });
  });
});

describe('a TIFF file is kept', () => {
  const extras: [string, TiffFile, string][] = [
    ['bits in another order', { tags: [[266, 3, [2]]] }, 'TIFF of bits in another order'],
    ['a second page', { next: 8 }, 'several pages'],
    ['levels from white to black', { tags: [[262, 3, [0]]] }, 'TIFF with 3 channels'],
    ['a palette', { tags: [[262, 3, [3]]] }, 'TIFF with 3 channels'],
    ['LAB', { tags: [[262, 3, [8]]] }, 'LAB samples'],
    ['a fourth channel', { tags: [[277, 3, [4]]] }, 'TIFF with alpha'],
    ['samples of 12 bits', { tags: [[258, 3, [12, 12, 12]]] }, 'TIFF of 12-bit samples'],
    ['signed samples', { tags: [[339, 3, [2, 2, 2]]] }, 'TIFF samples that are signed or of floating point'],
    [
      'a compression unknown here',
      { tags: [[259, 3, [34887]]] },
      "TIFF's compression 34887 is not decoded here",
    ],
    ['JPEG', { tags: [[259, 3, [7]]] }, 'JPEG in TIFF is lossy already'],
    ['a rotation', { tags: [[274, 3, [6]]] }, 'a rotated TIFF'],
    ['camera raw', { tags: [[50706, 1, [1, 4, 0, 0]]] }, 'DNG is not decoded here'],
  ];
  it.each(extras)('with %s', async (_, file, expected) => {
    expect(await reason(file)).toBe(expected);
    expect(await reason({ ...file, big: true })).toBe(expected);
  });

  it.each([
    ['without pixels', { without: [273] }],
    ['whose pixels end beyond it', { tags: [[273, 4, [100_000]]] }],
    ['with too few pixels', { pixels: PIXELS.subarray(1) }],
    ['with a width that is text', { tags: [[256, 2, text('3\0')]] }],
    ['with a size of nothing', { tags: [[256, 3, [0]]] }],
  ] as [string, TiffFile][])('as damaged one %s', async (_, file) => {
    expect(await reason(file)).toMatch(/^damaged TIFF: /);
  });

  it('with strips that are no part of the image', async () => {
    const strips: Tag[] = [
      [273, 4, [8, 8]],
      [279, 4, [18, 18]],
    ];
    expect(await reason({ tags: strips })).toBe('a TIFF of 2 strips or tiles where its image has 1');
  });

  it('cut anywhere', async () => {
    const file = tiffFile();
    for (let length = 8; length < file.length; length++)
      expect((await readImage(file.slice(0, length))).keepReason, `${length} bytes`).not.toBe(null);
  });

  it('not for a few zeros that align it', async () => {
    expect(await reason({ between: [0], behind: [0, 0, 0] })).toBe('coded');
  });
});
