// A PNG file whose recipe comes with the pixels: what is told before decoding, and what takes decoding.
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { remakePng } from '../../src/files/png/remake.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { inFolder, vaezip } from './command-line.ts';

/** The same pixels packed in one of the usual ways. */
const packed = async (way: number) =>
  (await remakePng(paint('photo-like', 40, 30, 3), null, [], Uint8Array.of(1 | (way << 4), 0, 0))).file;

it('files with a recipe in a stream come back, say so, and are known by --skip-existing', () =>
  inFolder(async (folder) => {
    const png = join(folder, 'a.png');
    const run = async (...args: string[]) => {
      const { stdout, ...outcome } = await vaezip(folder, [...args, '--json']);
      return { ...outcome, entry: JSON.parse(stdout.toString()) };
    };
    const write = async (way: number, seconds: number) => {
      writeFileSync(png, await packed(way));
      utimesSync(png, seconds, seconds);
    };
    await write(1, 1e9);
    expect((await run('compress', 'a.png', '--effort', '1')).entry.identical).toBe(true);
    expect((await run('info', 'a.vz')).entry.identical).toBe(true);
    expect((await run('decompress', 'a.vz', '-o', 'back.png')).entry.identical).toBe(true);
    expect(readFileSync(join(folder, 'back.png'))).toEqual(Buffer.from(await packed(1)));
    const again = () => run('compress', 'a.png', '--effort', '1', '--skip-existing');
    await write(1, 1.1e9);
    expect((await again()).entry.status).toBe('skipped');
    await write(8, 1.2e9);
    const other = await again();
    expect([other.entry.status, other.status]).toEqual(['failed', 1]);
    expect(other.stderr).toContain('a.vz is of another file of this name');
  }));
