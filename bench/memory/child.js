// Codes one way in a process of its own, and prints what memory that took: the most that the process held, less what it
// held before, and what the library says. On Linux alone. `node bench/memory/child.js encode PHOTO EFFORT FILE`, then
// `node bench/memory/child.js decode FILE`.

import { readFileSync, writeFileSync } from 'node:fs';
import { peekHeader } from '#dist/container/container.js';
import { compress, decompress, findModel, memoryNeeded } from '#dist/library/index.js';
import { findModelById } from '#dist/models/models.js';
import { ownPeakMemory } from '../common/peak-memory.js';
import { readPhoto } from '../common/photo.js';

const [direction, path, effort, target] = process.argv.slice(2);
const outcome = direction === 'encode' ? await encode(Number(effort)) : await decode();
console.log(JSON.stringify(outcome));

/** @param {number} effort */
async function encode(effort) {
  const photo = await readPhoto(path);
  const channels = photo.channels === 3 ? 3 : 1;
  /** @type {import('#dist/library/index.js').Pixels} */
  const pixels = { ...photo, channels, bitDepth: 8, images: 1 };
  const { value, bytes } = await taken(() => compress(pixels, { effort, keepModel: true }));
  writeFileSync(target, value.file);
  const model = await findModel(value.report.model?.id ?? '');
  const formula = memoryNeeded(pixels, model, 'encode', value.file.length);
  // The formula counts the samples, which are the caller's before encoding begins.
  return { model: model.name, formula, taken: bytes + pixels.data.byteLength };
}

async function decode() {
  const file = new Uint8Array(readFileSync(path));
  const header = peekHeader(file);
  if (header.kind !== 'image') throw new Error('no image');
  const model = await findModelById(header.modelId);
  const { bytes } = await taken(() => decompress(file, { model }));
  return {
    model: model.name,
    formula: memoryNeeded(header.shape, model, 'decode', file.length),
    taken: bytes + file.length,
  };
}

/**
 * @template Value
 * @param {() => Promise<Value>} work
 * @returns {Promise<{value: Value, bytes: number}>}
 */
async function taken(work) {
  const before = 1024 * Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  // From here on the peak is anew that of now (proc(5)).
  writeFileSync('/proc/self/clear_refs', '5');
  const value = await work();
  return { value, bytes: ownPeakMemory() - before };
}
