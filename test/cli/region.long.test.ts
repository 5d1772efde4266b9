import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type ImageContainer, readContainer } from '../../container/container.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { inFolder, vaezip } from './command-line.ts';

it('a region of a large photo takes its groups alone', () =>
  inFolder(async (folder) => {
    const [width, height] = [2000, 1500];
    const { data } = paint('photo-like', width, height, 3);
    const raw = { width, height, channels: 3 } as const;
    await sharp(data, { raw }).png({ compressionLevel: 1 }).toFile(join(folder, 'a.png'));
    expect((await vaezip(folder, ['compress', 'a.png', '--effort', '1', '--no-verify', '-q'])).status).toBe(
      0,
    );
    const file = readFileSync(join(folder, 'a.vz'));
    const { groups } = readContainer(file) as ImageContainer;
    expect(groups.length).toBe(2);
    file[groups[0].byteOffset - file.byteOffset + 100] ^= 1;
    writeFileSync(join(folder, 'a.vz'), file);
    const region = (y: number, limit: number) =>
      vaezip(folder, [
        ...['decompress', 'a.vz', '--region', `40,${y},300,200`, '-o', 'part.png', '-f', '-q'],
        ...['--limit-pixels', String(limit)],
      ]);
    const rows = height / 2;
    expect(await region(rows, rows * width)).toMatchObject({ status: 0, stderr: '' });
    const part = await sharp(join(folder, 'part.png')).raw().toBuffer();
    const extract = { left: 40, top: rows, width: 300, height: 200 };
    expect(part.equals(await sharp(data, { raw }).extract(extract).raw().toBuffer())).toBe(true);
    expect((await region(rows, rows * width - 1)).stderr).toContain('more than the limit');
    expect((await region(rows - 1, height * width)).stderr).toContain('damaged, in the group 0');
  }));
