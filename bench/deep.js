// What 16-bit images take: the light of 4x4 pixels of large photos, averaged, in colour and as luminance, against PNG
// and, where `cjxl` is to be had, JPEG XL.
// `node bench/deep.js FOLDER [--effort N]` after a build. Prints a Markdown table; bytes are sums over the photos.

import sharp from 'sharp';
import { compress, decompress } from '#dist/library/index.js';
import { AGAINST_JXL, JXL_BYTES, VAEZIP_BYTES } from './common/columns.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { jxlBytes } from './common/external.js';
import { table } from './common/markdown.js';
import { photoPaths, readPhoto } from './common/photo.js';

const USAGE = 'usage: node bench/deep.js FOLDER [--effort N]';
const SIDE = 4;
/** Of red, green and blue in luminance (Rec. 709). */
const LUMINANCE = [0.2126, 0.7152, 0.0722];

/**
 * @typedef {{width: number, height: number, channels: 1 | 3, bitDepth: 16, images: 1, data: Uint16Array}} Deep
 * @typedef {{kind: string, images: number, png: number, jxl: number, vaezip: number}} Row
 * @type {import('./common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['16 bits', ({ kind }) => kind],
  ['images', ({ images }) => String(images)],
  ['PNG, bytes', ({ png }) => String(png)],
  JXL_BYTES,
  VAEZIP_BYTES,
  AGAINST_JXL,
];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    effort: { type: 'string', default: '6' },
  });
  if (positionals.length !== 1) throw new UsageError('name one folder of photos');
  const effort = wholeNumber('effort', values.effort, 1, 9);
  const rows = ['colour', 'luminance'].map((kind) => ({ kind, images: 0, png: 0, jxl: 0, vaezip: 0 }));
  for (const path of photoPaths(positionals[0])) {
    for (const [index, image] of averagesOf(await readPhoto(path)).entries()) {
      const row = rows[index];
      const png = await pngOf(image);
      row.images++;
      row.png += png.length;
      row.jxl += jxlBytes(png);
      row.vaezip += await vaezipBytes(image, effort);
    }
  }
  console.log(table(COLUMNS, rows));
});

/**
 * The mean light of each square of pixels, in colour and as luminance.
 * @param {{width: number, height: number, data: Uint8Array}} photo
 * @returns {Deep[]}
 */
function averagesOf(photo) {
  const width = Math.floor(photo.width / SIDE);
  const height = Math.floor(photo.height / SIDE);
  const light = Float64Array.from({ length: 256 }, (_, level) => lightOf(level / 255));
  const means = new Float64Array(width * height * 3);
  for (let y = 0; y < height * SIDE; y++)
    for (let x = 0; x < width * SIDE; x++)
      for (let channel = 0; channel < 3; channel++)
        means[3 * (Math.floor(y / SIDE) * width + Math.floor(x / SIDE)) + channel] +=
          light[photo.data[3 * (y * photo.width + x) + channel]] / SIDE ** 2;
  const colour = Uint16Array.from(means, (mean) => Math.round(65535 * mean));
  const luminance = Uint16Array.from({ length: width * height }, (_, pixel) =>
    Math.round(
      65535 * LUMINANCE.reduce((sum, share, channel) => sum + share * means[3 * pixel + channel], 0),
    ),
  );
  const shape = /** @type {const} */ ({ width, height, bitDepth: 16, images: 1 });
  return [
    { ...shape, channels: 3, data: colour },
    { ...shape, channels: 1, data: luminance },
  ];
}

/**
 * Light of a level of sRGB (IEC 61966-2-1), both 0..1.
 * @param {number} level
 */
function lightOf(level) {
  return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
}

/** @param {Deep} image */
function pngOf({ data, width, height, channels }) {
  const image = sharp(data, { raw: { width, height, channels } });
  return image
    .toColourspace(channels === 1 ? 'grey16' : 'rgb16')
    .png()
    .toBuffer();
}

/**
 * Bytes of the image's file, which must come back.
 * @param {Deep} image
 * @param {number} effort
 */
async function vaezipBytes(image, effort) {
  const { file } = await compress(image, { effort });
  const { data } = await decompress(file);
  if (data.some((sample, index) => sample !== image.data[index]))
    throw new Error('an image did not come back');
  return file.length;
}
