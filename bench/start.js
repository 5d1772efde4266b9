// What latents bring that tell where learning starts, by image size: bytes of files by weights as they are, against the
// same weights without their latents, both with the usual scan. Crops of the centres of photos, and whole photos; in
// grey for weights of grey ones. Initial bits count 32 a stream. `z for nothing` is what the samples alone would take
// less, if z were the posterior's mean and cost nothing: how z is coded cannot bring more.
// `node bench/start.js WEIGHTS.safetensors FOLDER [--sides 48,64,96,128] [--whole]` after a build.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '#dist/codec/network/safetensors.js';
import { compress } from '#dist/library/index.js';
import { parse, runBench, UsageError, wholeNumbers } from './common/command-line.js';
import { formatChange, table } from './common/markdown.js';
import { greyOf, photoPaths, readPhoto } from './common/photo.js';
import { freeLatents } from './start/free-latents.js';

const USAGE = 'usage: node bench/start.js WEIGHTS.safetensors FOLDER [--sides 48,64,96,128] [--whole]';

/**
 * @typedef {{size: string, images: number, without: number, with: number, kl: number, initial: number, free: {without:
 * number, with: number}}} Row sums of bytes, means of bits, and sums of bits where z costs nothing
 * @type {import('./common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['size', ({ size }) => size],
  ['images', ({ images }) => String(images)],
  ['without z, bytes', ({ without }) => String(without)],
  ['with z, bytes', (row) => String(row.with)],
  ['change', (row) => formatChange(changeOf(row), 3)],
  ['KL, bits', ({ kl }) => kl.toFixed(1)],
  ['initial, bits', ({ initial }) => initial.toFixed(1)],
  ['z for nothing', ({ free }) => formatChange(changeOf(free), 3)],
];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    sides: { type: 'string', default: '48,64,96,128' },
    whole: { type: 'boolean', default: false },
  });
  if (positionals.length !== 2) throw new UsageError('a file of weights and a folder are needed');
  const [weights, folder] = positionals;
  const sides = wholeNumbers('--sides', values.sides, 1, 65_535);
  const scratch = mkdtempSync(join(tmpdir(), 'vaezip-start-'));
  try {
    await run(copies(weights, scratch), folder, sides, values.whole);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

/**
 * Writes the weights with and without their latents, both as a model that does not ship: for one that does, encoders
 * may choose a scan, too. Returns the paths, and whether they are for grey photos.
 * @param {string} path
 * @param {string} scratch
 */
function copies(path, scratch) {
  const { tensors, metadata } = readSafetensors(readFileSync(path), path);
  const isOfLatents = (/** @type {string} */ name) => name.startsWith('origin.') || name.endsWith('.basis');
  const rest = Object.fromEntries(Object.entries(tensors).filter(([name]) => !isOfLatents(name)));
  if (Object.keys(rest).length === Object.keys(tensors).length)
    throw new UsageError(`${path} has no latents`);
  const copied = { ...metadata, copy: 'yes' };
  const [weights, without] = ['with', 'without'].map((name) => join(scratch, `${name}.safetensors`));
  writeFileSync(weights, writeSafetensors({ tensors, metadata: copied }));
  writeFileSync(without, writeSafetensors({ tensors: rest, metadata: copied }));
  return { weights, without, isGrey: metadata.planes === '1' };
}

/**
 * @param {{weights: string, without: string, isGrey: boolean}} models
 * @param {string} folder
 * @param {number[]} sides
 * @param {boolean} whole
 */
async function run({ weights, without, isGrey }, folder, sides, whole) {
  const lengthsOf = await freeLatents(readFileSync(weights));
  const rows = [];
  for (const side of [...sides, ...(whole ? [Infinity] : [])]) {
    const row = {
      ...{ size: side === Infinity ? 'whole' : String(side), images: 0 },
      ...{ without: 0, with: 0, kl: 0, initial: 0, free: { without: 0, with: 0 } },
    };
    for (const path of photoPaths(folder)) {
      const read = await readPhoto(path);
      const photo = centreOf(isGrey ? greyOf(read) : read, side);
      const pixels = /** @type {import('#dist/library/index.js').PixelsInput} */ ({ ...photo, bitDepth: 8 });
      row.without += (await compress(pixels, { model: without })).file.length;
      const { file, report } = await compress(pixels, { model: weights });
      row.with += file.length;
      row.kl += (report.bitsPerDim.kl ?? 0) * photo.data.length;
      row.initial += (report.bitsPerDim.initial ?? 0) * photo.data.length;
      const free = lengthsOf(photo);
      row.free.without += free.without;
      row.free.with += free.with;
      row.images++;
    }
    rows.push({ ...row, kl: row.kl / row.images, initial: row.initial / row.images });
    console.error(row.size);
  }
  console.log(table(COLUMNS, rows));
  const crops = rows.filter(({ size }) => size !== 'whole');
  if (crops.length === 0) return;
  const mean = (/** @type {(row: Row) => number} */ of) =>
    formatChange(crops.reduce((sum, row) => sum + of(row), 0) / crops.length, 3);
  console.log(`\nMean over the sides: ${mean(changeOf)}, for nothing ${mean(({ free }) => changeOf(free))}`);
}

/**
 * @param {import('./common/photo.js').Photo} photo
 * @param {number} side
 */
function centreOf({ width, height, channels, data }, side) {
  const [w, h] = [Math.min(side, width), Math.min(side, height)];
  const [left, top] = [(width - w) >> 1, (height - h) >> 1];
  const crop = new Uint8Array(w * h * channels);
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * channels;
    crop.set(data.subarray(from, from + w * channels), y * w * channels);
  }
  return { width: w, height: h, channels, data: crop };
}

/** @param {{without: number, with: number}} row */
function changeOf(row) {
  return row.with / row.without - 1;
}
