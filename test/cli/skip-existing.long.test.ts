// A job taken up again where it ended: what is skipped is whole and of its input.
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { vaezip } from './command-line.ts';
import { DATE, keptFiles, withTree } from './kept-files.ts';

let jpeg: Uint8Array;
let png: Uint8Array;

beforeAll(async () => {
  ({ jpeg, png } = await keptFiles());
});

describe('--skip-existing', () => {
  const skipping = (folder: string, ...args: string[]) => vaezip(folder, [...args, '--skip-existing']);

  it('leaves out what is done, and counts it', () =>
    withTree(async (folder) => {
      const compress = ['compress', '-r', 'photos', '-o', 'packed'];
      expect(await skipping(folder, ...compress)).toMatchObject({ status: 0 });
      rmSync(join(folder, 'packed/photo.vz'));
      const { mtimeMs, ino } = statSync(join(folder, 'packed/2020/deep.vz'));
      const again = await skipping(folder, ...compress);
      expect(again.status).toBe(0);
      expect(again.stderr).toMatch(/^3 files: 1 kept, 1 skipped, 1 left out \(1 \.txt\); /);
      expect(again.stdout.toString()).toMatch(/^file [^\n]*\nphotos\/photo\.jpg [^\n]*\n$/);
      expect(statSync(join(folder, 'packed/2020/deep.vz'))).toMatchObject({ mtimeMs, ino });
      expect(await skipping(folder, ...compress, '-q')).toMatchObject({ status: 0, stderr: '' });

      const decompress = ['decompress', '-r', 'packed', '-o', 'back'];
      expect((await skipping(folder, ...decompress)).stderr).toMatch(/^2 files: 2 done/);
      const nothing = await skipping(folder, ...decompress);
      expect([nothing.status, nothing.stdout.toString()]).toEqual([0, '']);
      expect(nothing.stderr).toMatch(/^2 files: 2 skipped in /);
    }));

  it('leaves nothing out for a result of another input, in whatever order', () =>
    withTree(async (folder) => {
      writeFileSync(join(folder, 'photos/deep.png'), png);
      writeFileSync(join(folder, 'photos/deep.jpg'), jpeg);
      for (const name of ['deep.png', 'deep.jpg', 'deep.png', 'deep.jpg'])
        expect(await skipping(folder, 'compress', `photos/${name}`)).toMatchObject({ status: 0, stderr: '' });
      await skipping(folder, 'decompress', '-r', 'photos', '-o', 'back');
      expect(readFileSync(join(folder, 'back/deep.png')).equals(png)).toBe(true);
      expect(readFileSync(join(folder, 'back/deep.jpg')).equals(jpeg)).toBe(true);
    }));

  it('takes a result by its content where times differ, or were put back, and says so where that is another', () =>
    withTree(async (folder) => {
      const path = join(folder, 'photos/2020/deep.png');
      const compress = () => skipping(folder, 'compress', 'photos/2020/deep.png', '--json');
      const statusOf = ({ stdout }: { stdout: Buffer }) => JSON.parse(stdout.toString()).status;
      await compress();
      const later = new Date(DATE.getTime() + 10_000);
      utimesSync(path, later, later);
      expect(statusOf(await compress())).toBe('skipped');
      const other = Buffer.from(png);
      other[png.length - 20] ^= 1;
      writeFileSync(path, other);
      utimesSync(path, DATE, DATE);
      const outcome = await compress();
      expect([outcome.status, statusOf(outcome)]).toEqual([1, 'failed']);
      expect(outcome.stderr).toBe(
        'vaezip: photos/2020/deep.png: photos/2020/deep.vz is of another file of this name, ' +
          'or of what it was before; -f instead of --skip-existing makes it anew\n',
      );
    }));

  it('takes no result for done that is cut or damaged', () =>
    withTree(async (folder) => {
      const result = join(folder, 'photos/2020/deep.vz');
      const compress = ['compress', 'photos/2020/deep.png'];
      await vaezip(folder, compress);
      const whole = readFileSync(result);
      const damaged = Buffer.from(whole);
      damaged[damaged.length - 30] ^= 4;
      for (const content of [Buffer.alloc(0), whole.subarray(0, -9), damaged]) {
        writeFileSync(result, content);
        utimesSync(result, DATE, DATE);
        const { status, stderr } = await skipping(folder, ...compress);
        expect(status).toBe(1);
        expect(stderr).toMatch(
          /deep\.vz is there, but no whole result \(.*\); -f instead of --skip-existing/,
        );
        expect(readFileSync(result).equals(content)).toBe(true);
      }
      await vaezip(folder, [...compress, '-f']);
      await vaezip(folder, ['decompress', 'photos/2020/deep.vz', '-o', 'back.png']);
      writeFileSync(join(folder, 'back.png'), png.subarray(0, -9));
      const back = await skipping(folder, 'decompress', 'photos/2020/deep.vz', '-o', 'back.png');
      expect(back.stderr).toMatch(/back\.png is not what it holds; -f instead of --skip-existing/);
    }));
});
