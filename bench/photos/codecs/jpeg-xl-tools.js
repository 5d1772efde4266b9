// JPEG XL by cjxl and djxl, from file to file: PPM or PGM for the pixels. Time and memory are those of their processes.

import { spawn } from 'node:child_process';
import { losslessOptions, netpbm, netpbmHeader, throughFiles } from '#dist/src/other-codecs/jpeg-xl-tools.js';
import { peakMemoryOf } from '../../common/peak-memory.js';
import { timed } from '../timed.js';

/** Between two looks at the memory of a tool. What it takes in its last instants may be missed. */
const WATCH_MILLISECONDS = 5;

export function open({ effort }) {
  return {
    encode: (photo) => convert('cjxl', netpbm(photo), ['ppm', 'jxl'], losslessOptions(effort)),
    async decode(file, photo) {
      const ending = photo.channels === 1 ? 'pgm' : 'ppm';
      const { result, ...figures } = await convert('djxl', file, ['jxl', ending], []);
      return { ...figures, result: result.subarray(netpbmHeader(photo).length) };
    },
  };
}

/** Runs a tool from a file to another. */
async function convert(tool, bytes, endings, options) {
  const { result, value } = await throughFiles(bytes, endings, (input, output) =>
    timed(() => run(tool, [input, output, ...options])),
  );
  return { result, seconds: value.seconds, peakMemory: value.result };
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
