// report from a file to a page.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { paint } from '../codec/planes/static/images.ts';
import { vaezip } from './command-line.ts';
import { withFiles } from './kept-files.ts';

it('writes a page beside the image, and none of what it cannot measure', () =>
  withFiles(async (folder) => {
    const { data, width, height } = paint('photo-like', 40, 30);
    const image = sharp(data, { raw: { width, height, channels: 3 } });
    writeFileSync(join(folder, 'a.png'), await image.png().toBuffer());
    const { status, stdout, stderr } = await vaezip(folder, ['report', 'a.png', 'text.png', '--effort', '1']);
    expect(status).toBe(1);
    expect(stdout.toString()).toMatch(
      /^file +bits\/dim +-ELBO +net +coded by\na\.png .* photo-fast \(efforts 1 to 2\)\n$/,
    );
    expect(stderr).toMatch(/^vaezip: text\.png: not an image that is read here/);
    expect(readdirSync(folder).sort().join()).toBe('a.png,a.report.html,deep.png,photo.jpg,text.png');
    const page = readFileSync(join(folder, 'a.report.html'), 'utf8');
    expect(page).toContain('<h1>Where the bits of a.png go</h1>');
    expect(page).toContain('photo-fast (efforts 1 to 2)');
  }));
