// heatmap from files to pictures.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { paint } from '../codec/planes/static/images.ts';
import { vaezip } from './command-line.ts';
import { withFiles } from './kept-files.ts';

/** A small photo as a PNG file, with as many channels as it is told. */
function photo(channels: 1 | 3 | 4): Promise<Uint8Array> {
  const { data, width, height } = paint('photo-like', 40, 30);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  if (channels === 1) image.toColourspace('b-w');
  if (channels === 4) image.ensureAlpha(0.5);
  return image.png().toBuffer();
}

it('writes a picture for each image, and says in a line what it cannot draw', () =>
  withFiles(async (folder) => {
    for (const channels of [1, 3, 4] as const)
      writeFileSync(join(folder, `${channels}.png`), await photo(channels));
    chmodSync(join(folder, '3.png'), 0o600);
    const one = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } });
    writeFileSync(join(folder, 'one.png'), await one.png().toBuffer());
    writeFileSync(join(folder, 'broken.png'), (await photo(3)).subarray(0, 200));
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out/4.bits.png'), 'precious');
    const images = ['1.png', '3.png', '4.png', 'one.png', 'photo.jpg'];
    const others = ['broken.png', 'deep.png', 'text.png', '.'];
    const { status, stdout, stderr } = await vaezip(folder, [
      ...['heatmap', ...images, ...others, '--model', 'photo-static', '--json', '-o', 'out'],
    ]);
    expect(status).toBe(1);
    const entries = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.map(({ status }) => status).join()).toBe(
      'failed,done,failed,done,done,failed,failed,failed,failed',
    );
    expect(entries[1]).toMatchObject({ output: 'out/3.bits.png', outputBytes: null, width: 40, dims: 3600 });
    const untold = "no sample's cost can be told: the model photo-static does not take such images";
    expect(stderr.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^9 files: 3 done, 6 failed in /),
      'vaezip: .: a folder; name the images in it',
      `vaezip: 1.png: ${untold}`,
      'vaezip: 4.png: out/4.bits.png exists already; -f overwrites it',
      'vaezip: broken.png: no pixels to measure: damaged PNG: it ends inside a chunk',
      `vaezip: deep.png: ${untold}`,
      expect.stringMatching(/^vaezip: text\.png: not an image that is read here/),
    ]);
    expect(readdirSync(join(folder, 'out')).sort().join()).toBe(
      '3.bits.png,4.bits.png,one.bits.png,photo.bits.png',
    );
    expect(readFileSync(join(folder, 'out/4.bits.png'), 'utf8')).toBe('precious');
    expect(statSync(join(folder, 'out/3.bits.png')).mode & 0o777).toBe(0o600);
    for (const name of ['3.bits.png', 'one.bits.png'])
      expect((await sharp(readFileSync(join(folder, 'out', name))).metadata()).channels).toBe(3);
  }));

it('goes from stdin to stdout', () =>
  withFiles(async (folder) => {
    const { status, stdout, stderr } = await vaezip(folder, ['heatmap', '-'], await photo(1));
    expect(status).toBe(0);
    expect(stderr).toMatch(/^file .*\n- .* photo-grey \(efforts \d to \d\)\n$/);
    expect((await sharp(stdout).metadata()).format).toBe('png');
  }));
