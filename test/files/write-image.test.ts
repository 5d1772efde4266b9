// Images as files of other kinds than PNG: the very pixels, as whoever reads such files finds them.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Metadata, Pixels } from '../../library/index.ts';
import { splitPng } from '../../src/files/png/chunks.ts';
import { metadataOfPng, writePngMetadata } from '../../src/files/png/metadata.ts';
import { readImage } from '../../src/files/read-image.ts';
import { kindOfName, lossesOf, writeImage } from '../../src/files/write-image.ts';

const NONE: Metadata = { kind: 'none', data: new Uint8Array(0) };

function image(channels: 1 | 2 | 3 | 4, bitDepth: 8 | 16): Pixels {
  const [width, height] = [19, 7];
  const values = Array.from({ length: width * height * channels }, (_, i) => (i * i * 2654435761) >>> 5);
  const data = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  return { data, width, height, channels, bitDepth, images: 1 };
}

async function write(name: string, pixels: Pixels, metadata = NONE): Promise<Uint8Array> {
  const kind = kindOfName(name);
  if (!kind) throw new Error(`nobody writes ${name}`);
  return writeImage(kind, pixels, metadata);
}

const kinds = ([1, 2, 3, 4] as const).flatMap((channels) =>
  ([8, 16] as const).map((bitDepth) => [channels, bitDepth] as const),
);

it.each(kinds)('TIFF of %i channels of %i bits', async (channels, bitDepth) => {
  const pixels = image(channels, bitDepth);
  const file = await write('a.TIF', pixels);
  expect(await sharp(file).metadata()).toMatchObject({
    ...{ format: 'tiff', width: 19, height: 7, channels },
    depth: bitDepth === 8 ? 'uchar' : 'ushort',
  });
});

it.each([1, 2, 3, 4] as const)('WebP of %i channels, lossless', async (channels) => {
  const pixels = image(channels, 8);
  const file = await write('a.webp', pixels);
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const colours = channels < 3 ? [0, 0, 0] : [0, 1, 2];
  const places = channels % 2 === 0 ? [...colours, channels - 1] : colours;
  expect(info.channels).toBe(places.length);
  for (let pixel = 0; pixel < 19 * 7; pixel++)
    expect([...data.subarray(pixel * places.length, (pixel + 1) * places.length)]).toEqual(
      places.map((place) => pixels.data[pixel * channels + place]),
    );
});

it.each(kinds)('PAM and PNM of %i channels of %i bits', async (channels, bitDepth) => {
  const pixels = image(channels, bitDepth);
  const bytes = Buffer.from(await write('a.pam', pixels));
  const end = bytes.indexOf('ENDHDR\n') + 7;
  expect(bytes.subarray(0, end).toString()).toContain(
    `P7\nWIDTH 19\nHEIGHT 7\nDEPTH ${channels}\nMAXVAL ${bitDepth === 8 ? 255 : 65535}\n`,
  );
  const samples = [...pixels.data].flatMap((value) => (bitDepth === 8 ? [value] : [value >> 8, value & 255]));
  expect([...bytes.subarray(end)]).toEqual(samples);
  if (channels % 2 === 0) return void (await expect(write('a.ppm', pixels)).rejects.toThrow(/no alpha/));
  const header = `P${channels === 1 ? 5 : 6}\n19 7\n${bitDepth === 8 ? 255 : 65535}\n`;
  expect(Buffer.from(await write('a.ppm', pixels))).toEqual(
    Buffer.concat([Buffer.from(header), Buffer.from(samples)]),
  );
});

it.each([1, 2, 3, 4] as const)('BMP of %i channels', async (channels) => {
  const pixels = image(channels, 8);
  const read = await readImage(await write('a.bmp', pixels));
  // Grey with alpha has become RGB with alpha.
  const places = channels === 2 ? [0, 0, 0, 1] : Array.from({ length: channels }, (_, place) => place);
  expect(read).toMatchObject({ keepReason: null, form: { format: 'bmp' } });
  expect([...(read.pixels?.data ?? [])]).toEqual(
    Array.from({ length: 19 * 7 }, (_, pixel) =>
      places.map((place) => pixels.data[pixel * channels + place]),
    ).flat(),
  );
});

it.each([1, 2, 3, 4] as const)('GIF of %i channels of few colours, as others read it', async (channels) => {
  const few = image(channels, 8).data.map((value, at) =>
    channels % 2 === 0 ? (at % channels === channels - 1 ? 255 : value & 0x80) : value & 0xc0,
  );
  // One pixel is transparent.
  if (channels % 2 === 0) few[channels - 1] = 0;
  const pixels = { ...image(channels, 8), data: Uint8Array.from(few) } as Pixels;
  const file = await write('a.gif', pixels);
  const { data } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const places = [
    [0, 0, 0],
    [0, 0, 0, 1],
    [0, 1, 2],
    [0, 1, 2, 3],
  ][channels - 1];
  for (let pixel = 0; pixel < 19 * 7; pixel++) {
    const expected = places.map((place) => pixels.data[pixel * channels + place]);
    if (expected[3] === 0) expect(data[4 * pixel + 3]).toBe(0);
    else expect([...data.subarray(4 * pixel, 4 * pixel + 4)]).toEqual([...expected.slice(0, 3), 255]);
  }
  const read = await readImage(file);
  expect(read.keepReason).toBe(null);
});

describe('metadata', () => {
  it('of the image go with TIFF and WebP: the profile, and EXIF with WebP', async () => {
    const pixels = image(3, 8);
    const png = await sharp(pixels.data as Uint8Array, { raw: { width: 19, height: 7, channels: 3 } })
      .withIccProfile('p3')
      .withExif({ IFD0: { Artist: 'nobody' } })
      .png()
      .toBuffer();
    const shape = { ...pixels };
    const { placed } = metadataOfPng(splitPng(png), shape);
    const metadata: Metadata = { kind: 'png', data: writePngMetadata(placed) };
    for (const name of ['a.tiff', 'a.webp']) {
      const found = await sharp(await write(name, pixels, metadata)).metadata();
      expect(found.icc?.length).toBeGreaterThan(100);
      if (name === 'a.webp') expect(found.exif?.includes('nobody')).toBe(true);
    }
    // TIFF goes without EXIF, WebP without the resolution.
    for (const kind of ['tiff', 'webp'] as const)
      expect(lossesOf(kind, metadata)).toEqual(['without some metadata']);
    expect(lossesOf('pnm', metadata)).toEqual(['without metadata']);
    expect(lossesOf('pnm', NONE)).toEqual([]);
  });
});

it('what a kind does not hold is refused, and names of other kinds promise nothing', async () => {
  await expect(write('a.webp', image(3, 16))).rejects.toThrow(/8 bits a sample/);
  await expect(
    write('a.webp', { ...image(1, 8), width: 16384, height: 1, data: new Uint8Array(16384) }),
  ).rejects.toThrow(/16383 pixels a side/);
  await expect(write('a.bmp', image(3, 16))).rejects.toThrow(/8 bits a sample/);
  await expect(
    write('a.gif', { ...image(3, 8), data: Uint8Array.from({ length: 399 }, (_, at) => (at * at) >> 3) }),
  ).resolves.toBeDefined();
  const many = {
    ...image(3, 8),
    width: 399,
    height: 3,
    data: Uint8Array.from({ length: 3591 }, (_, at) => (at * at) >> 3),
  };
  await expect(write('a.gif', many)).rejects.toThrow(/256 colours/);
  await expect(write('a.gif', image(4, 8))).rejects.toThrow(/no other alpha/);
  for (const name of ['a', 'tif', 'a.jpg', 'a.pbm']) expect(kindOfName(name)).toBeNull();
  expect(
    ['a.png', 'a.webp.PNG', 'A.TIF', 'a.tiff', 'a.webp', 'a.pgm', 'a.pam', 'a.bmp', 'a.gif'].map(kindOfName),
  ).toEqual([...['png', 'png', 'tiff', 'tiff', 'webp', 'pnm', 'pam', 'bmp', 'gif']]);
});
