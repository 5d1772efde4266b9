// Many small images in an archive: bytes, bits a sample, and images a second there, back, and one by itself. Of an idx
// file its images; of other files the squares of their grids, from left to right, then from top to bottom, or with
// --wide each as a whole, scaled to so many pixels of width. After a build:
// `node bench/collections.js FILES... [--cell 32 | --wide 128] [--limit 10000] [--group 16384,1000000] [--effort 6]
// [--model NAME] [--jxl]`
// WebP is sharp's at its best, a file an image; --jxl measures files of `cjxl -d 0 -e 9` as well.

import sharp from 'sharp';
import { openArchive, packArchive } from '#dist/library/index.js';
import { imagesOf } from './common/cells.js';
import { parse, runBench, UsageError, wholeNumber, wholeNumbers } from './common/command-line.js';
import { jxlBytes } from './common/external.js';
import { formatChange, table } from './common/markdown.js';

const USAGE =
  'usage: node bench/collections.js FILES... [--cell 32 | --wide 128] [--limit 10000] [--group 16384,1000000] ' +
  '[--effort 6] [--model NAME] [--jxl]';
/** Members asked for by themselves. */
const ASKED = 20;

/** @typedef {import('#dist/library/index.js').Pixels} Pixels */
/**
 * Rates in bits a sample, images a second, milliseconds.
 * @typedef {{group: number, bytes: number, rate: number, pack: number, unpack: number, one: number}} Measured
 * @typedef {Measured & {webp: number, jxl: number}} Row
 */

/** @type {import('./common/markdown.js').Column<Row>[]} */
const COLUMNS = [
  ['pixels of a group', ({ group }) => String(group)],
  ['bytes', ({ bytes }) => String(bytes)],
  ['bits/dim', ({ rate }) => rate.toFixed(4)],
  ['against WebP', ({ bytes, webp }) => formatChange(bytes / webp - 1)],
  ['against JPEG XL', ({ bytes, jxl }) => formatChange(bytes / jxl - 1)],
  ['packed a second', ({ pack }) => pack.toFixed(0)],
  ['unpacked', ({ unpack }) => unpack.toFixed(0)],
  ['ms for one', ({ one }) => one.toFixed(1)],
];

await runBench(USAGE, () => run(parseOptions(process.argv.slice(2))));

/** @param {string[]} args */
function parseOptions(args) {
  const { values, positionals } = parse(args, {
    cell: { type: 'string', default: '32' },
    limit: { type: 'string', default: '10000' },
    group: { type: 'string', default: '16384,1000000' },
    effort: { type: 'string', default: '6' },
    wide: { type: 'string' },
    model: { type: 'string' },
    jxl: { type: 'boolean', default: false },
  });
  if (positionals.length === 0) throw new UsageError('files of images are needed');
  return {
    files: positionals,
    cell: wholeNumber('--cell', values.cell, 1, 2 ** 14),
    limit: wholeNumber('--limit', values.limit, 1, Number.POSITIVE_INFINITY),
    groups: wholeNumbers('--group', values.group, 1, 2 ** 30),
    effort: wholeNumber('--effort', values.effort, 1, 9),
    wide: values.wide === undefined ? undefined : wholeNumber('--wide', values.wide, 1, 2 ** 14),
    model: values.model,
    jxl: values.jxl,
  };
}

/** @param {ReturnType<typeof parseOptions>} options */
async function run({ files, cell, wide, limit, groups, effort, model, jxl }) {
  /** @type {Pixels[]} */
  const images = [];
  for (const file of files)
    images.push(...(wide === undefined ? await imagesOf(file, cell) : [await scaled(file, wide)]));
  images.splice(limit);
  const webp = await webpBytes(images);
  const others = { webp, jxl: jxl ? await totalJxlBytes(images) : Number.NaN };
  const rows = [];
  for (const group of groups) rows.push({ ...(await measure(images, group, effort, model)), ...others });
  const columns = COLUMNS.filter(([title]) => jxl || !title.includes('JPEG XL'));
  const jxlText = jxl ? `JPEG XL -e 9 ${others.jxl} bytes, ` : '';
  console.log(`${images.length} images, WebP ${webp} bytes, ${jxlText}one thread\n\n${table(columns, rows)}`);
}

/**
 * @param {string} file
 * @param {number} wide
 * @returns {Promise<Pixels>}
 */
async function scaled(file, wide) {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .resize(wide)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, channels: 3, bitDepth: 8, images: 1, data: new Uint8Array(data) };
}

/** @param {Pixels[]} images */
async function webpBytes(images) {
  let bytes = 0;
  for (const { width, height, channels, data } of images) {
    const raw = { raw: { width, height, channels } };
    bytes += (await sharp(data, raw).webp({ lossless: true, effort: 6, exact: true }).toBuffer()).length;
  }
  return bytes;
}

/** @param {Pixels[]} images */
async function totalJxlBytes(images) {
  let bytes = 0;
  for (const { width, height, channels, data } of images)
    bytes += jxlBytes(await sharp(data, { raw: { width, height, channels } }).png().toBuffer(), 'png');
  return bytes;
}

/**
 * @param {Pixels[]} images
 * @param {number} groupPixels
 * @param {number} effort
 * @param {string | undefined} model
 * @returns {Promise<Measured>}
 */
async function measure(images, groupPixels, effort, model) {
  const digits = String(images.length - 1).length;
  const nameOf = (/** @type {number} */ index) => `${String(index).padStart(digits, '0')}.png`;
  const entries = images.map((pixels, index) => ({ name: nameOf(index), pixels, original: null }));
  const options = { groupPixels, effort, threads: 1, ...(model && { model }) };
  let start = performance.now();
  const parts = [];
  for await (const part of packArchive(entries, options)) parts.push(part);
  const pack = perSecond(images.length, start);
  const file = new Uint8Array(Buffer.concat(parts));
  const archive = await openArchive(file);
  start = performance.now();
  let number = 0;
  for await (const { pixels } of archive)
    if (!pixels || Buffer.compare(bytesOf(pixels), bytesOf(images[number++])) !== 0)
      throw new Error('an image came back as another');
  const unpack = perSecond(images.length, start);
  start = performance.now();
  for (let asked = 0; asked < ASKED; asked++) await archive.get(nameOf((asked * 487) % images.length));
  const one = (performance.now() - start) / ASKED;
  const dims = images.reduce((sum, { data }) => sum + data.length, 0);
  return { group: groupPixels, bytes: file.length, rate: (8 * file.length) / dims, pack, unpack, one };
}

/** @param {Pixels} pixels */
function bytesOf({ data }) {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * @param {number} count
 * @param {number} start
 */
function perSecond(count, start) {
  return (1000 * count) / (performance.now() - start);
}
