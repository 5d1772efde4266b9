// Encodes and decodes a photo of 24 megapixels with the command line, as a user would: time from start to exit, and the
// most memory, of each effort. The photo is a mosaic of mirrored samples; on a terminal the command shows its progress.
// `node bench/large-photo.js [--effort 1,6,8,9] [--threads N] [--width N]` after a build.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { peekHeader } from '#dist/container/container.js';
import { describeModel } from '#dist/models/models.js';
import { parse, runBench, UsageError, wholeNumber, wholeNumbers } from './common/command-line.js';
import { table } from './common/markdown.js';
import { mosaic } from './common/mosaic.js';
import { peakMemoryOf } from './common/peak-memory.js';

const USAGE = 'usage: node bench/large-photo.js [--effort 6] [--threads 2] [--width 6000]';
/** Between two looks at the memory of a process. What it takes in its last instants may be missed. */
const WATCH_MILLISECONDS = 20;

const root = join(import.meta.dirname, '..');

await runBench(USAGE, () => run(parseOptions(process.argv.slice(2))));

function parseOptions(args) {
  const { values, positionals } = parse(args, {
    effort: { type: 'string', default: '6' },
    threads: { type: 'string', default: '2' },
    width: { type: 'string', default: '6000' },
  });
  if (positionals.length > 0) throw new UsageError(`${positionals[0]} is no option`);
  return {
    efforts: wholeNumbers('--effort', values.effort, 1, 9),
    threads: wholeNumber('--threads', values.threads, 1, Infinity),
    width: wholeNumber('--width', values.width, 1, 12000),
  };
}

async function run({ efforts, threads, width }) {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const png = join(folder, 'photo.png');
  const height = Math.ceil(width / 1.5);
  const data = await mosaic(width, height);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(png);
  const rows = [];
  for (const effort of efforts) rows.push(await measure(png, data, { effort, threads }));
  const pixels = width * height;
  const size = `${width}x${height}, ${Number((pixels / 1e6).toPrecision(3))} Mpx`;
  const count = threads === 1 ? '1 thread' : `${threads} threads`;
  console.log(`${size}, ${count}\n\n${table(columns(pixels), rows)}`);
}

/** There and back at one effort. Throws where the pixels do not come back. */
async function measure(png, pixels, { effort, threads }) {
  const vz = png.replace('.png', `-${effort}.vz`);
  const back = png.replace('.png', `-${effort}.png`);
  const settings = ['--threads', String(threads)];
  const encode = await vaezip(
    'compress',
    png,
    '-o',
    vz,
    '--no-verify',
    '--effort',
    String(effort),
    ...settings,
  );
  const decode = await vaezip('decompress', vz, '-o', back, ...settings);
  if (!pixels.equals(await sharp(back).raw().toBuffer())) throw new Error('the photo did not come back');
  const file = readFileSync(vz);
  const header = peekHeader(file);
  const model =
    header.kind === 'image' ? ((await describeModel(header.modelId))?.name ?? header.modelId) : header.kind;
  return { effort, model, bytes: file.length, encode, decode };
}

/**
 * Seconds of a run of the command line and its peak memory in bytes, null where the system does not tell.
 * @typedef {{seconds: number, peak: number | null}} Run
 * @param {string[]} args
 * @returns {Promise<Run>}
 */
function vaezip(...args) {
  const start = performance.now();
  const main = join(root, 'dist/src/cli/main.js');
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  /** @type {number | null} */
  let peak = null;
  const timer = setInterval(() => {
    peak = Math.max(peak ?? 0, peakMemoryOf(child.pid) ?? 0) || null;
  }, WATCH_MILLISECONDS);
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      clearInterval(timer);
      if (code === 0) resolve({ seconds: (performance.now() - start) / 1000, peak });
      else reject(new Error(`vaezip ${args.join(' ')} ended with ${code ?? signal}`));
    });
  });
}

/**
 * @typedef {{effort: number, model: string, bytes: number, encode: Run, decode: Run}} Row
 * @param {number} pixels of the photo
 * @returns {import('./common/markdown.js').Column<Row>[]}
 */
function columns(pixels) {
  const ways = /** @type {const} */ (['encode', 'decode']);
  return [
    ['effort, model', ({ effort, model }) => `${effort}, ${model}`],
    ['bytes', ({ bytes }) => String(bytes)],
    ['bits/dim', ({ bytes }) => ((8 * bytes) / (3 * pixels)).toFixed(4)],
    ...ways.flatMap((way) => columnsOfWay(way, pixels)),
  ];
}

/**
 * @param {'encode' | 'decode'} way
 * @param {number} pixels of the photo
 * @returns {import('./common/markdown.js').Column<Row>[]}
 */
function columnsOfWay(way, pixels) {
  return [
    [`${way}, s`, (row) => row[way].seconds.toFixed(1)],
    ['Mpx/s', (row) => (pixels / 1e6 / row[way].seconds).toFixed(2)],
    ['peak MB', ({ [way]: { peak } }) => (peak === null ? '-' : (peak / 1e6).toFixed(0))],
  ];
}
