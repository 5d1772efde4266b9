// Files of others, good, odd and broken: each comes back, pixel for pixel with all else that it says, or byte for byte;
// what has no image file's signature is refused by one clear line.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  compress,
  decompress,
  extract,
  inspect,
  type Pixels,
  type Reason,
  store,
  VaezipError,
} from '../../library/index.ts';
import { peekImage } from '../../src/cli/common/peek-image.ts';
import { looksLikeImage } from '../../src/files/peek-shape.ts';
import { writePng } from '../../src/files/png/write.ts';
import { readImage, type SourceImage } from '../../src/files/read-image.ts';
import { isWholeRecipe, remakeFile } from '../../src/files/remake-file.ts';
import { BareModel } from '../library/bare-model.ts';
import { caseFiles, type DataFile, dataFiles, hasData, pngSuite } from './data.ts';

const model = new BareModel();

/**
 * Through a .vz file and back: byte for byte and the reason why, or pixels, metadata and form by a model: 'coded', or
 * 'identical' where the file itself comes back.
 */
async function roundTrip({ bytes, path }: DataFile): Promise<string> {
  expect(looksLikeImage(bytes.subarray(0, 4096))).toBe(true);
  const source = await readImage(bytes);
  const { pixels, keepReason } = source;
  if (!keepReason) {
    const { data: _, ...shape } = pixels ?? { data: null };
    expect(peekImage(path)?.shape).toEqual(shape);
    await throughModel(source);
    return (await isRemade(source, bytes)) ? 'identical' : 'coded';
  }
  await throughStored(bytes, source, keepReason);
  return keepReason.text;
}

async function throughModel({ pixels, metadata, form }: SourceImage): Promise<void> {
  if (!pixels) throw new Error('there are no pixels to code');
  const { file, report } = await compress(pixels, { model, keepModel: true, metadata, form });
  const inspection = await inspect(file);
  expect(inspection.changes).toEqual(report.changes);
  expect(inspection.format).toBe(form?.format ?? 'png');
  const png = await writePng(await decompress(file, { model }), inspection.metadata);
  const again = await readImage(png);
  expect(again).toMatchObject({ form: null, keepReason: null });
  expect({ ...again.pixels, data: null }).toEqual({ ...pixels, data: null });
  expect(Buffer.compare(bytesOf(again.pixels), bytesOf(pixels))).toBe(0);
  expect(again.metadata).toEqual(metadata);
}

/** Whether the recipe makes the file again, as it says. */
async function isRemade(
  { pixels, form, metadata, recipe }: SourceImage,
  bytes: Uint8Array,
): Promise<boolean> {
  if (!recipe || !pixels || !isWholeRecipe(form?.format ?? null, recipe)) return false;
  const { file, isAsMeant } = await remakeFile(pixels, form, metadata, recipe);
  expect(isAsMeant).toBe(true);
  expect(Buffer.compare(file, bytes)).toBe(0);
  return true;
}

async function throughStored(bytes: Uint8Array, { shape }: SourceImage, reason: Reason): Promise<void> {
  const { file, report } = store({ bytes }, shape, reason);
  expect(Buffer.compare((await extract(file)).bytes, bytes)).toBe(0);
  expect(file.length - bytes.length).toBeLessThanOrEqual(40);
  expect((await inspect(file)).reason?.kind).toBe(reason.kind);
  expect(report).toMatchObject({ kind: 'kept', reason: reason.text, changes: [] });
  expect(reason.text).toMatch(/^[^\n]{8,150}$/);
}

function bytesOf(pixels: Pixels | null): Uint8Array {
  return pixels
    ? new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength)
    : new Uint8Array();
}

/** An error that a person can read on one line, of what no folder's search takes. */
async function expectRefusal(bytes: Uint8Array): Promise<void> {
  const error = await readImage(bytes).catch((caught) => caught);
  expect(error).toBeInstanceOf(VaezipError);
  expect((error as VaezipError).message).toMatch(/^[^\n]{10,150}$/);
  expect(looksLikeImage(bytes.subarray(0, 4096))).toBe(false);
}

describe('cases', () => {
  const reasons: Record<string, string> = {
    'bad-crc-text.png': 'damaged PNG: the checksum of its chunk "tEXt" does not fit',
    'iphone-cgbi.png': "Apple's CgBI variant of PNG is not decoded here",
    'palette-trns.png': 'PNG chunks hIST',
    'plain-icc.png': 'identical',
    'trailing-data.png': '1000 bytes behind the end of the PNG',
    'geotiff.tif': 'identical',
    'photo_exif_gps.tif': 'identical',
    'scan_desc.tif': 'identical',
    'IMG_1.jpg': 'JPEG is lossy already',
    'IMG_1.png': 'identical',
    'IMG_1.tif': 'identical',
  };
  it.each(caseFiles())('$name comes back', async (file) => {
    expect(await roundTrip(file)).toBe(reasons[file.name]);
  });
});

describe('PngSuite', () => {
  it.each(pngSuite('good'))('$name comes back', async (file) => {
    // A histogram of a palette has no place in an RGB image.
    expect(await roundTrip(file)).toMatch(
      /^ch[12]/.test(file.name) ? /^PNG chunks hIST$/ : /^(coded|identical)$/,
    );
  });

  // Their signature itself is broken: nothing tells that they are images.
  const UNKNOWN = /^xs[124]n/;
  it.each(pngSuite('broken'))('$name is kept as it was', async (file) => {
    if (UNKNOWN.test(file.name)) await expectRefusal(file.bytes);
    else expect(await roundTrip(file)).toMatch(/^damaged PNG: /);
  });
});

describe.runIf(hasData('robust/icons'))('icons', () => {
  it('come back', async () => {
    for (const file of dataFiles('robust/icons')) expect(await roundTrip(file), file.name).toBe('identical');
  });
});

describe.runIf(hasData('robust/odd'))('odd files', () => {
  const reasons: readonly (readonly [RegExp, RegExp])[] = [
    [/^bmp.*rle|imagemagick_invalid/, /^BMP of the packing [12] is not decoded here$/],
    [/^bmp.*(R5|R4|rgba?16)/, /^BMP of 16 bits is not decoded here$/],
    [/^bmp.*(111110|32bf|61754)/, /^BMP of colours that are not whole bytes$/],
    [/^bmp-images-pal2/, /^BMP of 2 bits is not decoded here$/],
    [/badindex/, /^damaged BMP: a pixel has a colour beyond its palette$/],
    [/^bmp/, /^identical$/],
    [/^gif.*(oob|oversized)/, /^a GIF whose image is not as large as its screen$/],
    [/^gif.*(interlaced|simple)/, /^identical$/],
    [/^gif|apng|anim\.|advertises/, /^an animation$/],
    [/^jpg/, /^JPEG is lossy already$/],
    [/lossy/, /^lossy WebP$/],
    [/cmyk/, /^CMYK samples$/],
    [/hpredict/, /^TIFF with alpha$/],
    [/fax4/, /^TIFF's compression 4 is not decoded here$/],
    [/l1|3c-16b/, /^identical$/],
    [/rgb32f/, /^TIFF of 32-bit samples$/],
    [/./, /^(coded|identical)$/],
  ];
  it.each(dataFiles('robust/odd'))('$name comes back', async (file) => {
    const [, expected] = reasons.find(([name]) => name.test(file.name.replace('lossless', ''))) ?? [];
    expect(await roundTrip(file)).toMatch(expected ?? /^$/);
  });
});

describe.runIf(hasData('robust/corrupt'))('broken files', () => {
  // One file of the fuzzers' corpus has nothing wrong with it.
  const VALID = 'fuzz-14206741eb15a6f52cc61e8c91bc23e7b7620efd.png';
  const NO_IMAGE = ['empty.png', 'text.png'];
  const others = dataFiles('robust/corrupt').filter(({ name }) => !name.startsWith('pngsuite-'));
  it.each(others)('$name is kept as it was', async (file) => {
    if (NO_IMAGE.includes(file.name)) await expectRefusal(file.bytes);
    else if (file.name === VALID) expect(await roundTrip(file)).toBe('identical');
    else expect(await roundTrip(file)).toMatch(/^(damaged PNG: |an animation$|65536x65536 is beyond)/);
  });
});

describe('samples', () => {
  const samples = Float64Array.from({ length: 60 }, (_, index) => (index * 7919) % 65536);
  const cases = [1, 2, 3, 4].flatMap((channels) => [8, 16].map((bitDepth) => ({ channels, bitDepth })));
  it.each(cases)(
    'of $channels channels and $bitDepth bits are what was written',
    async ({ channels, bitDepth }) => {
      const values = Array.from(samples.subarray(0, 15 * channels), (sample) => sample % 2 ** bitDepth);
      const data = bitDepth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
      const pixels = { data, width: 5, height: 3, channels, bitDepth, images: 1 } as never;
      const png = await writePng(pixels, { kind: 'none', data: new Uint8Array(0) });
      expect((await readImage(png)).pixels).toEqual(pixels);
    },
  );

  it('are those of the file whatever its colour profile', async () => {
    const data = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256);
    const plain = sharp(data, { raw: { width: 10, height: 10, channels: 3 } });
    const tagged = await plain.withIccProfile('p3', { attach: true }).png().toBuffer();
    const expected = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
    const { pixels, metadata } = await readImage(new Uint8Array(tagged));
    expect(Buffer.from(pixels?.data ?? [])).toEqual(expected);
    expect(metadata.kind).toBe('png');
    const back = await sharp(await writePng(pixels as never, metadata)).metadata();
    expect(back.icc).toEqual((await sharp(tagged).metadata()).icc);
  });
});
