// What coding takes in memory, as the library computes it: bytes a pixel, bytes a column and the rest of what a group
// of rows takes, of each model, there and back; with --measure, beside what a process really takes for a photo.
// `node bench/memory.js [--measure PHOTO]` after a build. Both tables stand in docs/memory.md.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findModel } from '#dist/library/index.js';
import { SHIPPED } from '#dist/models/catalogue.js';
import { parse, runBench, UsageError } from './common/command-line.js';
import { table } from './common/markdown.js';

const USAGE = 'usage: node bench/memory.js [--measure PHOTO]';
const EFFORTS = [1, 6, 9];
const DIRECTIONS = /** @type {const} */ (['encode', 'decode']);

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), { measure: { type: 'string' } });
  if (positionals.length > 0) throw new UsageError(`${positionals[0]} is no option`);
  console.log(values.measure ? measured(values.measure) : await formulas());
});

async function formulas() {
  const photos = SHIPPED.filter(({ training }) => training.data === 'photos');
  const rows = await Promise.all(
    photos.map(async ({ name, fits }) => {
      const model = await findModel(name);
      const channels = fits(shapeOf(1, 1, 3)) ? 3 : 1;
      return { name, parts: DIRECTIONS.map((direction) => partsOf(model, direction, channels)) };
    }),
  );
  const columns = DIRECTIONS.flatMap((direction, index) => [
    column(`${direction}: bytes a pixel of a group`, ({ parts }) => parts[index].pixel.toFixed(1)),
    column('bytes a column', ({ parts }) => parts[index].column.toFixed(0)),
    column('MB besides', ({ parts }) => (parts[index].rest / 1e6).toFixed(1)),
  ]);
  return table([column('model', ({ name }) => name), ...columns], rows);
}

/**
 * @typedef {{name: string, parts: {pixel: number, column: number, rest: number}[]}} Row
 * @param {string} title
 * @param {(row: Row) => string} cell
 * @returns {import('./common/markdown.js').Column<Row>}
 */
function column(title, cell) {
  return [title, cell];
}

/** @returns {import('#dist/library/index.js').Shape} */
function shapeOf(/** @type {number} */ width, /** @type {number} */ height, /** @type {1 | 3} */ channels) {
  return { width, height, channels, bitDepth: 8, images: 1 };
}

/**
 * The formula's parts of a group, by differences; all are images of one group.
 * @param {import('#dist/library/index.js').Model} model
 * @param {'encode' | 'decode'} direction
 * @param {1 | 3} channels
 */
function partsOf(model, direction, channels) {
  const bytes = (/** @type {number} */ width, /** @type {number} */ height) =>
    model.memory(shapeOf(width, height, channels), direction, 0);
  const pixel = (bytes(1000, 2000) - bytes(1000, 1000)) / 1e6;
  const perColumn = (bytes(2000, 1000) - bytes(1000, 2000)) / 1000;
  return { pixel, column: perColumn, rest: bytes(1000, 1000) - 1e6 * pixel - 1000 * perColumn };
}

/** @param {string} photo */
function measured(photo) {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'photo.vz');
  const child = (/** @type {string[]} */ ...args) =>
    JSON.parse(
      execFileSync(process.execPath, [join(import.meta.dirname, 'memory/child.js'), ...args], {
        encoding: 'utf8',
      }),
    );
  const rows = EFFORTS.map((effort) => {
    const encode = child('encode', photo, String(effort), file);
    return { effort, model: encode.model, encode, decode: child('decode', file) };
  });
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(0);
  return table(
    [
      ['effort, model', ({ effort, model }) => `${effort}, ${model}`],
      ['encode: formula, MB', ({ encode }) => megabytes(encode.formula)],
      ['taken, MB', ({ encode }) => megabytes(encode.taken)],
      ['decode: formula, MB', ({ decode }) => megabytes(decode.formula)],
      ['taken, MB', ({ decode }) => megabytes(decode.taken)],
    ],
    rows,
  );
}
