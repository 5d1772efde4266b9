import { describe, expect, it } from 'vitest';
import { SNIFF_BYTES, sniff } from '../../src/files/formats.ts';
import { readImage } from '../../src/files/read-image.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const media = (major: string, ...compatible: string[]) =>
  `\0\0\0${String.fromCharCode(16 + 4 * compatible.length)}ftyp${major}\0\0\0\0${compatible.join('')}`;
const targa = (...[type, palette, depth, descriptor]: number[]) =>
  Uint8Array.of(0, palette, type, 0, 0, palette, 0, palette * 24, 0, 0, 0, 0, 9, 0, 5, 0, depth, descriptor);

/** The start of a file that is not decoded here, by the name of its format. */
const starts: Record<string, string[]> = {
  ICO: ['\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0'],
  CUR: ['\0\0\x02\0\x01\0\x10\x10\0\0\x01\0\x01\0\x68\x04\0\0\x16\0\0\0'],
  PFM: ['PF\n3 2\n-1.0\n'],
  HEIF: [media('heic', 'mif1', 'heic'), media('mif1', 'heic')],
  CR2: ['II*\0\x10\0\0\0CR\x02\0'],
  CR3: [media('crx ', 'crx ', 'isom')],
  'JPEG XL': ['\xff\x0a\xfa', '\0\0\0\x0cJXL \r\n\x87\n'],
  'JPEG 2000': ['\0\0\0\x0cjP  \r\n\x87\n', '\xff\x4f\xff\x51\0'],
  'JPEG XR': ['II\xbc\x01'],
  'JPEG-LS': ['\xff\xd8\xff\xf7'],
  PSD: ['8BPS\0\x01'],
  OpenEXR: ['\x76\x2f\x31\x01\x02'],
  'Radiance HDR': ['#?RADIANCE\n'],
  QOI: ['qoif\0\0\0\x03'],
  DDS: ['DDS \x7c\0\0\0'],
  FITS: ['SIMPLE  =                    T'],
  DICOM: [`${'\0'.repeat(128)}DICM`],
  RAF: ['FUJIFILMCCD-RAW 0201'],
  ORF: ['IIRO\x08\0\0\0'],
  RW2: ['IIU\0\x18\0\0\0'],
  PCX: ['\x0a\x05\x01\x08'],
  SGI: ['\x01\xda\x01\x01\0\x03'],
};

describe('a file that viewers open and that is not decoded here', () => {
  it.each(Object.entries(starts))('is kept with the name of its format: %s', async (name, files) => {
    for (const file of files) {
      const { shape, keepReason, pixels } = await readImage(bytes(file));
      expect(keepReason).toEqual({ kind: 'undecoded', text: `${name} is not decoded here` });
      expect([shape.width, shape.height, shape.images, shape.channels, shape.bitDepth]).toEqual([
        0, 0, 0, 0, 0,
      ]);
      expect(pixels).toBe(null);
    }
  });

  it.each([
    ['of true colours', targa(2, 0, 24, 0)],
    ['with alpha, packed', targa(10, 0, 32, 8)],
    ['grey, from the top', targa(3, 0, 8, 32)],
    ['of a palette', targa(1, 1, 8, 0)],
  ])('is TGA, which has no signature, by all of its header: %s', (_, header) => {
    expect(sniff(header)?.name).toBe('TGA');
    for (const place of [1, 2, 16]) {
      const other = header.slice();
      other[place] = 77;
      expect(sniff(other)).toBe(null);
    }
  });
});

describe('a file that is decoded here, but damaged', () => {
  it.each([
    ['JPEG', '\xff\xd8\xff\xe0 and no more'],
    ['GIF', 'GIF89a'],
    ['BMP', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'],
    ['PNM', 'P6\n3 2\n255\n'],
    ['PNM', 'P5 640 480 255 '],
    ['PAM', 'P7\nWIDTH 3\n'],
    ['AVIF', media('avif', 'mif1')],
    ['PNG', '\x89PNG\n'],
    ['WebP', 'RIFF\x04\0\0\0WEBP'],
    ['TIFF', 'II*\0\x08\0\0\0'],
    ['idx', '\0\0\x08\x03\0\0'],
  ])('is kept: %s', async (name, start) => {
    expect(sniff(bytes(start))?.name).toBe(name);
    const { keepReason } = await readImage(bytes(start));
    expect(keepReason?.kind).toBe('damaged');
    expect(keepReason?.text).toMatch(new RegExp(`damaged ${name}`));
  });

  it('is a drawing, where it is one', async () => {
    expect((await readImage(bytes('<?xml version="1.0"?>\n<svg'))).keepReason?.kind).toBe('drawing');
  });
});

describe('what is no image', () => {
  it.each([
    '',
    'A text.',
    'P1 is the first of the parts',
    'P6\n',
    'BM and other beginnings',
    'DDS is short for something',
    'II',
    '#?',
    '<?xml version="1.0"?>\n<html/>',
    '%PDF-1.7',
    'PK\x03\x04',
    `${'\0'.repeat(20)}`,
    media('isom', 'mp42'),
  ])('%j is refused', async (text) => {
    expect(sniff(bytes(text))).toBe(null);
    await expect(readImage(bytes(text))).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('is told in no time, whatever it is', () => {
    const start = performance.now();
    for (const text of ['P5\n#', 'P5\n# ', '# ', '\n', ' ', 'P5 1 ', '<'])
      sniff(bytes(`P5\n${text.repeat(SNIFF_BYTES)}`));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
