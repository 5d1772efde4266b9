// What a model of small images writes of them in one chain: bits a sample by parts, and images a second there and back.
// Of an idx file its images, of other files the squares of their grids. After a build:
// `node bench/thumbs.js FILES... [--cell 32] [--limit 1000] [--model NAME]`; a model may be a weights' file.

import { compress } from '#dist/library/index.js';
import { SHIPPED } from '#dist/models/catalogue.js';
import { imagesOf } from './common/cells.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { table } from './common/markdown.js';

const USAGE = 'usage: node bench/thumbs.js FILES... [--cell 32] [--limit 1000] [--model NAME]';

/** The model whose family codes nothing else. */
const MADE_FOR_THEM = SHIPPED.find(({ family }) => family === 'vaezip-thumbs')?.name ?? '';

/** @typedef {import('#dist/library/index.js').Report} Report */

/** @param {number | null} bits */
const rate = (bits) => Number(bits).toFixed(4);

/** @type {import('./common/markdown.js').Column<Report & {images: number}>[]} */
const COLUMNS = [
  ['images', ({ images }) => String(images)],
  ['likelihood', ({ bitsPerDim }) => rate(bitsPerDim.likelihood)],
  ['KL', ({ bitsPerDim }) => rate(bitsPerDim.kl)],
  ['-ELBO', ({ bitsPerDim }) => rate(bitsPerDim.negElbo)],
  ['net', ({ bitsPerDim }) => rate(bitsPerDim.net)],
  ['file', ({ bitsPerDim }) => rate(bitsPerDim.file)],
  ['encoded a second', ({ images, seconds }) => (images / Number(seconds.encode)).toFixed(0)],
  ['decoded', ({ images, seconds }) => (images / Number(seconds.verify)).toFixed(0)],
];

await runBench(USAGE, () => run(process.argv.slice(2)));

/** @param {string[]} args */
async function run(args) {
  const { values, positionals } = parse(args, {
    cell: { type: 'string', default: '32' },
    limit: { type: 'string', default: '1000' },
    model: { type: 'string', default: MADE_FOR_THEM },
  });
  if (positionals.length === 0) throw new UsageError('files of images are needed');
  const cell = wholeNumber('--cell', values.cell, 1, 2 ** 14);
  const limit = wholeNumber('--limit', values.limit, 1, Number.POSITIVE_INFINITY);
  const rows = [];
  for (const file of positionals) {
    const images = (await imagesOf(file, cell)).slice(0, limit);
    const data = Uint8Array.from(images.flatMap((image) => Array.from(image.data)));
    const chain = { ...images[0], data, images: images.length };
    const { report } = await compress(chain, { model: values.model, threads: 1, verify: true });
    rows.push({ ...report, images: images.length });
  }
  console.log(table(COLUMNS, rows));
}
