// The commands pack, add, list, unpack and verify: whole folders there and back, and little lost where bytes are.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { writeIdx } from '../../src/files/idx.ts';
import { inFolder, vaezip } from './command-line.ts';

const SUITE = join(import.meta.dirname, '../files/pngsuite');
const SOME = ['basn0g01.png', 'basn2c08.png', 'basn3p04.png', 'basn6a08.png', 'tbbn3p08.png', 'oi4n2c16.png'];
const TIME = 1_500_000_000;

/** A folder with in/, which has images, one of them below sub/, a text, and a file that only claims to be a PNG. */
async function withImages(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'in/sub'), { recursive: true });
    for (const [index, name] of SOME.entries()) {
      const path = join(folder, index === 5 ? 'in/sub' : 'in', name);
      cpSync(join(SUITE, name), path);
      utimesSync(path, TIME + index, TIME + index);
    }
    writeFileSync(join(folder, 'in/notes.txt'), 'no image');
    await work(folder);
  });
}

it(
  'packs a folder, lists it, and unpacks it to the byte, names and times included',
  () =>
    withImages(async (folder) => {
      const packed = await vaezip(folder, [
        'pack',
        'in',
        '-o',
        'set.vza',
        '--effort',
        '1',
        '--group',
        '2000',
      ]);
      expect(packed.stderr).toMatch(
        /^set\.vza: 6 images, (\d of them kept as they are, )?1 left out; [^\n]*\n$/,
      );
      expect(packed.status).toBe(0);
      const { stdout } = await vaezip(folder, ['list', 'set.vza']);
      const names = [...SOME.slice(0, 5), 'sub/oi4n2c16.png'].map((name) => `in/${name}`).sort();
      expect(
        stdout
          .toString()
          .trim()
          .split('\n')
          .map((row) => row.slice(21)),
      ).toEqual(names);
      const unpacked = await vaezip(folder, ['unpack', 'set.vza', '-o', 'out']);
      expect(unpacked.status).toBe(0);
      for (const name of names) {
        expect(readFileSync(join(folder, 'out', name))).toEqual(readFileSync(join(folder, name)));
        expect(statSync(join(folder, 'out', name)).mtimeMs).toBe(statSync(join(folder, name)).mtimeMs);
      }
      const again = await vaezip(folder, ['unpack', 'set.vza', '-o', 'out', '-q']);
      expect(again.status).toBe(1);
      expect(again.stderr).toMatch(/^(vaezip: [^\n]* exists already; -f overwrites it\n){6}$/);
      expect((await vaezip(folder, ['unpack', 'set.vza', '-o', 'out', '-f'])).status).toBe(0);
      const some = await vaezip(folder, ['unpack', 'set.vza', '-o', 'some', '--only', 'in/sub/**', '-q']);
      expect(some.status).toBe(0);
      expect(readdirSync(join(folder, 'some/in'))).toEqual(['sub']);
      const none = await vaezip(folder, ['unpack', 'set.vza', '-o', 'some', '--only', 'x*']);
      expect(none).toMatchObject({ status: 1, stderr: expect.stringMatching(/no name in it fits x\*/) });
    }),
  60_000,
);

it(
  'is the same bytes on any number of threads',
  () =>
    withImages(async (folder) => {
      for (const threads of ['1', '3'])
        await vaezip(folder, [
          'pack',
          'in',
          '-o',
          `${threads}.vza`,
          '--threads',
          threads,
          '--group',
          '1200',
          '--effort',
          '1',
        ]);
      expect(readFileSync(join(folder, '1.vza'))).toEqual(readFileSync(join(folder, '3.vza')));
    }),
  60_000,
);

it(
  'adds images, but none of a name that is there; what was there stays',
  () =>
    withImages(async (folder) => {
      await vaezip(folder, ['pack', 'in', '-o', 'set.vza', '--effort', '1']);
      const before = readFileSync(join(folder, 'set.vza'));
      cpSync(join(SUITE, 'basn2c16.png'), join(folder, 'a.png'));
      expect((await vaezip(folder, ['add', 'set.vza', 'a.png', '--effort', '1'])).status).toBe(0);
      const after = readFileSync(join(folder, 'set.vza'));
      expect(after.subarray(0, before.length)).toEqual(before);
      const twice = await vaezip(folder, ['add', 'set.vza', 'a.png']);
      expect(twice).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/the archive has a a\.png already/),
      });
      expect(readFileSync(join(folder, 'set.vza'))).toEqual(after);
      // As if adding had been interrupted in the middle of a group.
      writeFileSync(join(folder, 'cut.vza'), after.subarray(0, before.length + 40));
      expect((await vaezip(folder, ['unpack', 'cut.vza', '-o', 'cut', '-q'])).status).toBe(0);
      expect(readdirSync(join(folder, 'cut/in'))).toHaveLength(6);
      expect((await vaezip(folder, ['add', 'cut.vza', 'a.png', '--effort', '1'])).status).toBe(0);
      expect(readFileSync(join(folder, 'cut.vza'))).toEqual(after);
      expect((await vaezip(folder, ['verify', 'cut.vza'])).stdout.toString()).toMatch(/7 images/);
    }),
  60_000,
);

it(
  'takes each image of an idx file by itself',
  () =>
    inFolder(async (folder) => {
      const data = Uint8Array.from({ length: 12 * 28 * 28 }, (_, index) =>
        index % 37 === 0 ? index % 256 : 0,
      );
      const idx = writeIdx({ data, width: 28, height: 28, channels: 1, bitDepth: 8, images: 12 });
      writeFileSync(join(folder, 'digits.idx.gz'), gzipSync(idx));
      expect((await vaezip(folder, ['pack', 'digits.idx.gz', '-o', 'd.vza'])).status).toBe(0);
      expect((await vaezip(folder, ['unpack', 'd.vza', '-o', 'out'])).status).toBe(0);
      expect(readdirSync(join(folder, 'out/digits'))).toHaveLength(12);
      const { stdout } = await vaezip(folder, ['list', 'd.vza', '--json']);
      expect(JSON.parse(stdout.toString().split('\n')[11]).name).toBe('digits/11.png');
    }),
  60_000,
);

it(
  'tells what is lost of a damaged archive, and writes the rest',
  () =>
    withImages(async (folder) => {
      await vaezip(folder, ['pack', 'in', '-o', 'set.vza', '--effort', '1', '--group', '1']);
      const bytes = readFileSync(join(folder, 'set.vza'));
      bytes[400] ^= 1;
      writeFileSync(join(folder, 'set.vza'), bytes);
      const { status, stderr } = await vaezip(folder, ['unpack', 'set.vza', '-o', 'out', '-q']);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^vaezip: set\.vza: group \d: [^\n]*checksum[^\n]*lost are in\/\w+\.png\n$/);
      expect(readdirSync(join(folder, 'out/in'))).toHaveLength(5);
      const verified = await vaezip(folder, ['verify', 'set.vza']);
      expect(verified).toMatchObject({ status: 1, stderr: expect.stringMatching(/group \d, from in\//) });
    }),
  60_000,
);

it(
  'refuses in one line what it cannot do',
  () =>
    withImages(async (folder) => {
      writeFileSync(join(folder, 'broken.png'), 'no PNG');
      const lines: [string[], RegExp, number][] = [
        [['pack', 'broken.png', '-o', 'a.vza'], /broken\.png: /, 1],
        [['pack', 'missing', '-o', 'a.vza'], /missing: no such file/, 1],
        [['pack', 'in'], /output/, 2],
        [['list', 'in/basn0g01.png'], /not a \.vza archive/, 1],
        [['unpack', 'missing.vza'], /missing\.vza: no such file/, 1],
        [
          ['decompress', 'set.vza', '-o', 'x.png'],
          /an archive of many images: list shows and unpack writes/,
          1,
        ],
        [['pack', 'in', '-o', 'set.vza'], /set\.vza exists already; -f overwrites it/, 1],
      ];
      await vaezip(folder, ['pack', 'in', '-o', 'set.vza', '--effort', '1']);
      for (const [words, message, status] of lines) {
        const outcome = await vaezip(folder, words);
        expect([words.join(' '), outcome.status, outcome.stderr]).toEqual([
          words.join(' '),
          status,
          expect.stringMatching(message),
        ]);
        expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
      }
      expect(readdirSync(folder).sort()).toEqual(['broken.png', 'in', 'set.vza']);
    }),
  60_000,
);

it(
  'follows no link out of the folder',
  () =>
    withImages(async (folder) => {
      await vaezip(folder, ['pack', 'in', '-o', 'set.vza', '--effort', '1']);
      mkdirSync(join(folder, 'out'));
      mkdirSync(join(folder, 'elsewhere'));
      symlinkSync(join(folder, 'elsewhere'), join(folder, 'out/in'));
      expect((await vaezip(folder, ['unpack', 'set.vza', '-o', 'out', '-q'])).status).toBe(1);
      expect(readdirSync(join(folder, 'elsewhere')).filter((name) => name.endsWith('.png'))).toEqual([]);
    }),
  60_000,
);
