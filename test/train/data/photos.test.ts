// Which files of a folder are photos to train on, which of those are held out, and how they are drawn.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { cell, PhotoFolder } from '../../../src/train/data/photos.ts';
import { Random } from '../../../src/train/run/random.ts';
import { inFolder } from '../../cli/command-line.ts';

/** A noisy image: `samples` that end in alpha where there are 4 channels. */
function image(channels: 1 | 2 | 3 | 4, { side = 4, alpha = 255 } = {}): Sharp {
  const data = Uint8Array.from({ length: channels * side * side }, (_, index) =>
    channels % 2 === 0 && index % channels === channels - 1 ? alpha : (index * 89) % 256,
  );
  return sharp(data, { raw: { width: side, height: side, channels } });
}

type Files = Record<string, Sharp | string>;

/** Works on a folder of the files. */
async function opened(
  files: Files,
  work: (open: (leastSide: number, withheld?: string[]) => Promise<PhotoFolder>) => unknown,
) {
  await inFolder(async (folder) => {
    for (const [name, file] of Object.entries(files))
      writeFileSync(join(folder, name), typeof file === 'string' ? file : await file.toBuffer());
    await work((leastSide, withheld) => PhotoFolder.open(folder, leastSide, withheld));
  });
}

describe('of a folder', () => {
  it('RGB photos without loss are taken as they are, a full alpha aside', () =>
    opened(
      {
        'a.webp': image(3, { side: 5 }).webp({ lossless: true }),
        'b.PNG': image(3, { side: 6 }).png(),
        'c.png': image(4, { side: 7 }).png(),
        'd.png': image(3, { side: 8 }).withIccProfile('p3', { attach: true }).png(),
        'e.png': image(3, { side: 9 }).png({ palette: true }),
        'notes.txt': 'nothing',
      },
      async (open) => {
        const photos = await open(5);
        expect(photos.leftOut).toEqual([]);
        const random = new Random(1);
        const drawn = Array.from({ length: 100 }, () => photos.draw(random));
        const bySide = new Map([...drawn, ...photos.heldOut].map((photo) => [photo.width, photo]));
        expect([...bySide.keys()].sort()).toEqual([5, 6, 7, 8, 9]);
        expect(photos.heldOut.map(({ width }) => width)).toEqual([9]);
        for (const [side, channels] of [
          [5, 3],
          [6, 3],
          [7, 4],
        ]) {
          const samples = Array.from({ length: channels * side * side }, (_, index) => (index * 89) % 256);
          const colours = samples.filter((_, index) => index % channels < 3);
          expect(Array.from(bySide.get(side)?.pixels ?? [])).toEqual(colours);
        }
      },
    ));

  it('other images are left out, each with a reason', () =>
    opened(
      {
        'clear.png': image(4, { alpha: 254 }).png(),
        'damaged.png': 'no image',
        'deep.png': image(3).toColourspace('rgb16').png(),
        'good.png': image(3).png(),
        'good too.png': image(3).png(),
        'grey.png': image(1).toColourspace('b-w').png(),
        'lossy.webp': image(3).webp(),
        'small.png': image(3, { side: 3 }).png(),
      },
      async (open) => {
        const { leftOut, description } = await open(4);
        expect(leftOut.map(({ path, reason }) => [path.replace(/.*\//, ''), reason])).toEqual([
          ['clear.png', 'not 8-bit RGB'],
          ['damaged.png', expect.stringMatching(/^not an image that is read here/)],
          ['deep.png', 'not 8-bit RGB'],
          ['grey.png', 'not 8-bit RGB'],
          ['lossy.webp', 'lossy WebP'],
          ['small.png', '3x3: both sides must be at least 4'],
        ]);
        expect(description).toBe('1 photos of 0 Mpx in all, 1 held out');
      },
    ));

  it('drawings are left out, and photos by the beginnings of their names', () =>
    opened(
      {
        'chart.png': sharp({ create: { width: 20, height: 20, channels: 3, background: '#fff' } }).png(),
        'good.png': image(3).png(),
        'good too.png': image(3).png(),
        'mine-1.png': image(3).png(),
        'mine-2.png': image(3).png(),
      },
      async (open) => {
        const { leftOut, description } = await open(4, ['mine-']);
        expect(leftOut.map(({ path, reason }) => [path.replace(/.*\//, ''), reason])).toEqual([
          ['chart.png', 'drawn, not photographed: 100 % of its pixels repeat a neighbour'],
          ['mine-1.png', 'held out'],
          ['mine-2.png', 'held out'],
        ]);
        expect(description).toBe('1 photos of 0 Mpx in all, 1 held out');
      },
    ));

  it('too few photos are refused, and why the others are none', () =>
    opened({ 'a.png': image(3).png(), 'b.webp': image(3).webp() }, async (open) => {
      const error = await open(4).catch((caught) => caught);
      expect(error.code).toBe('bad-argument');
      expect(error.message).toMatch(/ holds 1 usable photos \(.*b\.webp: lossy WebP\): give a folder/);
    }));

  it('every fortieth photo is held out, and the last', () => {
    const side = (index: number) => index + 1;
    const files = Array.from({ length: 82 }, (_, index) => [
      `${String(index).padStart(2, '0')}.png`,
      image(3, { side: side(index) }).png({ compressionLevel: 1 }),
    ]);
    return opened(Object.fromEntries(files), async (open) => {
      const { heldOut, description } = await open(1);
      expect(heldOut.map(({ width }) => width)).toEqual([39, 79, 81].map(side));
      expect(description).toBe('79 photos of 0 Mpx in all, 3 held out');
    });
  });

  it('photos are drawn in proportion to their pixels', () =>
    opened(
      {
        'a.png': image(3, { side: 20 }).png(),
        'b.png': image(3, { side: 10 }).png(),
        'c.png': image(3).png(),
      },
      async (open) => {
        const photos = await open(4);
        const random = new Random(5);
        const widths = Array.from({ length: 5000 }, () => photos.draw(random).width);
        const share = widths.filter((width) => width === 20).length / widths.length;
        expect(new Set(widths)).toEqual(new Set([10, 20]));
        expect(Math.abs(share - 0.8)).toBeLessThan(0.03);
      },
    ));
});

it('cells of a sheet are those of its grid, as they are or mirrored', () => {
  const [width, height, side] = [9, 7, 3];
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, index) => index);
  const found = new Set<number>();
  const random = new Random(3);
  const to = new Uint8Array(3 * side * side + 3).fill(7);
  for (let draw = 0; draw < 200; draw++) {
    cell({ pixels, width, height }, random, side, to);
    const corner = Math.min(to[0], to[3 * (side - 1)]);
    found.add(corner);
    for (let y = 0; y < side; y++) {
      const row = Array.from({ length: side }, (_, x) =>
        Array.from({ length: 3 }, (_, c) => corner + 3 * (y * width + x) + c),
      );
      const own = Array.from(to.subarray(3 * y * side, 3 * (y + 1) * side));
      expect([row.flat(), row.reverse().flat()]).toContainEqual(own);
    }
  }
  // Two rows of three.
  expect([...found].sort((a, b) => a - b)).toEqual([0, 9, 18, 81, 90, 99]);
  expect(Array.from(to.subarray(-3))).toEqual([7, 7, 7]);
});
