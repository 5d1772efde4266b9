// Codes a photo there and back in this process, and prints what memory each took beside what was there before: the most
// that the process held, less what it held at the start, and what the library says. On Linux alone.
// `node bench/memory/child.js PHOTO EFFORT`

import { readFileSync, writeFileSync } from 'node:fs';
import { compress, decompress, findModel, memoryNeeded } from '#dist/library/index.js';
import { ownPeakMemory } from '../common/peak-memory.js';
import { readPhoto } from '../common/photo.js';

const [path, effort] = process.argv.slice(2);
const photo = await readPhoto(path);
const channels = photo.channels === 3 ? 3 : 1;
/** @type {import('#dist/library/index.js').Pixels} */
const pixels = { ...photo, channels, bitDepth: 8, images: 1 };
const encoding = await taken(() => compress(pixels, { effort: Number(effort), keepModel: true }));
const { file, report } = encoding.value;
const model = await findModel(report.model?.id ?? '');
const decoding = await taken(() => decompress(file, { model }));
// The samples are the caller's when encoding begins, and are counted in the formula.
const samples = pixels.data.byteLength;
console.log(
  JSON.stringify({
    model: model.name,
    encode: { formula: memoryNeeded(pixels, model, 'encode', file.length), taken: encoding.bytes + samples },
    decode: {
      formula: memoryNeeded(pixels, model, 'decode', file.length),
      taken: decoding.bytes + file.length,
    },
  }),
);

/**
 * @template Value
 * @param {() => Promise<Value>} work
 * @returns {Promise<{value: Value, bytes: number}>}
 */
async function taken(work) {
  const before = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  // From here on the peak is anew that of now (proc(5)).
  writeFileSync('/proc/self/clear_refs', '5');
  const value = await work();
  return { value, bytes: ownPeakMemory() - before };
}
