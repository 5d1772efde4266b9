// The report's page: what stands in it, and that it stands alone.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { codeLengths } from '../../library/index.ts';
import { readImage } from '../../src/files/read-image.ts';
import type { BitMap } from '../../src/heatmap/map.ts';
import { mapOf, pictureOf } from '../../src/report/pictures.ts';
import { reportPage } from '../../src/report/report.ts';
import { splitOf } from '../../src/report/split.ts';
import { paint } from '../codec/planes/static/images.ts';

const photo = paint('photo-like', 60, 50);
const NAME = `x/<script>"a"&'b'.png`;

/** What the split's rows are called, with their bits. */
const bitsOf = (parts: ReturnType<typeof splitOf>) =>
  Object.fromEntries(parts.map(({ name, bits }) => [name, bits]));

it('the parts of a file sum to it, metadata and alpha among them', async () => {
  const { data } = photo;
  const alpha = { ...photo, channels: 4, data: new Uint8Array(4 * 3000) } as const;
  for (let pixel = 0; pixel < 3000; pixel++)
    alpha.data.set([...data.subarray(3 * pixel, 3 * pixel + 3), pixel % 251], 4 * pixel);
  const metadata = { kind: 'png', data: Uint8Array.of(1, 2, 3) } as const;
  const measured = await codeLengths(alpha, { model: 'photo-static', metadata });
  const parts = splitOf(measured);
  const plain = parts.filter(({ isSum }) => !isSum);
  expect(plain.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(8 * measured.file.length, 6);
  const bits = bitsOf(parts);
  expect(bits.File).toBe(8 * measured.file.length);
  expect(bits['Beside the samples'] + bits.Likelihood + bits.KL + bits['Coder: integers']).toBeCloseTo(
    bits.Net,
    6,
  );
  expect(bits['Beside the samples']).toBeGreaterThan(100);
  expect(bits.KL).not.toBe(0);
  for (const name of ['Header', 'Metadata', 'Initial bits', 'Coder: words'])
    expect(bits[name]).toBeGreaterThan(0);
});

it('the page loads nothing, and shows names as they are', async () => {
  const { width, height, data } = photo;
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const source = await readImage(bytes);
  const measured = await codeLengths(photo, { model: 'photo-static', original: { bytes } });
  const page = await reportPage({ input: NAME, bytes, source, pixels: photo, measured, model: 'a & b' });
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain(
    '<title>Where the bits of &lt;script&gt;&quot;a&quot;&amp;&#39;b&#39;.png go</title>',
  );
  expect(page).toContain('The model a &amp; b codes them');
  expect(page).not.toMatch(/<script|<link|<iframe|\bon\w+=|url\((?!#)/);
  const addresses = [...page.matchAll(/\b(?:src|href)="([^"]{0,9})/g)].map(([, start]) => start);
  expect(new Set(addresses)).toEqual(new Set(['data:imag']));
  expect([...page.matchAll(/<img [^>]*>/g)].every(([tag]) => / alt="[^"]+"/.test(tag))).toBe(true);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const text of [
    'Bits per pixel: mean',
    'Bits of z per tile (KL): mean',
    'PNG as it lies',
    'WebP, lossless',
  ])
    expect(page).toContain(text);
  const perDim = (measured.report.bitsPerDim.file ?? 0).toFixed(3);
  expect(page.split(perDim).length).toBeGreaterThan(3);
});

it('pictures are scaled down to what a page can hold', async () => {
  const [width, height] = [1200, 100];
  const noise = paint('noise', width, height);
  expect(await pictureOf(noise)).toMatchObject({ width: 1000, height: 83 });
  const values = Float32Array.from(noise.data.subarray(0, width * height));
  const map: BitMap = { title: 'Bits', note: 'mean 1', width, height, values };
  const { uri, ...size } = await mapOf(map);
  expect(size).toMatchObject({ width: 600, height: 50, title: 'Bits' });
  expect(uri.length).toBeLessThan(2e5);
});
