// `coding-time.js EFFORT IMAGE...` writes, for each image, {encode, verify, decode} as JSON, each {kernel, library}:
// milliseconds of CPU in the kernel's runs, and in all that the file's bytes go through, the image file's reading and
// writing, alpha and metadata included; the least of three passes in one process that is warm. Whatever instances of
// the kernel are made meanwhile, all are timed.

import { readFileSync } from 'node:fs';

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
const { compress, decompress, extract, inspect, verify } = await import('#dist/library/index.js');
const { readImage } = await import('#dist/src/files/read-image.js');
const { writePng } = await import('#dist/src/files/png/write.js');

/**
 * @param {() => Promise<T>} work
 * @returns {Promise<{time: Time, value: T}>}
 * @template T
 */
async function measured(work) {
  spent = 0;
  const start = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(start);
  return { time: { kernel: spent, library: (user + system) / 1000 }, value };
}

/**
 * @typedef {{kernel: number, library: number}} Time
 * @param {Time} a
 * @param {Time} b
 */
const least = (a, b) => ({
  kernel: Math.min(a.kernel, b.kernel),
  library: Math.min(a.library, b.library),
});

const [effort, ...paths] = process.argv.slice(2);
const never = { kernel: Infinity, library: Infinity };
const times = paths.map(() => ({ encode: never, verify: never, decode: never }));
for (let pass = 0; pass <= PASSES; pass++) {
  for (const [index, path] of paths.entries()) {
    const bytes = readFileSync(path);
    const options = { effort: Number(effort), original: { bytes }, threads: 1 };
    const encoded = await measured(async () => {
      const { pixels, metadata, form, keepReason } = await readImage(bytes);
      if (!pixels || keepReason) throw new Error(`${path}: ${keepReason?.text ?? 'no pixels'}`);
      return { pixels, metadata, ...(await compress(pixels, { ...options, metadata, form })) };
    });
    const { file, pixels, metadata } = encoded.value;
    const verified = await measured(() =>
      verify(file, { pixels, metadata, original: bytes }, { threads: 1 }),
    );
    const decoded = await measured(async () => {
      const { kind, metadata } = await inspect(file);
      return kind === 'kept' ? extract(file) : writePng(await decompress(file, { threads: 1 }), metadata);
    });
    if (pass === 0) continue; // to warm up
    const { encode, verify: checked, decode } = times[index];
    times[index] = {
      encode: least(encode, encoded.time),
      verify: least(checked, verified.time),
      decode: least(decode, decoded.time),
    };
  }
}
console.log(JSON.stringify(times));
