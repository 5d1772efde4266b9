import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from '../../src/files/gunzip.ts';
import { readIdx, readIdxLabels, writeIdx } from '../../src/files/idx.ts';
import { readIdxFile, readIdxLabelsFile } from '../../src/files/idx-file.ts';
import { readImage } from '../../src/files/read-image.ts';
import { inFolder } from '../cli/command-line.ts';

const bytes = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 10, 20, 30, 40, 50, 60);

describe('an idx file', () => {
  it('comes back byte for byte', () => {
    const pixels = readIdx(bytes);
    expect(pixels).toMatchObject({ images: 2, height: 3, width: 1, channels: 1, bitDepth: 8 });
    expect(writeIdx(pixels)).toEqual(bytes);
  });

  it('is read gzipped or not', async () => {
    const plain = await readImage(bytes);
    const zipped = await readImage(new Uint8Array(gzipSync(bytes)));
    expect(plain.metadata.kind).toBe('idx');
    expect(Buffer.from(zipped.pixels?.data as Uint8Array)).toEqual(Buffer.from(bytes.subarray(16)));
  });

  it('is refused when its length does not fit its sizes', () => {
    for (let length = 4; length < bytes.length; length++)
      expect(() => readIdx(bytes.slice(0, length)), `${length} bytes`).toThrow(/^damaged idx file/);
    expect(() => readIdx(Uint8Array.of(...bytes, 0))).toThrow('need 6 bytes, there are 7');
  });

  it('is written of grey bytes alone', () => {
    expect(() => writeIdx({ ...readIdx(bytes), channels: 3 })).toThrow(/grey/);
  });

  it('is kept zipped where bytes stand behind the gzip data, or its length does not fit', async () => {
    const padded = Buffer.concat([gzipSync(bytes), new Uint8Array(7)]);
    const { keepReason, shape } = await readImage(new Uint8Array(padded));
    expect(keepReason).toEqual({ kind: 'extras', text: '7 bytes behind the gzip data' });
    expect(shape.width).toBe(0);
    const cut = await readImage(new Uint8Array(gzipSync(bytes.slice(0, -1))));
    expect(cut.keepReason?.text).toMatch(/^damaged idx file/);
  });

  it('must be what a gzip file holds', async () => {
    await expect(readImage(new Uint8Array(gzipSync('text')))).rejects.toThrow(/holds no idx images/);
    await expect(readImage(new Uint8Array(gzipSync(bytes)).slice(0, -9))).rejects.toThrow(/damaged gzip/);
  });

  it('is read from a folder, gzipped or not, with its name in what is wrong', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'plain'), bytes);
      writeFileSync(join(folder, 'zipped.gz'), gzipSync(bytes));
      writeFileSync(join(folder, 'cut.gz'), gzipSync(bytes).subarray(0, -9));
      writeFileSync(join(folder, 'short'), bytes.subarray(1));
      for (const [name, file] of [
        ['plain', 'plain'],
        ['zipped', 'zipped.gz'],
      ]) {
        const { path, pixels } = await readIdxFile(folder, name);
        expect(path).toBe(join(folder, file));
        expect(Array.from(pixels.data)).toEqual([10, 20, 30, 40, 50, 60]);
      }
      const refusal = (name: string) => readIdxFile(folder, name).catch(({ message }) => message);
      expect(await refusal('cut')).toBe(
        `${join(folder, 'cut.gz')}: a damaged gzip file, or one too large to unpack`,
      );
      expect(await refusal('short')).toMatch(/\/short: damaged idx file/);
      expect(await refusal('none')).toBe(`${folder} holds no none, gzipped or not`);
    }));
});

describe('a gzip file', () => {
  const zipped = gzipSync(new Uint8Array(100_000));

  it('is unpacked up to a limit alone', async () => {
    const { content, behind } = await gunzip(zipped, 100_000);
    expect([content.length, behind]).toEqual([100_000, 0]);
    await expect(gunzip(zipped, 99_999)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('an idx file of labels', () => {
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1);

  it('is read', () => expect([...readIdxLabels(labels)]).toEqual([7, 2, 1]));

  it('is refused when its length does not fit, or it holds images', () => {
    for (const wrong of [labels.slice(0, -1), labels.slice(0, 5), Uint8Array.of(...labels, 0), bytes])
      expect(() => readIdxLabels(wrong)).toThrow(/^damaged idx file of labels/);
  });

  it('need not be there', () =>
    inFolder(async (folder) => {
      expect(await readIdxLabelsFile(folder, 'labels')).toBeUndefined();
      writeFileSync(join(folder, 'labels.gz'), gzipSync(labels));
      expect([...((await readIdxLabelsFile(folder, 'labels')) ?? [])]).toEqual([7, 2, 1]);
    }));
});
