import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { inFolder } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '../..');

it('measures pairs of two builds', async () => {
  await inFolder(async (folder) => {
    const photo = join(folder, 'part.png');
    const part = { left: 0, top: 0, width: 96, height: 80 };
    await sharp(join(root, 'samples/house.png')).removeAlpha().extract(part).toFile(photo);
    const args = [join(root, 'bench/speed.js'), photo, '--efforts', '1', '--build', root, '--rounds', '1'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('part.png, 96x80, 0.01 Mpx, 1 group');
    const [before, now] = lines.slice(4, 6).map((line) => line.slice(2, -2).split(' | '));
    expect([before[0], now[0]]).toEqual(['effort 1, base', 'effort 1']);
    expect(now.slice(1, 3)).toEqual(before.slice(1, 3));
    for (const cell of now.slice(3)) expect(cell).toMatch(/^\d+\.\d{3} \(\d+\.\d\d\)$/);
  });
});
