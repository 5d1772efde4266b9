// Limits of pixels and memory, and what is left of damaged files.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { reasonOf, store } from '../../library/index.ts';
import { inFolder, vaezip } from './command-line.ts';

let photo: Buffer;
beforeAll(async () => {
  const samples = join(import.meta.dirname, '../../samples/dog.png');
  photo = await sharp(samples).extract({ left: 40, top: 40, width: 60, height: 50 }).png().toBuffer();
});

it('keeps an image of more pixels than the limit, and refuses to decode one', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.png'), photo);
    const kept = await vaezip(folder, ['compress', 'a.png', '--limit-pixels', '2k', '-o', 'kept.vz']);
    expect(kept.stdout.toString()).toMatch(/kept as it is: more than the limit of 2000 pixels\n$/);
    await vaezip(folder, ['compress', 'a.png', '--limit-pixels', '3k', '--effort', '1']);
    const { status, stderr } = await vaezip(folder, [
      'decompress',
      'a.vz',
      '-o',
      'b.png',
      '--limit-pixels',
      '2999',
    ]);
    expect([status, stderr]).toEqual([
      1,
      'vaezip: a.vz: 60 x 50 are 3000 pixels, more than the limit of 2999\n',
    ]);
    expect(
      (await vaezip(folder, ['decompress', 'a.vz', '-o', 'b.png', '--limit-pixels', '3000'])).status,
    ).toBe(0);
  }));

it('refuses what takes more memory than the limit, either way', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.png'), photo);
    const refused = await vaezip(folder, ['compress', 'a.png', '--limit-memory', '10k']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /^vaezip: a\.png: 60 x 50 pixels take up to [\d.]+ MB of memory with the model photo, more than the limit of 10000 bytes/,
    );
    await vaezip(folder, ['compress', 'a.png', '--effort', '1']);
    const back = await vaezip(folder, ['decompress', 'a.vz', '-o', 'b.png', '--limit-memory', '10k']);
    expect([back.status, back.stderr]).toEqual([
      1,
      expect.stringMatching(/^vaezip: a\.vz: 60 x 50 pixels take up to/),
    ]);
    const wrong = await vaezip(folder, ['compress', 'a.png', '--limit-memory', 'much']);
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      "vaezip: --limit-memory must be a number such as 24M or 1.5G, not 'much'\n",
    ]);
  }));

it('writes what is left of a damaged file, says what is lost, and fails', () =>
  inFolder(async (folder) => {
    const shape = { width: 1, height: 1, images: 1, channels: 1, bitDepth: 8 };
    const bytes = new Uint8Array(100).fill(7);
    const { file } = store({ bytes, name: Buffer.from('/.jpg') }, shape, reasonOf('lossy'));
    file[60] ^= 1;
    writeFileSync(join(folder, 'a.vz'), file);
    writeFileSync(join(folder, 'b.vz'), 'no .vz file');
    expect((await vaezip(folder, ['decompress', 'a.vz'])).status).toBe(1);
    const { status, stderr } = await vaezip(folder, [
      'decompress',
      '--salvage',
      'a.vz',
      'b.vz',
      '-q',
      '--threads',
      '1',
    ]);
    expect([status, stderr]).toEqual([
      1,
      'vaezip: a.vz: damaged, and a.jpg has what is left: the checksum of the file does not fit\n' +
        'vaezip: b.vz: not a .vz file\n',
    ]);
    const left = readFileSync(join(folder, 'a.jpg'));
    expect([left.length, left.filter((byte) => byte === 7).length]).toEqual([100, 99]);
  }));

it('salvages a whole file as it decompresses it', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.png'), photo);
    await vaezip(folder, ['compress', 'a.png', '--effort', '1']);
    expect(await vaezip(folder, ['decompress', 'a.vz', '-o', 'b.png', '-q'])).toMatchObject({ status: 0 });
    expect(await vaezip(folder, ['decompress', '--salvage', 'a.vz', '-o', 'c.png', '-q'])).toMatchObject({
      status: 0,
    });
    expect(readFileSync(join(folder, 'c.png')).equals(readFileSync(join(folder, 'b.png')))).toBe(true);
  }));
