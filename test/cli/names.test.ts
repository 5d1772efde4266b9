// Names, modes and times that went in come back, and names read from files lead nowhere else.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { reasonOf, store } from '../../library/index.ts';
import { removeInput } from '../../src/cli/common/remove-input.ts';
import { inFolder, vaezip } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

let jpeg: Uint8Array;
let png: Uint8Array;
beforeAll(async () => {
  ({ jpeg, png } = await keptFiles());
});

const bytesOf = (name: string | Buffer) => Buffer.from(name as string);
/** Names of a folder's files, as bytes, in letters of a byte each. */
const listing = (folder: string) =>
  readdirSync(folder, 'buffer')
    .map((name) => name.toString('latin1'))
    .sort();
const inBytes = (...names: (string | Buffer)[]) =>
  names.map((name) => bytesOf(name).toString('latin1')).sort();

/** Compresses all files of a folder into another, and decompresses that into a third. */
async function thereAndBack(folder: string, names: readonly (string | Buffer)[]): Promise<string> {
  mkdirSync(join(folder, 'in'));
  for (const name of names) writeFileSync(Buffer.concat([bytesOf(join(folder, 'in/')), bytesOf(name)]), jpeg);
  for (const args of [
    ['compress', '-r', 'in', '-o', 'packed'],
    ['decompress', '-r', 'packed', '-o', 'back'],
  ])
    expect(await vaezip(folder, [...args, '-q'])).toMatchObject({ status: 0, stderr: '' });
  return join(folder, 'back');
}

describe('names come back', () => {
  it('whatever their endings, and those that have the stem in common', () =>
    inFolder(async (folder) => {
      const names = [
        'a.jpg',
        'a.png',
        'a.PNG',
        'a.tif',
        'a',
        'a.png.jpg',
        '.hidden',
        'b.tar.gz',
        'c.vz.jpg',
        'd.',
      ];
      expect(listing(await thereAndBack(folder, names))).toEqual(inBytes(...names));
    }));

  it('with blanks, signs, other letters, and bytes that are no letters', () =>
    inFolder(async (folder) => {
      const latin1 = Buffer.from('caf\xe9.jpg', 'latin1');
      const names = [
        ' .jpg',
        '-o.jpg',
        'a\'"*?[1].jpg',
        'a\nb\x1b[31m.jpg',
        'a\\b.jpg',
        '漢字.JPG',
        'cafe\u0301.jpg',
        latin1,
      ];
      expect(listing(await thereAndBack(folder, names))).toEqual(inBytes(...names));
    }));

  it('as long as file systems have them', () =>
    inFolder(async (folder) => {
      const names = [
        'x'.repeat(255),
        `${'y'.repeat(251)}.jpg`,
        `${'漢'.repeat(83)}.jpg`,
        `${'y'.repeat(251)}.png`,
      ];
      expect(listing(await thereAndBack(folder, names))).toEqual(inBytes(...names));
      for (const name of readdirSync(join(folder, 'packed'))) expect(name).toMatch(/\.vz$/);
    }));

  it('of an input whose result was named otherwise', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'IMG_1.JPG'), jpeg);
      await vaezip(folder, ['compress', 'IMG_1.JPG', '-o', 'holiday.vz']);
      await vaezip(folder, ['decompress', 'holiday.vz', '-o', 'back/']);
      expect(listing(join(folder, 'back'))).toEqual(['IMG_1.JPG']);
    }));

  it('where folders and images have the names of their results', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'a.vz'));
      const names = ['a.jpg', 'b.jpg', 'b.vz'];
      for (const name of names) writeFileSync(join(folder, name), jpeg);
      expect((await vaezip(folder, ['compress', ...names, '-f', '-q'])).status).toBe(0);
      const results = ['a.jpg.vz', 'b.jpg.vz', 'b.vz.vz'];
      expect(listing(folder)).toEqual([...names, ...results, 'a.vz'].sort());
      expect((await vaezip(folder, ['decompress', ...results, '-o', 'back', '-q'])).status).toBe(0);
      expect(listing(join(folder, 'back'))).toEqual(names);
    }));

  it('named on the command line, too, where they are not UTF-8', () =>
    inFolder(async (folder) => {
      const name = Buffer.from('caf\xe9.jpg', 'latin1');
      writeFileSync(Buffer.concat([bytesOf(`${folder}/`), name]), jpeg);
      const { execFileSync } = await import('node:child_process');
      const { MAIN } = await import('./command-line.ts');
      const line = `'${process.execPath}' '${MAIN}' compress -q $'caf\\xe9.jpg'`;
      execFileSync('bash', ['-c', line], { cwd: folder });
      expect(listing(folder)).toEqual(['caf\xe9.jpg', 'caf\xe9.vz']);
    }));
});

describe('a name in a file', () => {
  const forged = (name: string) => {
    const shape = { width: 1, height: 1, images: 1, channels: 1, bitDepth: 8 };
    return store({ bytes: jpeg, name: Buffer.from(name) }, shape, reasonOf('lossy')).file;
  };

  it.each(['../escaped.jpg', '/escaped.jpg', 'a/b.jpg', '..', '/../escaped.jpg', 'a\0b', '..\\escaped.jpg'])(
    '%j leads nowhere',
    (name) =>
      inFolder(async (folder) => {
        mkdirSync(join(folder, 'in'));
        let file: Uint8Array;
        try {
          file = forged(name);
        } catch {
          return; // the writer does not write it, and the reader's refusal is tested where that can be forged
        }
        writeFileSync(join(folder, 'in/x.vz'), file);
        await vaezip(folder, ['decompress', 'in/x.vz', '-o', 'in/']);
        expect(listing(folder)).toEqual(['in']);
        expect(existsSync('/escaped.jpg')).toBe(false);
      }),
  );

  it('replaces nothing without -f', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'x.vz'), forged('precious.txt'));
      writeFileSync(join(folder, 'precious.txt'), 'precious');
      const { status, stderr } = await vaezip(folder, ['decompress', 'x.vz']);
      expect([status, stderr]).toEqual([1, 'vaezip: x.vz: precious.txt exists already; -f overwrites it\n']);
      expect(readFileSync(join(folder, 'precious.txt'), 'utf8')).toBe('precious');
    }));
});

it('modes come back', () =>
  inFolder(async (folder) => {
    const modes = [0o600, 0o444, 0o640, 0o755];
    const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
    for (const mode of modes) {
      writeFileSync(join(folder, `${mode}.png`), png);
      chmodSync(join(folder, `${mode}.png`), mode);
    }
    const named = (ending: string) => modes.map((mode) => `${mode}.${ending}`);
    await vaezip(folder, ['compress', ...named('png'), '-q']);
    await vaezip(folder, ['decompress', ...named('vz'), '-o', 'back', '-q']);
    expect(named('vz').map(modeOf)).toEqual(modes);
    expect(named('png').map((name) => modeOf(`back/${name}`))).toEqual(modes);
  }));

describe('--rm', () => {
  it('removes inputs whose results are there, and no others', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'a.png'), png);
      writeFileSync(join(folder, 'b.png'), png);
      writeFileSync(join(folder, 'b.vz'), 'in the way');
      writeFileSync(join(folder, 'c.png'), 'no image');
      const { status } = await vaezip(folder, ['compress', 'a.png', 'b.png', 'c.png', '--rm', '-q']);
      expect(status).toBe(1);
      expect(listing(folder)).toEqual(['a.vz', 'b.png', 'b.vz', 'c.png']);
      await vaezip(folder, ['decompress', 'a.vz', '--rm', '-q']);
      expect(listing(folder)).toEqual(['a.png', 'b.png', 'b.vz', 'c.png']);
      expect(readFileSync(join(folder, 'a.png')).equals(png)).toBe(true);
      expect((await vaezip(folder, ['compress', 'a.png', '--rm', '--no-verify'])).status).toBe(2);
    }));
});

it('an input that cannot be removed is told', () =>
  inFolder(async (folder) => {
    const removed = removeInput(folder, statSync(folder), 'a.vz'); // for which it would have to be a file
    await expect(removed).rejects.toThrow(/^its result is there, but it is not removed: /);
  }));

describe('--dry-run', () => {
  it('tells what would come of each input, and does nothing', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'a.jpg'), jpeg);
      writeFileSync(join(folder, 'a.png'), png);
      const args = ['compress', 'a.jpg', 'a.png', '--dry-run', '--json', '-o', 'packed'];
      const { status, stdout } = await vaezip(folder, args);
      const entries = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(status).toBe(0);
      expect(entries.map(({ status, output, inputBytes }) => [status, output, inputBytes])).toEqual([
        ['planned', 'packed/a.vz', jpeg.length],
        ['planned', 'packed/a.png.vz', png.length],
      ]);
      const shown = await vaezip(folder, ['compress', 'a.jpg', 'a.png', '--dry-run', '-o', 'packed']);
      expect(shown.stdout.toString()).toMatch(
        /^file .* memory {2}output\na.jpg .* packed\/a.vz\na.png .* packed/,
      );
      expect(listing(folder)).toEqual(['a.jpg', 'a.png']);
    }));
});
