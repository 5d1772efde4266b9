// Whether more effort gives smaller files: codes each photo at several efforts and lists those whose file is larger at
// a higher effort than at a lower one, by more than 0.1 %.
// `node bench/monotone.js FOLDER... [--efforts 1,3,5,7,9] [--threads N] [--json FILE]` after a build.

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { compress } from '#dist/library/index.js';
import { parse, runBench, UsageError, wholeNumber, wholeNumbers } from './common/command-line.js';
import { table } from './common/markdown.js';
import { photoPaths, readPhoto } from './common/photo.js';
import { exceptionsOf, MOST_LARGER } from './monotone/exceptions.js';

const USAGE = 'usage: node bench/monotone.js FOLDER... [--efforts 1,3,5,7,9] [--threads N] [--json FILE]';

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    efforts: { type: 'string', default: '1,3,5,7,9' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  });
  if (positionals.length === 0) throw new UsageError('a folder of photos is needed');
  const efforts = wholeNumbers('--efforts', values.efforts, 1, 9);
  const threads = wholeNumber('--threads', values.threads, 1, Infinity);
  const photos = [];
  for (const folder of positionals) photos.push(...(await sizesOf(folder, efforts, threads)));
  console.log(report(photos, efforts));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(photos, null, 2)}\n`);
});

/**
 * Bytes of a folder's photos at each effort.
 * @param {string} folder
 * @param {number[]} efforts
 * @param {number} threads
 * @returns {Promise<import('./monotone/exceptions.js').Sizes[]>}
 */
async function sizesOf(folder, efforts, threads) {
  const photos = [];
  for (const path of photoPaths(folder)) {
    const photo = await readPhoto(path).catch((error) => console.error(`${path}: ${error.message}`));
    if (!photo) continue;
    const pixels = /** @type {import('#dist/library/index.js').PixelsInput} */ ({ ...photo, bitDepth: 8 });
    /** @type {Record<number, number>} */
    const bytes = {};
    for (const effort of efforts) bytes[effort] = (await compress(pixels, { effort, threads })).file.length;
    photos.push({ path, samples: photo.data.length, bytes });
    console.error(`${path}: ${Object.values(bytes).join(', ')}`);
  }
  if (photos.length === 0) throw new Error(`${folder}: no photos (8-bit PNG, lossless WebP or TIFF)`);
  return photos;
}

/**
 * @param {import('./monotone/exceptions.js').Sizes[]} photos
 * @param {number[]} efforts
 */
function report(photos, efforts) {
  const samples = photos.reduce((sum, photo) => sum + photo.samples, 0);
  const rates = efforts.map((effort) => {
    const bytes = photos.reduce((sum, photo) => sum + photo.bytes[effort], 0);
    return `effort ${effort}: ${((8 * bytes) / samples).toFixed(4)} bits/dim`;
  });
  const exceptions = exceptionsOf(photos);
  const larger = `larger at a higher effort by more than ${100 * MOST_LARGER} %`;
  const title = `${photos.length} photos, ${rates.join(', ')}; ${exceptions.length} files ${larger}`;
  if (exceptions.length === 0) return `${title}.`;
  const rows = table(
    [
      ['file', ({ path }) => path],
      ['efforts', ({ lower, higher }) => `${lower}, ${higher}`],
      ['bytes', ({ bytes, lower, higher }) => `${bytes[lower]}, ${bytes[higher]}`],
      ['larger by', ({ share }) => `${(100 * share).toFixed(2)} %`],
    ],
    exceptions,
  );
  return `${title}:\n\n${rows}`;
}
