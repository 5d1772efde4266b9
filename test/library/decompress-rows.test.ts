// Images as they come: rows of each group when its bytes are there, and the same pixels as all at once.
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { type ImageContainer, readContainer } from '../../container/container.ts';
import { compress, decompressRows, type PixelRows, reasonOf, store } from '../../library/index.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { colour, groupedCodec } from '../codec/planes/learning/untrained.ts';

/** Groups of 12 rows. */
const model = groupedCodec({ ...colour, hidden: [16, 16] }, 480);
const photo = paint('photo-like', 40, 60, 3);
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

const fileOf = async (pixels: Pixels) =>
  (await compress(pixels, { model, keepModel: true, threads: 1 })).file;

/** A stream that comes in pieces of `bytes`, and how many have been asked for. */
function arriving(file: Uint8Array, bytes: number) {
  const asked = { bytes: 0 };
  async function* pieces() {
    for (let at = 0; at < file.length; at += bytes) {
      asked.bytes = Math.min(at + bytes, file.length);
      yield file.subarray(at, asked.bytes);
    }
  }
  return { stream: pieces(), asked };
}

async function all(rows: AsyncIterable<PixelRows>): Promise<PixelRows[]> {
  const found: PixelRows[] = [];
  for await (const part of rows) found.push(part);
  return found;
}

const samplesOf = (rows: readonly PixelRows[]) => rows.flatMap(({ data }) => [...data]);

describe('rows', () => {
  it('come group by group, none before its bytes are asked for and all in order', async () => {
    const wide = paint('photo-like', 160, 60, 3);
    const file = await fileOf(wide);
    const { groups } = readContainer(file) as ImageContainer;
    const ends = groups.map(({ byteOffset, length }) => byteOffset - file.byteOffset + length);
    const { stream, asked } = arriving(file, 100);
    const rows: PixelRows[] = [];
    for await (const part of decompressRows(stream, { model, threads: 1 })) {
      rows.push(part);
      // What was looked at to read the head may reach further.
      if (ends[rows.length - 1] > 4096) expect(asked.bytes).toBeLessThan(ends[rows.length - 1] + 100);
    }
    expect(rows.map(({ from, height }) => [from, height])).toEqual(groups.map((_, group) => [3 * group, 3]));
    expect(ends.filter((end) => end > 4096).length).toBeGreaterThan(3);
    expect(samplesOf(rows)).toEqual([...wide.data]);
  });

  it('are the whole image where it has one group, alpha, or company', async () => {
    const alpha: Pixels = {
      ...photo,
      channels: 4,
      data: Uint8Array.from({ length: 4 * 2400 }, (_, at) => (at % 4 === 3 ? at & 255 : photo.data[at >> 2])),
    };
    const several: Pixels = { ...photo, height: 30, images: 2 };
    const small = paint('photo-like', 9, 7, 3);
    for (const pixels of [alpha, several, small]) {
      const file = await fileOf(pixels);
      const rows = await all(decompressRows(arriving(file, 1000).stream, { model, threads: 1 }));
      expect(rows).toEqual([{ ...pixels, from: 0 }]);
    }
  });

  it('come from a Blob as well', async () => {
    const file = await fileOf(photo);
    const rows = await all(decompressRows(new Blob([file.slice()]), { model, threads: 1 }));
    expect(samplesOf(rows)).toEqual([...photo.data]);
  });

  it('before a damaged group come, and then an error does', async () => {
    const file = await fileOf(photo);
    const { groups } = readContainer(file) as ImageContainer;
    const damaged = file.slice();
    damaged[groups[2].byteOffset - file.byteOffset + 9] ^= 1;
    const rows: PixelRows[] = [];
    const reading = (async () => {
      for await (const part of decompressRows(arriving(damaged, 500).stream, { model })) rows.push(part);
    })();
    await expect(reading).rejects.toEqual(badFile);
    expect(samplesOf(rows)).toEqual([...photo.data.subarray(0, 24 * 120)]);
    await expect(
      all(decompressRows(arriving(file.subarray(0, -900), 500).stream, { model })),
    ).rejects.toEqual(badFile);
  });

  it('of what is no .vz file are refused at once, and of a kept one', async () => {
    async function* endless() {
      for (;;) yield new Uint8Array(1000).fill(7);
    }
    await expect(all(decompressRows(endless()))).rejects.toEqual(badFile);
    const shape = { width: 1, height: 1, images: 1, channels: 3, bitDepth: 8 };
    const kept = store({ bytes: new Uint8Array(9) }, shape, reasonOf('lossy')).file;
    await expect(all(decompressRows(kept))).rejects.toThrow('extract');
  });
});
