import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { inFolder } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '../..');
const STARTS = ['clic-0c49', 'clic-100a', 'clic-14ab', 'clic-28d2', 'clic-2a24', 'clic-9466'];

function bench(...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'bench/group-cost.js'), ...args], { encoding: 'utf8' });
}

it('sets each photo in groups against one piece', async () => {
  await inFolder(async (folder) => {
    for (const [index, start] of STARTS.entries()) {
      const part = { left: 8 * index, top: 0, width: 64, height: 64 };
      const photo = sharp(join(root, 'samples/house.png')).removeAlpha().extract(part);
      await photo.toFile(join(folder, `${start}-and-more.png`));
    }
    const { stdout, stderr, status } = bench(folder, '--effort', '1', '--threads', '1');
    expect(status, stderr).toBe(0);
    const [, , ...lines] = stdout.trimEnd().split('\n');
    const rows = lines.slice(0, STARTS.length).map((line) => line.slice(2, -2).split(' | '));
    expect(rows.map(([name]) => name)).toEqual(STARTS);
    for (const [, , groups, one, cut, none, two, change] of rows) {
      expect([groups, cut, none]).toEqual(['1', one, '0.000 %']);
      expect(Number.parseFloat(change)).toBeCloseTo(100 * (Number(two) / Number(one) - 1), 1);
      expect(Number(two)).not.toBe(Number(one));
    }
    expect(lines.at(-1)).toMatch(
      /^Effort 1\. Mean: 0\.000 % in groups, [+-]\d+\.\d{3} % where all are cut\.$/,
    );
  });
});

it('says which photo is missing', async () => {
  await inFolder(async (folder) => {
    const { stderr, status } = bench(folder);
    expect([status, stderr]).toEqual([1, `${folder} holds no photo whose name begins with clic-0c49\n`]);
  });
});
