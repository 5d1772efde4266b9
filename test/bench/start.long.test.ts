import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inFolder } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '../..');

function bench(...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'bench/start.js'), ...args], { encoding: 'utf8' });
}

it('sets weights against themselves without latents', async () => {
  await inFolder(async (folder) => {
    copyFileSync(join(root, 'samples/house.png'), join(folder, 'house.png'));
    const weights = join(root, 'models/photo-quick.safetensors');
    const { stdout, stderr, status } = bench(weights, folder, '--sides', '48,64');
    expect(status, stderr).toBe(0);
    const [, , ...lines] = stdout.trimEnd().split('\n');
    const rows = lines.slice(0, 2).map((line) => line.slice(2, -2).split(' | '));
    expect(rows.map(([size, images]) => [size, images])).toEqual([
      ['48', '1'],
      ['64', '1'],
    ]);
    for (const [, , without, withLatents, change, kl, initial] of rows) {
      expect(Number.parseFloat(change)).toBeCloseTo(100 * (Number(withLatents) / Number(without) - 1), 2);
      // Of the z that was drawn: of a single image it may be below 0.
      expect(Number(kl)).not.toBe(0);
      expect(Number(initial)).toBeGreaterThan(3 * 32);
    }
    expect(lines.at(-1)).toMatch(/^Mean over the sides: /);
    expect(bench(join(root, 'models/photo-static.safetensors'), folder).stderr).toContain('has no latents');
  });
});
