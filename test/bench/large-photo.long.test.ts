import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

function bench(...args: string[]) {
  const program = join(import.meta.dirname, '../../bench/large-photo.js');
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

it('measures each effort, there and back', () => {
  const { stdout, stderr, status } = bench('--effort', '2,1', '--width', '90', '--threads', '1');
  expect(status, stderr).toBe(0);
  const [title, , head, , ...rows] = stdout.trimEnd().split('\n');
  expect(title).toBe('90x60, 0.0054 Mpx, 1 thread');
  expect(head).toContain('| encode, s | Mpx/s | peak MB | decode, s | Mpx/s | peak MB |');
  const cells = rows.map((row) => row.slice(2, -2).split(' | '));
  expect(cells.map(([name]) => name)).toEqual(['1, photo-fast', '2, photo-fast']);
  for (const [, bytes, bitsPerDim, ...times] of cells) {
    expect(Number(bitsPerDim)).toBeCloseTo((8 * Number(bytes)) / (3 * 90 * 60), 4);
    expect(Number(times[0])).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(Number(times[2])).toBeGreaterThan(20);
  }
});

it('says how it is used', () => {
  const { stderr, status } = bench('--effort', '10');
  expect(status).toBe(2);
  expect(stderr).toContain('--effort: 10 is no whole number from 1 to 9\nusage: ');
});
