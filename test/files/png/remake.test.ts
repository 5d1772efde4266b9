// PNG files come back to the byte where zlib packed them, else in the form that they had.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { deflate } from 'pako';
import { describe, expect, it } from 'vitest';
import { joinPng, type PngChunk, splitPng } from '../../../src/files/png/chunks.ts';
import { readPngMetadata } from '../../../src/files/png/metadata.ts';
import { isStreamRecipe, readRecipe, writeRecipe } from '../../../src/files/png/recipe.ts';
import { remakePng } from '../../../src/files/png/remake.ts';
import { imageDataBytes, passesOf } from '../../../src/files/png/rows.ts';
import { readImage } from '../../../src/files/read-image.ts';

const SUITE = join(import.meta.dirname, '../pngsuite');
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** What the file comes to, and by which recipe; null where none makes it. */
async function again(png: Uint8Array) {
  const { pixels, form, recipe, metadata } = await readImage(png);
  if (!pixels || !recipe) return null;
  return { recipe, ...(await remakePng(pixels, form, readPngMetadata(metadata.data), recipe)) };
}

/** Image data as packed by writers that people use. */
const packers: fc.Arbitrary<(data: Uint8Array) => Uint8Array> = fc
  .record({
    level: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    strategy: fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<0 | 1 | 2 | 3>,
    memLevel: fc.constantFrom(8, 9),
    windowBits: fc.integer({ min: 9, max: 15 }),
    legacyHash: fc.boolean(),
  })
  .map((options) => (data) => deflate(data, options));

const kinds = fc.constantFrom(
  ...[1, 2, 4, 8, 16].map((depth) => [0, depth]),
  ...[8, 16].flatMap((depth) => [2, 4, 6].map((colourType) => [colourType, depth])),
  ...[1, 2, 4, 8].map((depth) => [3, depth]),
);

/** Files with random pixels, filters, palettes, chunks, and pieces of image data. */
const files = fc
  .record({
    kind: kinds,
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    interlaced: fc.boolean(),
    transparent: fc.boolean(),
    filters: fc.constantFrom('one', 'any'),
    pieces: fc.constantFrom(1, 7, 1000),
    pack: packers,
    random: fc.infiniteStream(fc.nat({ max: 2 ** 16 - 1 })),
  })
  .map(
    ({
      kind: [colourType, depth],
      width,
      height,
      interlaced,
      transparent,
      filters,
      pieces,
      pack,
      random,
    }) => {
      const next = (below: number) => random.next().value % below;
      const samples = SAMPLES[colourType];
      const header = { width, height, depth, colourType, samples, interlaced };
      const entries = 2 ** Math.min(depth, 5);
      const data = new Uint8Array(imageDataBytes(passesOf(header)));
      const type = next(5);
      let at = 0;
      for (const { rows, rowBytes, columns } of passesOf(header))
        for (let row = 0; row < rows; row++) {
          data[at++] = colourType === 3 || depth < 8 ? 0 : filters === 'one' ? type : next(5);
          const unused = 8 * rowBytes - columns * samples * depth;
          for (let x = 0; x < rowBytes; x++)
            data[at++] = next(depth === 8 && colourType === 3 ? entries : 256);
          if (unused > 0) data[at - 1] &= 0xff << unused;
        }
      const chunk = (type: string, length: number, value = () => next(256)): PngChunk[] => [
        { type, data: Uint8Array.from({ length }, value) },
      ];
      const packed = pack(data);
      const image = Array.from({ length: Math.ceil(packed.length / pieces) }, (_, index) => ({
        type: 'IDAT',
        data: packed.subarray(index * pieces, (index + 1) * pieces),
      }));
      const ihdr = new Uint8Array(13);
      new DataView(ihdr.buffer).setUint32(0, width);
      new DataView(ihdr.buffer).setUint32(4, height);
      ihdr.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
      const palette = colourType === 3 ? chunk('PLTE', 3 * entries) : [];
      const keyed = transparent && colourType < 4;
      const key = colourType === 3 ? chunk('tRNS', 1 + next(entries)) : chunk('tRNS', 2 * samples, () => 0);
      return joinPng([
        { type: 'IHDR', data: ihdr },
        ...(next(2) ? [{ type: 'gAMA', data: Uint8Array.of(0, 0, 177, 143) }] : []),
        ...palette,
        ...(keyed ? key : []),
        ...(next(2) ? [{ type: 'pHYs', data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) }] : []),
        ...image,
        ...(next(2) ? [{ type: 'tEXt', data: new TextEncoder().encode('Comment\0none') }] : []),
        { type: 'IEND', data: new Uint8Array(0) },
      ]);
    },
  );

it('files that zlib packed come back to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (png) => {
      const remade = await again(png);
      // Two entries of one colour are told apart by nobody.
      if (hasTwins(png)) return;
      expect(remade && isStreamRecipe(remade.recipe)).toBe(true);
      expect(remade?.file).toEqual(png);
      expect(remade?.isAsMeant).toBe(true);
    }),
    { numRuns: 150 },
  );
});

/** Whether a palette lists a colour twice, with the same alpha. */
function hasTwins(png: Uint8Array): boolean {
  const chunks = splitPng(png);
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data ?? new Uint8Array(0);
  const alphas = chunks.find(({ type }) => type === 'tRNS')?.data ?? new Uint8Array(0);
  const colours = Array.from(
    { length: palette.length / 3 },
    (_, index) => `${palette.subarray(3 * index, 3 * index + 3)},${alphas[index] ?? 255}`,
  );
  return new Set(colours).size < colours.length;
}

describe('of PngSuite', () => {
  const names = readdirSync(SUITE).filter((name) => /^[^x].*\.png$/.test(name));

  it('all but one of the files that are coded come back to the byte', async () => {
    const others: string[] = [];
    for (const name of names) {
      const png = new Uint8Array(readFileSync(join(SUITE, name)));
      if ((await readImage(png)).keepReason) continue;
      const remade = await again(png);
      if (!remade || !isStreamRecipe(remade.recipe)) others.push(name);
      else expect(Buffer.compare(remade.file, png), name).toBe(0);
    }
    // Its image data are of another packer.
    expect(others).toEqual(['tm3n3p02.png']);
    expect(names.length).toBeGreaterThan(150);
  });

  it('what another packer wrote keeps its form: depth, palette, transparency, interlacing', async () => {
    for (const name of names) {
      const chunks = splitPng(new Uint8Array(readFileSync(join(SUITE, name))));
      const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
      // One fixed code, which is not looked for.
      const other = deflateSync(inflateSync(Buffer.concat(parts)), {
        strategy: 4,
      });
      const first = chunks.findIndex(({ type }) => type === 'IDAT');
      const rest = chunks.filter(({ type }) => type !== 'IDAT');
      const png = joinPng([...rest.slice(0, first), { type: 'IDAT', data: other }, ...rest.slice(first)]);
      const remade = await again(png);
      if (!remade) continue;
      const found = splitPng(remade.file).filter(({ type }) => type !== 'IDAT');
      expect(found.map(({ type, data }) => [type, ...data])).toEqual(
        rest.map(({ type, data }) => [type, ...data]),
      );
      expect((await readImage(remade.file)).pixels).toEqual((await readImage(png)).pixels);
    }
  });
});

it('recipes come back from their bytes, and others are refused', async () => {
  const png = new Uint8Array(readFileSync(join(SUITE, 'basn3p08.png')));
  const { pixels, form, recipe } = await readImage(png);
  if (!pixels || !recipe) throw new Error('there is no recipe');
  const length = 32 * 33;
  expect(writeRecipe(readRecipe(recipe, length), length)).toEqual(recipe);
  const mutations = fc.tuple(fc.nat({ max: recipe.length - 1 }), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(mutations, { minLength: 1, maxLength: 3 }), async (changes) => {
      const forged = recipe.slice();
      for (const [place, bits] of changes) forged[place] ^= bits;
      try {
        await remakePng(pixels, form, [], forged);
      } catch (error) {
        expect(error).toMatchObject({ name: 'VaezipError', code: 'bad-file' });
      }
    }),
    { numRuns: 500 },
  );
});

it('what the usual writers packed takes a recipe of three bytes', async () => {
  const shape = { width: 150, height: 300, channels: 3, bitDepth: 8, images: 1 } as const;
  // A picture in which all settings make a difference: steps, noise, and what comes again.
  const sample = (index: number) => (index >> 9) * 5 + ((Math.imul(index % 9001, 0x9e3779b1) >>> 16) % 5);
  const data = Uint8Array.from({ length: 150 * 300 * 3 }, (_, index) => sample(index));
  const pixels = { ...shape, data };
  for (let usual = 1; usual < 16; usual++) {
    const { file } = await remakePng(pixels, null, [], Uint8Array.of(1 | (usual << 4), 0, 0));
    const remade = await again(file);
    expect([usual, remade?.recipe.length]).toEqual([usual, 3]);
    expect(remade?.isAsMeant).toBe(true);
    expect(remade?.file).toEqual(file);
  }
});

it('what others packed into chunks of a power of two takes six bytes, and impossible sizes are refused', async () => {
  const shape = { width: 60, height: 50, channels: 3, bitDepth: 8, images: 1 } as const;
  const data = Uint8Array.from(
    { length: 60 * 50 * 3 },
    (_, index) => Math.imul(Math.imul(index, 0x9e3779b1) ^ (index << 7), 0x85ebca6b) >>> 25,
  );
  const recipeOf = (sizes: number[]) => Uint8Array.of(1, 0x28, 5 | 8, ...sizes, 0, 0);
  for (const power of [8, 10]) {
    const { file } = await remakePng({ ...shape, data }, null, [], recipeOf([3 + power]));
    const remade = await again(file);
    expect([remade?.recipe[3], remade?.recipe.length]).toEqual([3 + power, 6]);
    expect(remade?.file).toEqual(file);
  }
  for (const sizes of [[2, 0], [35], [255]])
    await expect(remakePng({ ...shape, data }, null, [], recipeOf(sizes))).rejects.toThrow(/sizes of chunks/);
});

it('a recipe for an image of another kind is refused', async () => {
  const grey = await readImage(new Uint8Array(readFileSync(join(SUITE, 'basn0g01.png'))));
  const palette = await readImage(new Uint8Array(readFileSync(join(SUITE, 'basn3p01.png'))));
  if (!grey.pixels || !palette.pixels || !grey.recipe || !palette.recipe) throw new Error('no recipes');
  const { pixels, form, recipe } = grey;
  const remake = (...args: [typeof form, Uint8Array]) => remakePng(pixels, args[0], [], args[1]);
  await expect(remake(form, palette.recipe)).rejects.toThrow(/not of such an image/);
  await expect(remake(palette.form, recipe)).rejects.toThrow(/not of such an image/);
  const many = {
    ...palette.pixels,
    width: 300,
    height: 1,
    data: Uint8Array.from({ length: 900 }, (_, i) => (i / 3) >> (i % 3 === 0 ? 8 : 0)),
  };
  await expect(remakePng(many, palette.form, [], palette.recipe)).rejects.toThrow(/more than 256 colours/);
  await expect(remake({ format: 'tiff' }, recipe)).rejects.toThrow(/of what was none/);
});
