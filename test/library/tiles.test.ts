// Tiles of larger images: found by their edges, joined, cut, and taken for what they are not as seldom as can be.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { VaezipError } from '../../library/index.ts';
import { arrange, cutTiles, joinTiles } from '../../library/tiles.ts';

/** Smooth enough that neighbours are alike, and nowhere flat. */
function scene(width: number, height: number, seed = 1): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const wave = Math.sin((x + seed) / 9 + c) + Math.sin((y * seed) / 7 + x / 31) + Math.sin((x - y) / 5);
        data[(y * width + x) * 3 + c] = 128 + Math.round(40 * wave);
      }
  return { width, height, channels: 3, bitDepth: 8, images: 1, data };
}

/** In rows, or columns where `down`. */
function tilesOf(image: Pixels, side: number, down = false): Pixels[] {
  const [across, below] = [image.width / side, image.height / side];
  const line = down ? below : across;
  const cut = cutTiles(image, across * below, { line, down });
  return Array.from({ length: across * below }, (_, place) => cut(place));
}

const tilings = (images: readonly Pixels[]) =>
  arrange(images).map(({ places, tiling }) => ({ from: places[0], count: places.length, ...tiling }));

describe('tiles', () => {
  it('are found in rows and in columns', () => {
    const image = scene(8 * 16, 5 * 16);
    expect(tilings(tilesOf(image, 16))).toEqual([{ from: 0, count: 40, line: 8, down: false }]);
    expect(tilings(tilesOf(image, 16, true))).toEqual([{ from: 0, count: 40, line: 5, down: true }]);
  });

  it('are found from the middle of a row to the middle of another', () => {
    const tiles = tilesOf(scene(8 * 16, 6 * 16), 16);
    const found = arrange(tiles.slice(5, 42));
    expect(found.map(({ places, tiling }) => [places[0], places.length, tiling?.line])).toEqual([
      [3, 32, 8],
      [0, 3, 3],
      [35, 2, 2],
    ]);
  });

  it('are found in a row of their own', () => {
    expect(tilings(tilesOf(scene(6 * 16, 16), 16))).toEqual([{ from: 0, count: 6, line: 6, down: false }]);
  });

  it('are not found where images have nothing to do with one another, or flat edges', () => {
    const unrelated = Array.from({ length: 30 }, (_, seed) => {
      const { data, ...shape } = scene(16, 16, seed * 37);
      return { ...shape, data: data.map((level) => (level + 83 * seed) & 0xff) };
    });
    expect(tilings(unrelated)).toEqual([{ from: 0, count: 30 }]);
    const framed = unrelated.map(({ data, ...shape }): Pixels => {
      const isInside = (at: number) => at % 16 > 1 && at % 16 < 14 && at > 32 && at < 224;
      return { ...shape, data: data.map((level, index) => (isInside(Math.floor(index / 3)) ? level : 0)) };
    });
    expect(tilings(framed)).toEqual([{ from: 0, count: 30 }]);
  });

  it('are looked for in samples that stay as they are, whatever kind of array has them', () => {
    const tiles = tilesOf(scene(4 * 16, 16), 16).map(({ data, ...shape }): Pixels => {
      return { ...shape, data: Buffer.from(data) };
    });
    const before = tiles.map(({ data }) => [...data]);
    expect(tilings(tiles)).toEqual([{ from: 0, count: 4, line: 4, down: false }]);
    expect(tiles.map(({ data }) => [...data])).toEqual(before);
  });

  it('come back from what they were joined to', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 5 }),
      height: fc.integer({ min: 1, max: 5 }),
      channels: fc.constantFrom(1, 2, 3, 4),
      bitDepth: fc.constantFrom(8, 16),
      line: fc.integer({ min: 1, max: 4 }),
      lines: fc.integer({ min: 1, max: 4 }),
      down: fc.boolean(),
    });
    fc.assert(
      fc.property(sizes, ({ width, height, channels, bitDepth, line, lines, down }) => {
        const count = width * height * channels;
        const tiles = Array.from({ length: line * lines }, (_, tile): Pixels => {
          const levels = Array.from({ length: count }, (_, index) => (tile * 31 + index) & 0xff);
          const data = bitDepth === 16 ? Uint16Array.from(levels) : Uint8Array.from(levels);
          return { width, height, channels, bitDepth, images: 1, data } as Pixels;
        });
        const image = joinTiles(tiles, { line, down });
        expect(image.width).toBe(width * (down ? lines : line));
        expect(image.height).toBe(height * (down ? line : lines));
        const cut = cutTiles(image, tiles.length, { line, down });
        for (const [place, tile] of tiles.entries()) expect(cut(place)).toEqual(tile);
      }),
    );
  });

  it.each([
    ['lines that are not full', 7, 2],
    ['columns that are not whole', 6, 6],
    ['more lines than rows', 60, 1],
  ])('are not cut out of an image with %s', (_, count, line) => {
    expect(() => cutTiles(scene(8, 8), count, { line, down: false })).toThrow(VaezipError);
  });
});
