// Archives: what goes in comes out, whatever the kinds, and little is lost where bytes are damaged or missing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../codec/bytes/checksum.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { writeIndex } from '../../container/archive/index-part.ts';
import { writeEnd } from '../../container/archive/parts.ts';
import { encodeGroup } from '../../library/archive-group.ts';
import { Layout } from '../../library/archive-write.ts';
import { type ArchiveEntry, type ArchiveImage, openArchive, packArchive } from '../../library/index.ts';

const noise = (seed: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => (Math.imul(index + seed * 977, 0x9e3779b1) >>> 13) & 0x3f);

function image(seed: number, width = 8, height = 6, channels: 1 | 2 | 3 | 4 = 3): Pixels {
  const data = noise(seed, width * height * channels);
  return { width, height, channels, bitDepth: 8, images: 1, data };
}

function entry(name: string, pixels: Pixels | null, more: Partial<ArchiveEntry> = {}): ArchiveEntry {
  return { name, pixels, original: pixels ? null : noise(1, 50), ...more };
}

async function packed(entries: readonly ArchiveEntry[], groupPixels?: number, model?: string) {
  const parts: Uint8Array[] = [];
  for await (const part of packArchive(entries, { groupPixels, effort: 1, ...(model && { model }) }))
    parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

/** Bytes of the first sheet of the first group. */
async function sheetBytes(input: Uint8Array): Promise<number> {
  return (await (await openArchive(input)).group(0)).head.sheets[0].bytes;
}

async function all(input: Uint8Array): Promise<ArchiveImage[]> {
  const images: ArchiveImage[] = [];
  for await (const one of await openArchive(input)) images.push(one);
  return images;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    entry(`set/${String(index).padStart(3, '0')}.png`, image(index)),
  );

/** Tiles of a ramp, in rows of four. */
function rampTiles(count: number): ArchiveEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const [left, top] = [16 * (index % 4), 16 * Math.floor(index / 4)];
    const level = (x: number, y: number, c: number) =>
      128 + Math.round(50 * Math.sin((left + x) / 6 + c) + 60 * Math.sin((top + y) / 9 + (left + x) / 20));
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, at) =>
      level(Math.floor(at / 3) % 16, Math.floor(at / 48), at % 3),
    );
    const pixels: Pixels = { width: 16, height: 16, channels: 3, bitDepth: 8, images: 1, data };
    return entry(`tiles/${String(index).padStart(2, '0')}.png`, pixels);
  });
}

describe('an archive', () => {
  it('codes tiles of a larger image as that, and gives each back', async () => {
    const tiles = rampTiles(14);
    const archive = await packed([...tiles, entry('z/other.png', image(1))]);
    const { head } = await (await openArchive(archive)).group(0);
    expect(head.sheets.map(({ tiling }) => tiling)).toEqual([
      { line: 4, down: false },
      { line: 2, down: false },
      null,
    ]);
    const chain = await packed(tiles.slice(0, 12), undefined, 'photo-fast');
    expect(await sheetBytes(archive)).toBeLessThan(0.9 * (await sheetBytes(chain)));
    const images = await all(archive);
    expect(images.map(({ pixels }) => pixels)).toEqual([...tiles.map(({ pixels }) => pixels), image(1)]);
    expect((await (await openArchive(archive)).get('tiles/13.png'))?.pixels).toEqual(tiles[13].pixels);
  });

  it('gives back images of many shapes, kept files, times, metadata and recipes', async () => {
    const metadata = Uint8Array.of(0, 116, 69, 88, 116, 3, 97, 0, 98);
    const entries = [
      entry('a/grey.png', image(1, 5, 7, 1), {
        time: 1_600_000_000,
        metadata,
        recipe: Uint8Array.of(1, 2, 3),
      }),
      entry('a/grey2.png', image(2, 5, 7, 1), { time: 1_500_000_000, metadata }),
      entry('a/rgb.tif', image(3), { form: { format: 'tiff' } }),
      entry('b/alpha.png', image(4, 9, 2, 4)),
      entry('b/kept.jpg', null, { time: 5, metadata }),
      entry('b/large.png', image(5, 300, 200)),
      entry('ä.png', image(6, 5, 7, 1)),
    ];
    const images = await all(await packed(entries));
    expect(images.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
    for (const [index, { pixels, original, time = null, form = null, recipe = null }] of entries.entries()) {
      const found = images[index];
      expect(found).toMatchObject({ time, form, original });
      expect(found.recipe).toEqual(recipe);
      expect(found.pixels).toEqual(pixels);
    }
    expect(images.map((one) => one.metadata.length)).toEqual([9, 9, 0, 0, 0, 0, 0]);
  });

  it('is found by names and numbers, in groups of any size', async () => {
    const entries = numbered(40);
    for (const groupPixels of [1, 100, 500, 1e6]) {
      const archive = await openArchive(await packed(entries, groupPixels));
      expect(archive.size).toBe(40);
      for (const index of [0, 1, 17, 39]) {
        const { name, pixels } = entries[index];
        expect((await archive.get(name))?.pixels).toEqual(pixels);
        expect(await archive.at(index)).toMatchObject({ name });
      }
      for (const name of ['', 'a', 'set/017', 'set/017.pngx', 'z'])
        expect(await archive.get(name)).toBeNull();
    }
  });

  it('is the same bytes every time', async () => {
    expect(await packed(numbered(9), 100)).toEqual(await packed(numbered(9), 100));
  });

  it('reads no more than one member takes', async () => {
    const bytes = await packed(numbered(200), 48 * 4);
    let read = 0;
    const source = {
      size: bytes.length,
      read: async (from: number, to: number) => {
        read += to - from;
        return bytes.subarray(from, to);
      },
    };
    const archive = await openArchive(source);
    const opening = read;
    expect((await archive.get('set/123.png'))?.pixels).toEqual(image(123));
    expect(opening).toBeLessThan(8300);
    expect(read - opening).toBeLessThan(2 ** 13 + 1000);
    const blob = await openArchive(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    expect((await blob.get('set/007.png'))?.pixels).toEqual(image(7));
  });

  it('of no members is one', async () => {
    const archive = await openArchive(await packed([]));
    expect(archive.size).toBe(0);
    expect(await archive.get('a')).toBeNull();
  });

  it('takes names that ascend and stay in a folder, no others', async () => {
    for (const name of [
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      './a',
      'a\\b',
      'a\0',
      '\ud800',
      'a'.repeat(256),
    ])
      await expect(packed([entry(name, image(1))])).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(packed([entry('b', image(1)), entry('a', image(2))])).rejects.toThrow(/ascend/);
  });
});

describe('a damaged archive', () => {
  const entries = numbered(30);

  it('without its index is read by its groups', async () => {
    const bytes = await packed(entries, 48 * 5);
    const { groups } = await openArchive(bytes);
    for (const end of [groups[5].offset + groups[5].bytes, bytes.length - 1, bytes.length - 30]) {
      const archive = await openArchive(bytes.subarray(0, end));
      expect(archive.groups).toEqual(groups);
      expect(archive.scannedEnd).not.toBeNull();
      expect((await archive.get('set/029.png'))?.pixels).toEqual(image(29));
    }
    const cut = await openArchive(bytes.subarray(0, groups[5].offset + 20));
    expect(cut.groups).toEqual(groups.slice(0, 5));
  });

  it('loses the members of the group that is hit, and no others', async () => {
    const bytes = await packed(entries, 48 * 5);
    const { groups } = await openArchive(bytes);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: groups[1].offset, max: groups[5].offset - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (place, bits, hasIndex) => {
          const damaged = bytes.slice(0, hasIndex ? undefined : groups[5].offset + groups[5].bytes);
          damaged[place] ^= bits;
          const hit = groups.findLastIndex(({ offset }) => offset <= place);
          const archive = await openArchive(damaged);
          for (const [index, { name, pixels }] of entries.entries()) {
            const inHit = Math.floor(index / 5) === hit;
            const found = await archive.get(name).catch((error) => error);
            if (!inHit) expect(found?.pixels).toEqual(pixels);
            else expect(found === null || found.code === 'bad-file').toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('is asked for no bytes beyond its end, whatever its index says', async () => {
    const bytes = await packed(entries.slice(0, 4), 48);
    const { groups } = await openArchive(bytes);
    const [first] = groups;
    const forged = writeEnd(writeIndex([{ ...first, offset: 2 ** 40, bytes: 2 ** 40 }]));
    const whole = new Uint8Array([...bytes, ...forged]);
    const source = {
      size: whole.length,
      read: async (from: number, to: number) => {
        expect(to).toBeLessThanOrEqual(whole.length);
        return whole.subarray(from, to);
      },
    };
    const archive = await openArchive(source);
    await expect(archive.get(first.first)).rejects.toMatchObject({ code: 'bad-file' });
    await expect(archive.at(0)).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('finds a member of one run where a group of another is damaged', async () => {
    const [old, added] = [await packed([entry('a', image(1)), entry('c', image(2))]), image(3)];
    const archive = await openArchive(old);
    const part = await encodeGroup([entry('b', added)], { effort: 1 });
    const layout = new Layout(archive.groups, old.length);
    layout.add(['b'], part);
    const bytes = new Uint8Array([...old, ...part, ...layout.finish()]);
    expect((await (await openArchive(bytes)).get('b'))?.pixels).toEqual(added);
    bytes[archive.groups[0].offset + 8] ^= 1;
    const damaged = await openArchive(bytes);
    expect((await damaged.get('b'))?.pixels).toEqual(added);
    await expect(damaged.get('c')).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('is refused, or gives images, whatever bytes it has', async () => {
    const bytes = await packed(entries.slice(0, 8), 100);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat({ max: bytes.length }),
        async (changes, length) => {
          const forged = bytes.slice(0, length);
          for (const [place, value] of changes) if (place < length) forged[place] = value;
          try {
            for (const { name, pixels } of await all(forged))
              expect(pixels).toEqual(entries.find((known) => known.name === name)?.pixels);
          } catch (error) {
            expect(error).toMatchObject({ name: 'VaezipError', code: 'bad-file' });
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

it('keeps a file that coding does not make smaller', async () => {
  const pixels = image(3, 4, 4);
  const original = noise(9, 20);
  const [{ original: found }] = await all(await packed([entry('a', pixels, { original })]));
  expect(found && crc32(found)).toBe(crc32(original));
});
