// A folder to train models of small images on: photos at a half and a quarter of their size (those of more than a
// megapixel at a quarter, twice), which training cuts into cells, and sheets of cells, nine times each, since they are
// few. `node bench/thumbnails.js OUTFOLDER --photos DIR [--sheets FILE,FILE]`

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import { parse, runBench, UsageError } from './common/command-line.js';

const USAGE = 'usage: node bench/thumbnails.js OUTFOLDER --photos DIR [--sheets FILE,FILE]';
const LEAST_SIDE = 96;
const LARGE_PIXELS = 1_000_000;
const COPIES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    photos: { type: 'string' },
    sheets: { type: 'string', default: '' },
  });
  if (positionals.length !== 1 || !values.photos)
    throw new UsageError('a folder to write to and one of photos are needed');
  const [folder] = positionals;
  mkdirSync(folder, { recursive: true });
  for (const sheet of values.sheets.split(',').filter(Boolean))
    for (const copy of COPIES) copyFileSync(sheet, join(folder, nameOf(sheet, copy)));
  for (const name of readdirSync(values.photos).sort())
    for (const share of [2, 4]) await shrink(join(values.photos, name), share, folder);
});

/**
 * @param {string} path
 * @param {number} share
 * @param {string} folder
 */
async function shrink(path, share, folder) {
  const photo = sharp(path);
  const { width, height } = await photo.metadata();
  if (Math.min(width, height) < share * LEAST_SIDE) return;
  const by = width * height > LARGE_PIXELS ? 4 : share;
  await photo
    .resize(Math.floor(width / by), Math.floor(height / by))
    .webp({ lossless: true, effort: 0 })
    .toFile(join(folder, `${basename(path, extname(path))}-${share}.webp`));
}

/**
 * @param {string} sheet
 * @param {string} copy
 */
function nameOf(sheet, copy) {
  const ending = extname(sheet);
  return `${basename(sheet, ending)}${copy}${ending}`;
}
