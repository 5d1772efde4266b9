import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { inFolder } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '../..');

it('codes each photo of each folder at each effort', async () => {
  await inFolder(async (folder) => {
    const part = { left: 0, top: 0, width: 64, height: 48 };
    const photo = sharp(join(root, 'samples/house.png')).removeAlpha().extract(part);
    await photo.toFile(join(folder, 'part.png'));
    const json = join(folder, 'sizes.json');
    const args = [folder, folder, '--efforts', '1,3', '--threads', '1', '--json', json];
    const bench = [join(root, 'bench/monotone.js'), ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, bench, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const [first, second] = JSON.parse(readFileSync(json, 'utf8'));
    expect(second).toEqual(first);
    expect(first.samples).toBe(64 * 48 * 3);
    const rate = (effort: number) => ((8 * first.bytes[effort]) / first.samples).toFixed(4);
    expect(stdout).toMatch(`2 photos, effort 1: ${rate(1)} bits/dim, effort 3: ${rate(3)} bits/dim; `);
  });
});
