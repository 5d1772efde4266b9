// What it costs in size that large photos are cut into groups of rows which know nothing of each other: bits that the
// messages grow by (net), against the photo in one piece. Of six photos that no model was trained on; most are too
// small to be cut, so the cost of two groups stands beside it.
// `node bench/group-cost.js FOLDER [--effort 6] [--threads 2]` after a build; FOLDER holds CLIC 2025's validation set.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '#dist/codec/network/safetensors.js';
import { groupCount } from '#dist/codec/planes/groups.js';
import { learningModel } from '#dist/codec/planes/learning/family.js';
import { quickModel } from '#dist/codec/planes/quick/family.js';
import { modelsFor } from '#dist/models/choose.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { formatChange, table } from './common/markdown.js';
import { photoPaths, readPhoto } from './common/photo.js';

const USAGE = 'usage: node bench/group-cost.js FOLDER [--effort 6] [--threads 2]';
/** Beginnings of the names of the photos that are held out of training. */
const HELD_OUT = ['clic-0c49', 'clic-100a', 'clic-14ab', 'clic-28d2', 'clic-2a24', 'clic-9466'];
/** Of the families that cut photos into groups; each takes the pixels of one. */
const MODELS = { 'vaezip-learning': learningModel, 'vaezip-quick': quickModel };

/**
 * Bits/dim in one piece, in its groups, and in two of them where it is only one.
 * @typedef {{name: string, pixels: number, groups: number, one: number, cut: number, two: number}} Row
 * @type {import('./common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['file', ({ name }) => name],
  ['Mpx', ({ pixels }) => (pixels / 1e6).toFixed(2)],
  ['groups', ({ groups }) => String(groups)],
  ['one piece', ({ one }) => one.toFixed(4)],
  ['in groups', ({ cut }) => cut.toFixed(4)],
  ['change', (row) => formatChange(costCut(row), 3)],
  ['in two at least', ({ two }) => two.toFixed(4)],
  ['change', (row) => formatChange(costTwo(row), 3)],
];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    effort: { type: 'string', default: '6' },
    threads: { type: 'string', default: '2' },
  });
  if (positionals.length !== 1) throw new UsageError('one folder of photos is needed');
  await run(
    positionals[0],
    wholeNumber('--effort', values.effort, 1, 9),
    wholeNumber('--threads', values.threads, 1, Infinity),
  );
});

/** @param {string} folder @param {number} effort @param {number} threads */
async function run(folder, effort, threads) {
  const rows = [];
  for (const start of HELD_OUT) {
    const path = photoPaths(folder).find((path) => basename(path).startsWith(start));
    if (!path) throw new Error(`${folder} holds no photo whose name begins with ${start}`);
    rows.push(await measure(start, await readPhoto(path), effort, threads));
    console.error(`${rows.length}: ${start}`);
  }
  console.log(table(COLUMNS, rows));
  const mean = (/** @type {(row: Row) => number} */ of) =>
    formatChange(rows.reduce((sum, row) => sum + of(row), 0) / rows.length, 3);
  console.log(`\nEffort ${effort}. Mean: ${mean(costCut)} in groups, ${mean(costTwo)} where all are cut.`);
}

/**
 * @param {string} name
 * @param {import('./common/photo.js').Photo} photo
 * @param {number} effort
 * @param {number} threads
 * @returns {Promise<Row>}
 */
async function measure(name, photo, effort, threads) {
  const shape = /** @type {import('#dist/library/index.js').Shape} */ ({ ...photo, bitDepth: 8, images: 1 });
  const [{ id, family, weights }] = await modelsFor(shape, effort);
  const model = MODELS[family];
  if (!model) throw new Error(`${family} is not measured`);
  const content = readSafetensors(readFileSync(fileURLToPath(weights())));
  const rate = async (/** @type {number | undefined} */ groupPixels) => {
    const session = model('', id, content, groupPixels).open(shape, { threads });
    return (await session.encode(photo.data)).lengths.net / photo.data.length;
  };
  const pixels = photo.width * photo.height;
  const groups = groupCount(photo);
  const one = await rate(Infinity);
  const two = groups < 2 ? await rate(Math.floor(pixels / 2)) : await rate(undefined);
  return { name, pixels, groups, one, cut: groups < 2 ? one : two, two };
}

/** @param {Row} row */
function costCut({ one, cut }) {
  return cut / one - 1;
}

/** @param {Row} row */
function costTwo({ one, two }) {
  return two / one - 1;
}
