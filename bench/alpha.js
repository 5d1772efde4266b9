// What alpha channels take beside photos: planes made of photos in three ways, each coded beside its photo, against
// lossless WebP and PNG of the plane alone.
// `node bench/alpha.js FOLDER [--effort N]` after a build. Prints a Markdown table; bytes are sums over the photos.
//
// - hard mask: 255 where the luma, smoothed over 17 pixels, is above its median, else 0: outlines of objects
// - blurred mask: the same, smoothed over 9 pixels: outlines with soft edges
// - luma fringe: 255 inside and 0 outside the mask, and within 6 pixels of its outline the luma: hair, glass

import sharp from 'sharp';
import { compress, decompress } from '#dist/library/index.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { formatChange, table } from './common/markdown.js';
import { photoPaths, readPhoto } from './common/photo.js';

const USAGE = 'usage: node bench/alpha.js FOLDER [--effort N]';
const HARD_WIDTH = 17;
const SOFT_WIDTH = 9;
const FRINGE = 6;

/**
 * @typedef {{width: number, height: number, data: Uint8Array}} Plane
 * @typedef {Plane & {channels: 3, bitDepth: 8}} Photo
 */

/**
 * @typedef {{kind: string, images: number, png: number, webp: number, vaezip: number}} Row
 * @type {import('./common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['alpha', ({ kind }) => kind],
  ['images', ({ images }) => String(images)],
  ['PNG, bytes', ({ png }) => String(png)],
  ['WebP', ({ webp }) => String(webp)],
  ['vaezip', ({ vaezip }) => String(vaezip)],
  ['against WebP', ({ vaezip, webp }) => formatChange(vaezip / webp - 1)],
];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    effort: { type: 'string', default: '6' },
  });
  if (positionals.length !== 1) throw new UsageError('name one folder of photos');
  const effort = wholeNumber('effort', values.effort, 1, 9);
  const rows = ['hard mask', 'blurred mask', 'luma fringe'].map((kind) => ({
    kind,
    ...{ images: 0, png: 0, webp: 0, vaezip: 0 },
  }));
  for (const path of photoPaths(positionals[0])) {
    const photo = /** @type {Photo} */ ({ ...(await readPhoto(path)), bitDepth: 8 });
    const { file } = await compress(photo, { effort, keepModel: true });
    for (const [index, plane] of planesOf(photo).entries()) {
      const row = rows[index];
      row.images++;
      const others = await sizesOfOthers(plane);
      row.png += others.png;
      row.webp += others.webp;
      row.vaezip += (await fileWith(photo, plane, effort)) - file.length;
    }
  }
  console.log(table(COLUMNS, rows));
});

/**
 * Bytes of the photo with the plane as its alpha, which must come back.
 * @param {Photo} photo
 * @param {Plane} plane
 * @param {number} effort
 */
async function fileWith(photo, plane, effort) {
  const data = new Uint8Array(plane.data.length * 4);
  for (let pixel = 0; pixel < plane.data.length; pixel++) {
    data.set(photo.data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    data[4 * pixel + 3] = plane.data[pixel];
  }
  const { file } = await compress({ ...photo, channels: 4, data }, { effort, keepModel: true });
  const back = await decompress(file);
  if (!Buffer.from(back.data.buffer).equals(data)) throw new Error('an image with alpha does not come back');
  return file.length;
}

/** @param {Plane} plane */
async function sizesOfOthers({ data, width, height }) {
  const image = () => sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
  const png = await image().png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
  const webp = await image().webp({ lossless: true, quality: 100, effort: 6 }).toBuffer();
  return { png: png.length, webp: webp.length };
}

/**
 * @param {Plane} photo of RGB
 * @returns {Plane[]}
 */
function planesOf({ data, width, height }) {
  const luma = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const [red, green, blue] = data.subarray(3 * pixel, 3 * pixel + 3);
    return (red + 2 * green + blue) >> 2;
  });
  const smooth = boxed({ data: luma, width, height }, HARD_WIDTH);
  const median = Uint8Array.from(smooth).sort()[smooth.length >> 1];
  const hard = smooth.map((level) => (level > median ? 255 : 0));
  const soft = boxed({ data: hard, width, height }, SOFT_WIDTH);
  const near = boxed({ data: hard, width, height }, 2 * FRINGE + 1);
  const fringe = near.map((level, pixel) => (level === 0 || level === 255 ? level : luma[pixel]));
  return [hard, soft, fringe].map((plane) => ({ data: plane, width, height }));
}

/**
 * Means of the squares of so many pixels, an odd number, around each, edges held on.
 * @param {Plane} plane
 */
function boxed({ data, width, height }, side) {
  const reach = side >> 1;
  const alongRows = new Float64Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let d = -reach; d <= reach; d++)
        alongRows[y * width + x] += data[y * width + Math.min(width - 1, Math.max(0, x + d))];
  return Uint8Array.from(data, (_, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    let sum = 0;
    for (let d = -reach; d <= reach; d++)
      sum += alongRows[Math.min(height - 1, Math.max(0, y + d)) * width + x];
    return Math.round(sum / side ** 2);
  });
}
