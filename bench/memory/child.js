// Codes one way in a process of its own, on two threads, and prints what memory that took: the most that the process
// held, less what it held before, and what the library says of two groups at once. On Linux alone.
// `node bench/memory/child.js encode PHOTO EFFORT FILE`, then `node bench/memory/child.js decode FILE`.

import { readFileSync, writeFileSync } from 'node:fs';
import { peekHeader } from '#dist/container/container.js';
import { compress, decompress, findModel, memoryNeeded } from '#dist/library/index.js';
import { findModelById } from '#dist/models/models.js';
import { ownPeakMemory } from '../common/peak-memory.js';
import { readPhoto } from '../common/photo.js';

const THREADS = 2;

const [direction, path, effort, target] = process.argv.slice(2);
const outcome = direction === 'encode' ? await encode(Number(effort)) : await decode();
console.log(JSON.stringify(outcome));

/** @param {number} effort */
async function encode(effort) {
  const photo = await readPhoto(path);
  const channels = photo.channels === 3 ? 3 : 1;
  /** @type {import('#dist/library/index.js').Pixels} */
  const pixels = { ...photo, channels, bitDepth: 8, images: 1 };
  const { value, bytes } = await taken(() => compress(pixels, { effort, threads: THREADS, keepModel: true }));
  writeFileSync(target, value.file);
  const model = await findModel(value.report.model?.id ?? '');
  const formula = needed(pixels, model, 'encode', value.file.length);
  // The formula counts the samples, which are the caller's before encoding begins.
  return { model: model.name, formula, taken: bytes + pixels.data.byteLength };
}

async function decode() {
  const file = new Uint8Array(readFileSync(path));
  const header = peekHeader(file);
  if (header.kind !== 'image') throw new Error('no image');
  const model = await findModelById(header.modelId);
  const { bytes } = await taken(() => decompress(file, { model, threads: THREADS }));
  return {
    model: model.name,
    formula: needed(header.shape, model, 'decode', file.length),
    taken: bytes + file.length,
  };
}

/**
 * What the formula says where each thread works on a group.
 * @param {import('#dist/library/index.js').Shape} shape
 * @param {import('#dist/library/index.js').Model} model
 * @param {'encode' | 'decode'} way
 * @param {number} fileBytes
 */
function needed(shape, model, way, fileBytes) {
  const groups = Math.min(THREADS, model.groupRows?.(shape).length ?? 1);
  return memoryNeeded(shape, model, way, fileBytes) + (groups - 1) * model.memory(shape, way, 0);
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
