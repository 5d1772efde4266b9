import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'vaezip-small-files-'));

beforeAll(async () => {
  for (const [name, side] of Object.entries({ icon: 16, larger: 40, photo: 65 })) {
    const data = Uint8Array.from({ length: 3 * side * side }, (_, index) => (index * index) >> 4);
    const image = sharp(data, { raw: { width: side, height: side, channels: 3 } });
    await image.png().toFile(join(folder, `${name}.png`));
  }
  writeFileSync(join(folder, 'notes.txt'), 'no image');
});
afterAll(() => rmSync(folder, { recursive: true }));

function bench(...args: string[]) {
  const program = join(import.meta.dirname, '../../bench/small-files.js');
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

it('splits the CPU time of each command into the kernel, the library and the rest', () => {
  const { stdout, stderr, status } = bench(folder, '--files', '3', '--effort', '1');
  expect(status, stderr).toBe(0);
  const [title, , head, , ...lines] = stdout.trimEnd().split('\n');
  expect(title).toBe('3 files of 2 images; CPU milliseconds a file');
  expect(head).toBe('| effort, command | CPU | in the kernel | in the library | beside it |');
  const rows = lines.map((line) => line.slice(2, -2).split(' | '));
  expect(rows.map(([name]) => name)).toEqual(['1, compress --no-verify', '1, compress', '1, decompress']);
  const [encode, both, decode] = rows.map((cells) => cells.slice(1).map(Number));
  for (const [total, kernel, library, rest] of [encode, both, decode]) {
    expect(kernel).toBeGreaterThan(0);
    expect(library).toBeGreaterThan(kernel);
    expect(rest).toBeCloseTo(total - library, 1);
    // The process starts, too.
    expect(rest).toBeGreaterThan(10);
  }
  expect(both[1]).toBeGreaterThan(encode[1]);
});

it('says how it is used, and what it needs', () => {
  expect(bench().stderr).toMatch(/^one folder of images is needed\nusage: /);
  expect(bench(folder, '--largest', '9').stderr).toMatch(/^no PNG files of at most 9 pixels a side/);
});
