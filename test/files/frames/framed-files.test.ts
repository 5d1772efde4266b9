// Files of every format that has a frame: whatever a writer puts into them, the bytes come back, and the pixels are
// those that other readers see.
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../library/index.ts';
import { readImage } from '../../../src/files/read-image.ts';
import { isWholeRecipe, remakeFile } from '../../../src/files/remake-file.ts';
import { bmpFile, gifFile, netpbmFile } from './files.ts';

/** The file again, of what is coded of it. */
async function again(bytes: Uint8Array) {
  const { pixels, form, metadata, recipe, keepReason } = await readImage(bytes);
  if (!pixels || !recipe) throw new Error(keepReason?.text ?? 'without a recipe');
  return { pixels, form, recipe, metadata, ...(await remakeFile(pixels, form, metadata, recipe)) };
}

describe.each([
  ['BMP', bmpFile],
  ['GIF', gifFile],
  ['PNM and PAM', netpbmFile],
] as const)('%s', (_, files) => {
  it('comes back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (bytes) => {
        const { file, isAsMeant } = await again(bytes);
        expect(isAsMeant).toBe(true);
        expect(Buffer.compare(file, bytes)).toBe(0);
      }),
    );
  });

  it('is kept where it ends too early, or is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.double({ min: 0, max: 0.999, noNaN: true }), async (bytes, share) => {
        const { keepReason } = await readImage(bytes.slice(0, Math.max(70, bytes.length * share)));
        if (keepReason) expect(keepReason.text).toMatch(/^[^\n]{8,150}$/);
      }),
    );
  });

  it('has recipes that may be damaged, but never bring more than an error', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), fc.nat(255), async (bytes, place, value) => {
        const { pixels, form, metadata, recipe } = await again(bytes);
        const forged = recipe.slice();
        forged[place % forged.length] = value;
        try {
          const { file, isAsMeant } = await remakeFile(pixels, form, metadata, forged);
          if (isAsMeant) expect(Buffer.compare(file, bytes)).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(VaezipError);
        }
      }),
    );
  });
});

it.each([
  [1, 'RGB'],
  [2, ''],
  [4, 'CMYK'],
])('PAM of %i channels of the type %j is kept', async (depth, type) => {
  const header = `P7\nWIDTH 1\nHEIGHT 1\nDEPTH ${depth}\nMAXVAL 255\n${type && `TUPLTYPE ${type}\n`}ENDHDR\nabcd`;
  expect((await readImage(Buffer.from(header))).keepReason?.kind).toBe('samples');
});

it('a GIF file is read as others read it', async () => {
  await fc.assert(
    fc.asyncProperty(gifFile, async (bytes) => {
      const { pixels } = await readImage(bytes);
      const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      const channels = pixels?.channels ?? 0;
      for (let pixel = 0; pixel < info.width * info.height; pixel++) {
        const own = [...(pixels?.data ?? []).slice(pixel * channels, (pixel + 1) * channels)];
        const [red, green = red, blue = red, alpha = 255] = own;
        const expected = [...data.subarray(4 * pixel, 4 * pixel + 4)];
        if (expected[3] === 0) expect(alpha).toBe(0);
        else expect([red, green, blue, alpha]).toEqual(expected);
      }
    }),
    { numRuns: 40 },
  );
});

describe('a TIFF file that is packed in an unknown way', () => {
  const noise = Uint8Array.from({ length: 3 * 90 * 70 }, (_, index) => (index * index * 7) >> 5);
  const files = {
    'in strips': { compression: 'deflate' },
    'with differences': { compression: 'deflate', predictor: 'horizontal' },
    'in tiles': { compression: 'deflate', tile: true, tileWidth: 64, tileHeight: 64 },
  } as const;
  it.each(Object.entries(files))('comes with all of its tags, %s', async (_, options) => {
    const image = sharp(noise, { raw: { width: 90, height: 70, channels: 3 } });
    const described = image.withExif({ IFD0: { ImageDescription: 'of noise', Artist: 'nobody' } });
    const bytes = new Uint8Array(await described.tiff(options).toBuffer());
    const { file, isAsMeant, recipe } = await again(bytes);
    expect([isAsMeant, isWholeRecipe('tiff', recipe)]).toEqual([false, false]);
    const [before, after] = await Promise.all([bytes, file].map((some) => sharp(some).metadata()));
    expect({ ...after, size: 0 }).toEqual({ ...before, size: 0 });
    expect((await sharp(file).raw().toBuffer()).equals(Buffer.from(noise))).toBe(true);
    // What was packed anew is coded as other files are.
    expect((await again(file)).pixels.data).toEqual(noise);
  });
});

it('recipes of other images are refused', async () => {
  const first = netpbm(3, 2);
  const [small, large] = await Promise.all([again(first), again(netpbm(2, 3))]);
  await expect(remakeFile(large.pixels, small.form, small.metadata, small.recipe)).rejects.toThrow(
    'the recipe of the file is not of such an image',
  );
  await expect(remakeFile(small.pixels, { format: 'bmp' }, small.metadata, small.recipe)).rejects.toThrow(
    VaezipError,
  );
});

it('a file of more than its pixels is kept', async () => {
  const reasonOf = async (...parts: Uint8Array[]) => (await readImage(Buffer.concat(parts))).keepReason?.text;
  expect(await reasonOf(netpbm(300, 300), netpbm(3, 3))).toBe('several pages');
  expect(await reasonOf(netpbm(300, 300), Buffer.alloc(90000, 7))).toBe('90015 bytes beside the pixels');
  expect(await reasonOf(netpbm(300, 300), Buffer.alloc(90000))).toBe(undefined);
});

it('a file that claims more than its bytes can hold is refused before memory is taken', async () => {
  const gif = Uint8Array.from([
    ...Buffer.from('GIF89a'),
    0x80,
    0x3e,
    0x80,
    0x3e,
    0x80,
    0,
    0,
    ...Array(6).fill(7),
  ]);
  const image = [0x2c, 0, 0, 0, 0, 0x80, 0x3e, 0x80, 0x3e, 0, 2, 2, 0x44, 1, 0, 0x3b];
  const bmp = new Uint8Array(bmpOf(1, 1));
  new DataView(bmp.buffer).setInt32(22, 2 ** 31 - 1, true);
  const start = process.memoryUsage().rss;
  expect((await readImage(Uint8Array.of(...gif, ...image))).keepReason?.text).toBe(
    'damaged GIF: its 35 bytes cannot hold 16000x16000 pixels',
  );
  expect((await readImage(bmp)).keepReason?.text).toBe('damaged BMP: it ends too early');
  expect(process.memoryUsage().rss - start).toBeLessThan(2 ** 27);
});

function bmpOf(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(54 + 4 * width * height);
  header.write('BM');
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [28, 24],
  ] as const)
    header.writeUInt16LE(value, at);
  return header;
}

function netpbm(width: number, height: number): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), Buffer.alloc(width * height, 7)]);
}
