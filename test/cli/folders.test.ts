// Folders of files: the tree and the times kept, and a job taken up again where it ended.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inFolder, vaezip } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

let jpeg: Uint8Array;
let png: Uint8Array;

beforeAll(async () => {
  ({ jpeg, png } = await keptFiles());
});

/** A folder with the tree photos/photo.jpg, photos/2020/deep.png, photos/2020/text.txt, dated. */
async function withTree(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'photos/2020'), { recursive: true });
    writeFileSync(join(folder, 'photos/photo.jpg'), jpeg);
    writeFileSync(join(folder, 'photos/2020/deep.png'), png);
    writeFileSync(join(folder, 'photos/2020/notes.txt'), 'no image');
    utimesSync(join(folder, 'photos/2020/deep.png'), DATE, DATE);
    await work(folder);
  });
}

const DATE = new Date('2020-02-29T12:00:00Z');
const tree = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\./.test(name))
    .sort();

describe('a folder', () => {
  it('is taken with its tree and times by --recursive', () =>
    withTree(async (folder) => {
      expect(await vaezip(folder, ['compress', '-r', 'photos', '-o', 'packed'])).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect(tree(join(folder, 'packed'))).toEqual(['2020/deep.vz', 'photo.vz']);
      expect(statSync(join(folder, 'packed/2020/deep.vz')).mtime).toEqual(DATE);
      await vaezip(folder, ['decompress', '--recursive', 'packed/', '-o', 'back']);
      expect(tree(join(folder, 'back'))).toEqual(['2020/deep.png', 'photo.jpg']);
      expect(statSync(join(folder, 'back/2020/deep.png')).mtime).toEqual(DATE);
      expect(readFileSync(join(folder, 'back/2020/deep.png')).equals(png)).toBe(true);
    }));

  it('gets its results beside its files without -o, and each file its turn once', () =>
    withTree(async (folder) => {
      const { status, stdout } = await vaezip(folder, ['compress', '-r', 'photos/2020', 'photos', '--json']);
      expect(status).toBe(0);
      expect(stdout.toString().trim().split('\n')).toHaveLength(2);
      expect(tree(folder).filter((name) => /vz$/.test(name))).toEqual([
        'photos/2020/deep.vz',
        'photos/photo.vz',
      ]);
    }));

  it('puts a single file in it under -o as well', () =>
    withTree(async (folder) => {
      await vaezip(folder, ['compress', '-r', 'photos/2020', '-o', 'packed']);
      expect(tree(folder)).toContain('packed/deep.vz');
    }));

  it('without anything to do, or without --recursive, is a failure', () =>
    withTree(async (folder) => {
      const failed = (args: string[], message: string) =>
        vaezip(folder, args).then((outcome) =>
          expect(outcome).toMatchObject({ status: 1, stderr: `vaezip: photos: ${message}\n` }),
        );
      await failed(['compress', 'photos'], 'a folder; --recursive takes the images in it');
      await failed(['decompress', 'photos'], 'a folder; --recursive takes the .vz files in it');
      await failed(['decompress', '-r', 'photos'], 'nothing for this command in this folder');
    }));
});

describe('--skip-existing', () => {
  it('leaves out what is done, and counts it', () =>
    withTree(async (folder) => {
      const compress = ['compress', '-r', 'photos', '-o', 'packed', '--skip-existing'];
      expect(await vaezip(folder, compress)).toMatchObject({ status: 0, stderr: '' });
      rmSync(join(folder, 'packed/photo.vz'));
      const { mtimeMs, ino } = statSync(join(folder, 'packed/2020/deep.vz'));
      const again = await vaezip(folder, compress);
      expect(again).toMatchObject({
        status: 0,
        stderr: 'skipped 1 of 2 files: their results exist already\n',
      });
      expect(again.stdout.toString()).toMatch(/^file [^\n]*\nphotos\/photo\.jpg [^\n]*\n$/);
      expect(statSync(join(folder, 'packed/2020/deep.vz'))).toMatchObject({ mtimeMs, ino });
      expect(await vaezip(folder, [...compress, '-q'])).toMatchObject({ status: 0, stderr: '' });

      const decompress = ['decompress', '-r', 'packed', '-o', 'back', '--skip-existing'];
      expect((await vaezip(folder, decompress)).stderr).toBe('');
      const done = 'skipped 2 of 2 files: their results exist already\n';
      const nothing = await vaezip(folder, decompress);
      expect([nothing.status, nothing.stdout.toString(), nothing.stderr]).toEqual([0, '', done]);
    }));

  it('takes no result for done that is older than its input, or of another input', () =>
    withTree(async (folder) => {
      const compress = ['compress', 'photos/2020/deep.png', '--skip-existing'];
      await vaezip(folder, compress);
      const later = new Date(DATE.getTime() + 10_000);
      utimesSync(join(folder, 'photos/2020/deep.png'), later, later);
      expect(await vaezip(folder, compress)).toMatchObject({
        status: 1,
        stderr:
          'vaezip: photos/2020/deep.png: photos/2020/deep.vz is older than it; ' +
          '-f instead of --skip-existing makes it anew\n',
      });
      utimesSync(join(folder, 'photos/2020/deep.vz'), later, later);
      writeFileSync(join(folder, 'photos/2020/deep.jpg'), jpeg);
      const outcome = await vaezip(folder, [...compress, 'photos/2020/deep.jpg']);
      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toMatch(
        /^vaezip: photos\/2020\/deep\.jpg: .*deep\.vz is already the result of another input/m,
      );
    }));
});
