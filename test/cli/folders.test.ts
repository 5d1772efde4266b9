// Folders of files: which are taken, and the tree and the times kept.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAIN, vaezip } from './command-line.ts';
import { DATE, keptFiles, withTree } from './kept-files.ts';

let png: Uint8Array;

beforeAll(async () => {
  ({ png } = await keptFiles());
});

/** The user of that name, with few rights. */
const NOBODY = 65534;
const tree = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\./.test(name))
    .sort();

describe('a folder', () => {
  it('is taken with its tree and times by --recursive', () =>
    withTree(async (folder) => {
      expect(await vaezip(folder, ['compress', '-r', 'photos', '-o', 'packed'])).toMatchObject({
        status: 0,
        stderr: expect.stringMatching(
          /^3 files: 2 kept, 1 left out \(1 \.txt\); 978 B -> 1\.\d+ kB .* in \d:\d\d\n$/,
        ),
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
      const entries = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(entries.map(({ input, status }) => [input, status])).toEqual([
        ['photos/2020/deep.png', 'kept'],
        ['photos/2020/notes.txt', 'left out'],
        ['photos/photo.jpg', 'kept'],
      ]);
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
        vaezip(folder, [...args, '-q']).then((outcome) =>
          expect(outcome).toMatchObject({ status: 1, stderr: `vaezip: ${message}\n` }),
        );
      await failed(['compress', 'photos'], 'photos: a folder; --recursive takes the images in it');
      await failed(['decompress', 'photos'], 'photos: a folder; --recursive takes the .vz files in it');
      await failed(['decompress', '-r', 'photos'], 'nothing for this command in the folders named');
    }));
});

it('leaves out links to folders and what is no regular file, and says so', () =>
  withTree(async (folder) => {
    symlinkSync(join(folder, 'photos/2020'), join(folder, 'photos/linked'));
    symlinkSync(join(folder, 'photos/photo.jpg'), join(folder, 'photos/a.jpg'));
    symlinkSync('nowhere', join(folder, 'photos/b.jpg'));
    execFileSync('mkfifo', [join(folder, 'photos/pipe.png')]);
    const { status, stderr } = await vaezip(folder, ['compress', '-r', 'photos', '-o', 'packed']);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^7 files: 3 kept, 4 left out \(1 a link to nothing, 1 a link to a folder, 1 no regular file, 1 \.txt\)/,
    );
    expect(tree(join(folder, 'packed'))).toEqual(['2020/deep.vz', 'a.vz', 'photo.vz']);
  }));

it('takes a file once, however often and in whatever words it is named', () =>
  withTree(async (folder) => {
    const names = ['photos', './photos/', join(folder, 'photos/2020'), 'photos/2020/../photo.jpg'];
    const { status, stderr } = await vaezip(folder, ['compress', '-rq', '--json', ...names]);
    expect([status, stderr]).toEqual([0, '']);
  }));

it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'tells of a folder that cannot be read',
  () =>
    withTree(async (folder) => {
      execFileSync('chown', ['-R', 'nobody', folder]);
      execFileSync('chmod', ['0', join(folder, 'photos/2020')]);
      const found = spawnSync(process.execPath, [MAIN, 'compress', '-r', 'photos', '--json'], {
        cwd: folder,
        uid: NOBODY,
      });
      expect(found.status).toBe(1);
      const entries = found.stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(entries.map(({ input, status, reason }) => [input, status, reason])).toEqual([
        ['photos/2020', 'failed', 'no permission'],
        ['photos/photo.jpg', 'kept', expect.any(String)],
      ]);
      expect(found.stderr.toString()).toMatch(/no permission\n2 files: 1 kept, 1 failed;/);
    }),
);

it('takes files by their content, whatever they are called', () =>
  withTree(async (folder) => {
    renameSync(join(folder, 'photos/2020/deep.png'), join(folder, 'photos/2020/deep'));
    await vaezip(folder, ['compress', '-r', 'photos', '-o', 'packed', '-q']);
    renameSync(join(folder, 'packed/2020/deep.vz'), join(folder, 'packed/2020/deep.archive'));
    await vaezip(folder, ['decompress', '-r', 'packed', '-o', 'back', '-q']);
    // The name of the .vz file tells no more what the stem was.
    expect(tree(join(folder, 'back'))).toEqual(['2020/deep.archive', 'photo.jpg']);
  }));
