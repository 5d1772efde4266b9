// Folders of files: the tree and the times kept, and a job taken up again where it ended.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inFolder, MAIN, vaezip } from './command-line.ts';
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

/** The user of that name, with few rights. */
const NOBODY = 65534;
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
        stderr: expect.stringMatching(
          /^3 files: 2 kept, 1 left out \(1 \.txt\); 976 B -> 1\.\d+ kB .* in \d:\d\d\n$/,
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
