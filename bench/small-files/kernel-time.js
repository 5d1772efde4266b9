// `kernel-time.js EFFORT IMAGE...` writes [{encode, decode}] as JSON: milliseconds of CPU that each image spends in
// the kernel's runs, the least of three passes. Whatever instances of the kernel are made meanwhile, all are timed.

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

const PASSES = 3;

let spent = 0;

/** @type {WeakMap<WebAssembly.Exports, WebAssembly.Exports>} */
const timed = new WeakMap();

WebAssembly.Instance = class extends WebAssembly.Instance {
  /** @override */
  get exports() {
    const exports = super.exports;
    const known = timed.get(exports);
    if (known) return known;
    const entries = Object.entries(exports).map(([name, value]) => [
      name,
      name.endsWith('Run') ? timedRun(/** @type {(...args: number[]) => number} */ (value)) : value,
    ]);
    const wrapped = Object.fromEntries(entries);
    timed.set(exports, wrapped);
    return wrapped;
  }
};

/** @param {(...args: number[]) => number} run */
function timedRun(run) {
  return (/** @type {number[]} */ ...args) => {
    const start = process.cpuUsage();
    try {
      return run(...args);
    } finally {
      const { user, system } = process.cpuUsage(start);
      spent += (user + system) / 1000;
    }
  };
}

// Loaded now: what it calls is timed.
const { compress, verify } = await import('#dist/library/index.js');
const { readImage } = await import('#dist/src/files/read-image.js');

/**
 * @param {() => Promise<T>} work
 * @returns {Promise<{milliseconds: number, value: T}>}
 * @template T
 */
async function measured(work) {
  spent = 0;
  const value = await work();
  return { milliseconds: spent, value };
}

const [effort, ...paths] = process.argv.slice(2);
const times = paths.map(() => ({ encode: Infinity, decode: Infinity }));
for (let pass = 0; pass <= PASSES; pass++) {
  for (const [index, path] of paths.entries()) {
    const bytes = readFileSync(path);
    const { pixels, metadata, keepReason } = await readImage(bytes);
    if (!pixels || keepReason) throw new Error(`${path}: ${keepReason ?? 'no pixels'}`);
    const original = { bytes, extension: extname(path).slice(1) };
    const options = { effort: Number(effort), metadata, original, threads: 1 };
    const encoded = await measured(() => compress(pixels, options));
    const decoded = await measured(() =>
      verify(encoded.value.file, { pixels, metadata, original: bytes }, { threads: 1 }),
    );
    if (pass === 0) continue; // to warm up
    const least = times[index];
    least.encode = Math.min(least.encode, encoded.milliseconds);
    least.decode = Math.min(least.decode, decoded.milliseconds);
  }
}
console.log(JSON.stringify(times));
