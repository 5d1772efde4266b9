import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { inFolder, vaezip } from './command-line.ts';

it('a region comes from a file and from stdin', () =>
  inFolder(async (folder) => {
    const house = sharp(join(import.meta.dirname, '../../samples/house.png')).removeAlpha();
    const photo = await house.extract({ left: 100, top: 100, width: 64, height: 48 }).png().toBuffer();
    writeFileSync(join(folder, 'a.png'), photo);
    expect((await vaezip(folder, ['compress', 'a.png', '--effort', '1', '-q'])).status).toBe(0);
    const words = ['--region', '10,5,20,30', '-q'];
    const { status, stderr } = await vaezip(folder, ['decompress', 'a.vz', ...words, '-o', 'part.png']);
    expect([status, stderr]).toEqual([0, '']);
    const samplesOf = (png: string | Buffer) => sharp(png).raw().toBuffer();
    const part = await sharp(photo).extract({ left: 10, top: 5, width: 20, height: 30 }).raw().toBuffer();
    expect((await samplesOf(join(folder, 'part.png'))).equals(part)).toBe(true);
    const piped = await vaezip(folder, ['decompress', '-', ...words], readFileSync(join(folder, 'a.vz')));
    expect((await samplesOf(piped.stdout)).equals(part)).toBe(true);
  }));
