// What 16-bit files take, as they are: of scanners, cameras of light and of other things, elevation. Against the file
// itself and, where `cjxl` is to be had, JPEG XL.
// `node bench/deep-files.js FILES... [--effort N]` after a build; `cjxl` reads PGM, PPM and PNG of them. Prints a
// Markdown table.

import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { compress, decompress } from '#dist/library/index.js';
import { readImage } from '#dist/src/files/read-image.js';
import { AGAINST_JXL, JXL_BYTES, VAEZIP_BYTES } from './common/columns.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { jxlBytes } from './common/external.js';
import { table } from './common/markdown.js';

const USAGE = 'usage: node bench/deep-files.js FILES... [--effort N]';

/**
 * @typedef {{name: string, bytes: number, jxl: number, vaezip: number}} Row
 * @type {import('./common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['16 bits', ({ name }) => name],
  ['file, bytes', ({ bytes }) => String(bytes)],
  JXL_BYTES,
  VAEZIP_BYTES,
  AGAINST_JXL,
];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    effort: { type: 'string', default: '6' },
  });
  if (positionals.length === 0) throw new UsageError('name files of 16 bits');
  const effort = wholeNumber('effort', values.effort, 1, 9);
  /** @type {Row[]} */
  const rows = [];
  for (const path of positionals) {
    const bytes = new Uint8Array(readFileSync(path));
    const jxl = jxlBytes(bytes, extname(path).slice(1));
    rows.push({
      name: basename(path),
      bytes: bytes.length,
      jxl,
      vaezip: await vaezipBytes(path, bytes, effort),
    });
  }
  const sum = (/** @type {(row: Row) => number} */ of) => rows.reduce((total, row) => total + of(row), 0);
  rows.push({
    name: 'all',
    bytes: sum(({ bytes }) => bytes),
    jxl: sum(({ jxl }) => jxl),
    vaezip: sum(({ vaezip }) => vaezip),
  });
  console.log(table(COLUMNS, rows));
});

/**
 * Bytes of the .vz file, recipe and metadata included, whose pixels must come back.
 * @param {string} path
 * @param {Uint8Array} bytes
 * @param {number} effort
 */
async function vaezipBytes(path, bytes, effort) {
  const { pixels, metadata, form, recipe } = await readImage(bytes);
  if (pixels?.bitDepth !== 16) throw new UsageError(`${path} is not of 16 bits`);
  const { file } = await compress(pixels, { effort, metadata, form, recipe, original: { bytes } });
  const { data } = await decompress(file);
  if (data.some((sample, index) => sample !== pixels.data[index]))
    throw new Error(`${path} did not come back`);
  return file.length;
}
