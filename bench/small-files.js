// What the command line takes beside coding for small files: the CPU time of a whole run over a folder, start of the
// process and all threads included, less the CPU time that the same images take in a process of its own that is warm,
// each by itself on one thread, the least of three passes: in the kernel's runs (learningRun and staticRun), and in the
// library, from the image file's bytes to those of the .vz file or back. Verification is a second decoding.
// After a build: `node bench/small-files.js FOLDER [--files 1000] [--largest 64] [--effort 1,6] [--json FILE]`
// takes the folder's PNG files of at most `largest` pixels a side, under as many names as there are to be files.

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isPng, readPngHeader } from '#dist/src/files/png/chunks.js';
import { parse, runBench, UsageError, wholeNumber, wholeNumbers } from './common/command-line.js';
import { table } from './common/markdown.js';
import { cpuTimeOf } from './small-files/cpu-time.js';

const USAGE =
  'usage: node bench/small-files.js FOLDER [--files 1000] [--largest 64] [--effort 1,6] [--json FILE]';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/src/cli/main.js');

/** @type {import('./common/markdown.js').Column<Row>[]} */
const COLUMNS = [
  ['effort, command', ({ effort, command }) => `${effort}, ${command}`],
  ['CPU', ({ total }) => total.toFixed(2)],
  ['in the kernel', ({ kernel }) => kernel.toFixed(2)],
  ['in the library', ({ library }) => library.toFixed(2)],
  ['beside it', ({ total, library }) => (total - library).toFixed(2)],
];

await runBench(USAGE, () => run(parseOptions(process.argv.slice(2))));

/** @param {string[]} args */
function parseOptions(args) {
  const { values, positionals } = parse(args, {
    files: { type: 'string', default: '1000' },
    largest: { type: 'string', default: '64' },
    effort: { type: 'string', default: '1,6' },
    json: { type: 'string' },
  });
  if (positionals.length !== 1) throw new UsageError('one folder of images is needed');
  return {
    folder: positionals[0],
    files: wholeNumber('--files', values.files, 1, Infinity),
    largest: wholeNumber('--largest', values.largest, 1, Infinity),
    efforts: wholeNumbers('--effort', values.effort, 1, 9),
    json: values.json,
  };
}

/** @param {ReturnType<typeof parseOptions>} options */
async function run({ folder, files, largest, efforts, json }) {
  const images = smallImages(folder, largest);
  if (images.length === 0) throw new Error(`no PNG files of at most ${largest} pixels a side in ${folder}`);
  const place = mkdtempSync(join(tmpdir(), 'vaezip-bench-'));
  process.on('exit', () => rmSync(place, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const input = join(place, 'in');
  mkdirSync(input);
  for (let index = 0; index < files; index++) {
    const image = images[index % images.length];
    copyFileSync(image, join(input, `${index}-${basename(image)}`));
  }
  const rows = [];
  for (const effort of efforts) rows.push(...(await measure(effort, { images, files, place, input })));
  console.log(
    `${files} files of ${images.length} images; CPU milliseconds a file\n\n${table(COLUMNS, rows)}`,
  );
  if (json) writeFileSync(json, `${JSON.stringify({ files, images: images.length, rows }, null, 2)}\n`);
}

/**
 * @param {string} folder
 * @param {number} largest
 */
function smallImages(folder, largest) {
  const paths = readdirSync(folder).sort();
  return paths
    .map((name) => join(folder, name))
    .filter((path) => {
      if (!path.endsWith('.png')) return false;
      const bytes = readFileSync(path);
      if (!isPng(bytes)) return false;
      const { width, height } = readPngHeader(bytes);
      return Math.max(width, height) <= largest;
    });
}

/**
 * CPU milliseconds a file.
 * @typedef {{effort: number, command: string, total: number, kernel: number, library: number}} Row
 * @param {number} effort
 * @param {{images: string[], files: number, place: string, input: string}} files
 * @returns {Promise<Row[]>}
 */
async function measure(effort, { images, files, place, input }) {
  const { encode, verify, decode } = await codingTimes(images, files, effort);
  const out = join(place, `out-${effort}`);
  /** @param {string[]} args */
  const vaezip = async (...args) => (await cpuTimeOf([main, ...args, '--quiet'])).milliseconds / files;
  const settings = ['--effort', String(effort)];
  const compress = ['compress', '-r', input, ...settings, '-o'];
  const unverified = await vaezip(...compress, `${out}-unverified`, '--no-verify');
  const verified = await vaezip(...compress, out);
  const decompressed = await vaezip('decompress', '-r', out, '-o', join(place, `back-${effort}`));
  return [
    { effort, command: 'compress --no-verify', total: unverified, ...encode },
    { effort, command: 'compress', total: verified, ...sum(encode, verify) },
    { effort, command: 'decompress', total: decompressed, ...decode },
  ];
}

/**
 * Milliseconds a file, there and back: each image counts as often as it is among the files.
 * @param {string[]} images
 * @param {number} files
 * @param {number} effort
 */
async function codingTimes(images, files, effort) {
  const program = join(import.meta.dirname, 'small-files/coding-time.js');
  const { output } = await cpuTimeOf([program, String(effort), ...images]);
  /** @type {{encode: Time, verify: Time, decode: Time}[]} */
  const times = JSON.parse(output);
  /** @param {'encode' | 'verify' | 'decode'} step */
  const mean = (step) => {
    const all = Array.from({ length: files }, (_, index) => times[index % times.length][step]);
    const { kernel, library } = sum(...all);
    return { kernel: kernel / files, library: library / files };
  };
  return { encode: mean('encode'), verify: mean('verify'), decode: mean('decode') };
}

/**
 * @typedef {{kernel: number, library: number}} Time
 * @param {Time[]} times
 */
function sum(...times) {
  return {
    kernel: times.reduce((total, { kernel }) => total + kernel, 0),
    library: times.reduce((total, { library }) => total + library, 0),
  };
}
