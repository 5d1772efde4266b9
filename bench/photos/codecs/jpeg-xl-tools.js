// JPEG XL by cjxl and djxl, from file to file: PPM or PGM for the pixels. Time and memory are those of their processes.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peakMemoryOf } from '../../common/peak-memory.js';
import { timed } from '../timed.js';

/** Between two looks at the memory of a tool. What it takes in its last instants may be missed. */
const WATCH_MILLISECONDS = 5;

export function open({ effort }) {
  return {
    encode: (photo) =>
      convert('cjxl', pnm(photo), 'ppm', 'jxl', ['--distance', '0', '--effort', String(effort)]),
    async decode(file, photo) {
      const { result, ...figures } = await convert(
        'djxl',
        file,
        'jxl',
        photo.channels === 1 ? 'pgm' : 'ppm',
        [],
      );
      return { ...figures, result: result.subarray(pnmHeader(photo).length) };
    },
  };
}

function pnmHeader({ width, height, channels }) {
  return Buffer.from(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`);
}

function pnm(photo) {
  return Buffer.concat([pnmHeader(photo), photo.data]);
}

/** Runs a tool from a file to another, both in a folder of their own. */
async function convert(tool, bytes, from, to, options) {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-jxl-'));
  try {
    const [input, output] = [join(folder, `in.${from}`), join(folder, `out.${to}`)];
    writeFileSync(input, bytes);
    const { result: peakMemory, seconds } = await timed(() => run(tool, [input, output, ...options]));
    return { result: readFileSync(output), seconds, peakMemory };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The most memory the tool held, in bytes; null where /proc does not tell. */
function run(tool, args) {
  const child = spawn(tool, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  /** @type {number | null} */
  let peak = null;
  let messages = '';
  const watch = () => {
    peak = peakMemoryOf(child.pid) ?? peak;
  };
  watch();
  const timer = setInterval(watch, WATCH_MILLISECONDS);
  child.stderr.on('data', (part) => {
    messages += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve(peak);
      else reject(new Error(`${tool} ended with ${code}: ${messages.trim()}`));
    });
  });
}
