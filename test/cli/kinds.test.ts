// Files of many kinds come back in theirs, under their names; parts of them, and other kinds, where that is asked for.
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { inFolder as inEmptyFolder, refusal, vaezip } from './command-line.ts';

const FAST = ['--effort', '1', '-q'];
/** A crop of a photo, as files; of all but the last two the very bytes come back. */
const files = new Map<string, Uint8Array>();
const [width, height] = [40, 30];
let samples: Buffer;

beforeAll(async () => {
  const photo = sharp(join(import.meta.dirname, '../../samples/house.png')).removeAlpha();
  samples = await photo.extract({ left: 100, top: 100, width, height }).raw().toBuffer();
  const image = (): Sharp => sharp(samples, { raw: { width, height, channels: 3 } });
  files.set('UP.PPM', Buffer.concat([Buffer.from(`P6\n# a note\n${width} ${height}\n255\n`), samples]));
  files.set('old.bmp', bmpOf(samples));
  files.set(
    'SCAN.TIF',
    await image()
      .tiff({ compression: 'lzw' })
      .withExif({ IFD0: { Artist: 'me' } })
      .toBuffer(),
  );
  files.set('few.gif', await image().gif({ colours: 16 }).toBuffer());
  files.set('packed.tiff', await image().tiff({ compression: 'deflate' }).withIccProfile('p3').toBuffer());
  files.set(
    'small.webp',
    await image().webp({ lossless: true, exact: true }).withIccProfile('p3').toBuffer(),
  );
});

/** With its rows from the last one up, blue first. */
function bmpOf(rgb: Buffer): Uint8Array {
  const header = Buffer.alloc(54);
  header.write('BM');
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [26, 1],
    [28, 24],
  ] as const)
    header.writeUInt16LE(value, at);
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const row = height - 1 - Math.floor(index / width);
    return [...rgb.subarray(3 * (row * width + (index % width))).subarray(0, 3)].reverse();
  });
  return Buffer.concat([header, Buffer.from(pixels.flat())]);
}

/** A folder with the files, coded. */
function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  return inEmptyFolder(async (folder) => {
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    expect(await vaezip(folder, ['compress', ...files.keys(), '-o', 'vz', ...FAST])).toMatchObject({
      stderr: '',
    });
    await work(folder);
  });
}

const pixelsOf = (path: string) => sharp(path, { ignoreIcc: true }).removeAlpha().raw().toBuffer();

it('come back under their names: the very files, or as their kind with the pixels and metadata', () =>
  inFolder(async (folder) => {
    const { status, stdout } = await vaezip(folder, ['decompress', '-r', 'vz', '-o', 'back', '--json']);
    expect(status).toBe(0);
    const entries = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(readdirSync(join(folder, 'back')).sort()).toEqual([...files.keys()].sort());
    const isSame = [...files].map(([name, bytes]) => readFileSync(join(folder, 'back', name)).equals(bytes));
    expect(isSame.slice(0, -2)).toEqual([true, true, true, true]);
    for (const entry of entries) {
      const isPacked = /packed|small/.test(entry.output);
      expect([entry.output, entry.identical, entry.changes]).toEqual([
        entry.output,
        !isPacked,
        isPacked ? [/small/.test(entry.output) ? 'packed anew' : 'the same pixels packed anew'] : [],
      ]);
    }
    for (const name of ['packed.tiff', 'small.webp']) {
      const [before, after] = [join(folder, name), join(folder, 'back', name)];
      expect((await pixelsOf(after)).equals(await pixelsOf(before))).toBe(true);
      expect((await sharp(after).metadata()).icc).toEqual((await sharp(before).metadata()).icc);
    }
  }));

it('come as another kind where the name asks for one, and are known again', () =>
  inFolder(async (folder) => {
    for (const name of ['UP.png', 'UP.tif', 'UP.webp', 'UP.pam']) {
      expect((await vaezip(folder, ['decompress', 'vz/UP.vz', '-o', name, '-q'])).stderr).toBe('');
      if (name !== 'UP.pam') expect((await pixelsOf(join(folder, name))).equals(samples)).toBe(true);
      const again = () => vaezip(folder, ['decompress', 'vz/UP.vz', '-o', name, '--skip-existing', '--json']);
      expect((await again()).stdout.toString()).toContain('"status":"skipped"');
      utimesSync(join(folder, name), new Date(), new Date());
      expect((await again()).stdout.toString()).toContain('"status":"skipped"');
    }
    const scan = await vaezip(folder, ['decompress', 'vz/SCAN.vz', '-o', 'scan.png', '--json']);
    expect(JSON.parse(scan.stdout.toString()).changes).toContain('without what only the TIFF says');
    writeFileSync(join(folder, 'UP.tif'), files.get('SCAN.TIF')?.subarray(0, 500) ?? '');
    const { stderr } = await vaezip(folder, ['decompress', 'vz/UP.vz', '-o', 'UP.tif', '--skip-existing']);
    expect(stderr).toContain('UP.tif is not what it holds');
  }));

it('have parts of a kind that is written here', () =>
  inFolder(async (folder) => {
    const region = ['--region', '3,2,8,4', '-q'];
    for (const [name, part] of [
      ['old', 'old.bmp'],
      ['UP', 'UP.PPM'],
      ['SCAN', 'SCAN.TIF'],
    ]) {
      const words = ['decompress', `vz/${name}.vz`, ...region, '-o', 'parts/'];
      expect(await vaezip(folder, words)).toMatchObject({ status: 0, stderr: '' });
      expect(existsSync(join(folder, 'parts', part)), part).toBe(true);
    }
    expect(readFileSync(join(folder, 'parts/old.bmp')).subarray(18, 26)).toEqual(
      Buffer.of(8, 0, 0, 0, 4, 0, 0, 0),
    );
    expect(await sharp(join(folder, 'parts/SCAN.TIF')).metadata()).toMatchObject({ width: 8, height: 4 });
  }));

it('of lossy kinds give their pixels with --pixels, and go by --rm never', () =>
  inEmptyFolder(async (folder) => {
    const jpeg = await sharp(samples, { raw: { width, height, channels: 3 } })
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, 'photo.jpg'), jpeg);
    const coding = ['compress', 'photo.jpg', '--pixels', '--effort', '1'];
    const { stdout } = await vaezip(folder, coding);
    expect(stdout.toString()).toContain('its pixels alone, as PNG');
    utimesSync(join(folder, 'photo.jpg'), new Date(), new Date());
    const again = await vaezip(folder, [...coding, '--skip-existing', '--json']);
    expect(again.stdout.toString()).toContain('"status":"skipped"');
    await vaezip(folder, ['decompress', 'photo.vz', '-q']);
    expect(
      (await pixelsOf(join(folder, 'photo.png'))).equals(
        await sharp(jpeg, { ignoreIcc: true }).raw().toBuffer(),
      ),
    ).toBe(true);
    expect((await sharp(join(folder, 'photo.png')).metadata()).icc).toEqual(
      (await sharp(jpeg).metadata()).icc,
    );
    expect(statSync(join(folder, 'photo.jpg')).size).toBe(jpeg.length);
    expect(await refusal(...coding, '--rm')).toMatchObject({
      message: '--rm and --pixels exclude each other',
    });
  }));
