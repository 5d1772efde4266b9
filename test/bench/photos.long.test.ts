import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { mergeEfforts } from '../../bench/photos/measure.js';
import { startProcess } from '../../bench/photos/process.js';
import { inFolder } from '../cli/command-line.ts';

const BENCH = join(import.meta.dirname, '../../bench/photos.js');
const WIDTH = 40;
const HEIGHT = 30;

/** A PNG of a soft pattern with some noise. */
function photo(channels: 1 | 3 | 4, seed: number) {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return 90 + 50 * Math.sin((pixel % WIDTH) / 7 + seed) + (pixel / WIDTH) * 2 + ((i * 7919 * seed) % 5);
  });
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
  return (channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer();
}

function bench(...args: string[]) {
  return spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8' });
}

it('measures each codec over the photos of a folder', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.png'), await photo(3, 1));
    mkdirSync(join(folder, 'more'));
    writeFileSync(join(folder, 'more', 'b.png'), await photo(3, 2));
    writeFileSync(join(folder, 'c.png'), await photo(4, 3));
    const [json, svg] = [join(folder, 'out.json'), join(folder, 'out.svg')];
    const { stdout, stderr, status } = bench(folder, '--efforts', '6', '--json', json, '--out', svg);
    expect(stderr).toContain('c.png is left out: not 8-bit RGB or grey');
    expect(status, stderr).toBe(0);
    const { codecs, photos } = JSON.parse(readFileSync(json, 'utf8'));
    const names: string[] = codecs.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['PNG, oxipng level 4', 'WebP, smallest', 'vaezip, effort 6']),
    );
    expect(photos.map(({ name }: { name: string }) => name)).toEqual(['a.png', join('more', 'b.png')]);
    for (const { bitsPerDim, encodeSpeed, decodeSpeed, peakMemory, bytes, name } of codecs) {
      expect(bitsPerDim).toBeCloseTo((8 * bytes) / (2 * WIDTH * HEIGHT * 3), 12);
      expect(Math.min(encodeSpeed, decodeSpeed)).toBeGreaterThan(0);
      if (process.platform === 'linux') expect(peakMemory, name).toBeGreaterThan(1e6);
      expect(stdout).toContain(`| ${name} | ${bitsPerDim.toFixed(3)} |`);
      expect(readFileSync(svg, 'utf8')).toContain(`${bitsPerDim.toFixed(3)} ${name}`);
    }
  });
});

it('codes grey photos, as many as wanted', async () => {
  await inFolder(async (folder) => {
    for (const seed of [1, 2]) writeFileSync(join(folder, `grey-${seed}.png`), await photo(1, seed));
    const { stdout, stderr, status } = bench(folder, '--efforts', '6', '--limit', '1');
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('| WebP, smallest |');
    expect(stdout).toContain('1 photo, 0.00 Mpx');
  });
});

it('fails where the pixels do not come back', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'samples');
    const saved = { path, width: 2, height: 2, channels: 3 };
    const file = join(folder, 'coded');
    const child = startProcess({ name: 'a name', codec: 'webp', settings: { effort: 0, quality: 1 } });
    try {
      writeFileSync(path, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
      await child.ask({ task: 'encode', photo: saved, file });
      await expect(child.ask({ task: 'decode', photo: saved, file })).resolves.toMatchObject({
        seconds: expect.any(Number),
      });
      writeFileSync(path, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13));
      await expect(child.ask({ task: 'decode', photo: saved, file })).rejects.toThrow(
        'a name: the pixels did not come back',
      );
    } finally {
      child.end();
    }
  });
});

it('refuses a folder without photos', async () => {
  await inFolder(async (folder) => {
    const { stderr, status } = bench(folder);
    expect(stderr).toContain('no photos');
    expect(status).toBe(1);
  });
});

it('efforts that come to the same model share a row', () => {
  const rival = (effort: number, model: string) => ({
    name: `vaezip, effort ${effort}`,
    codec: 'vaezip',
    settings: { effort },
    model,
  });
  const webp = { name: 'WebP', codec: 'webp', settings: { effort: 6 } };
  const { kept, dropped } = mergeEfforts([webp, rival(1, 'small'), rival(6, 'large'), rival(9, 'large')]);
  expect(kept.map(({ name }) => name)).toEqual(['WebP', 'vaezip, effort 1', 'vaezip, effort 6, 9']);
  expect(dropped.map(({ name }) => name)).toEqual(['vaezip, effort 9']);
});
