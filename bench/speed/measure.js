// Codes one photo by each contestant in turn, several rounds of it, and keeps each one's best times. Before the clock
// runs each codes a few rows, so that loading and compiling does not count.

import { warmUpPart } from '../common/photo.js';

/** The clocks, by the number of threads. */
export const CLOCKS = /** @type {const} */ ([
  { threads: 1, seconds: processorSeconds },
  { threads: 2, seconds: () => performance.now() / 1000 },
]);

/**
 * Seconds of encoding and of decoding by each clock.
 * @typedef {{encode: number, decode: number}} Times
 * @typedef {{title: string, base: number, bytes: number, samples: number, pixels: number, times: Times[]}} Result
 * @param {import('../common/photo.js').Photo} photo
 * @param {import('./contestants.js').Contestant[]} contestants
 * @param {number} rounds
 * @returns {Promise<Result[]>}
 * @throws {Error} where one does not give the photo back
 */
export async function measure(photo, contestants, rounds) {
  /** @type {Result[]} */
  const results = [];
  for (const contestant of contestants) {
    for (const { threads } of CLOCKS) await thereAndBack(warmUpPart(photo), contestant, threads, () => 0);
    const { title, base } = contestant;
    const times = CLOCKS.map(() => ({ encode: Infinity, decode: Infinity }));
    const [samples, pixels] = [photo.data.length, photo.width * photo.height];
    results.push({ title, base, bytes: 0, samples, pixels, times });
  }
  for (let round = 0; round < rounds; round++)
    for (const [index, clock] of CLOCKS.entries())
      for (const [place, contestant] of contestants.entries()) {
        const result = results[place];
        const { bytes, ...times } = await thereAndBack(photo, contestant, clock.threads, clock.seconds);
        const best = result.times[index];
        result.bytes = bytes;
        best.encode = Math.min(best.encode, times.encode);
        best.decode = Math.min(best.decode, times.decode);
      }
  return results;
}

/**
 * @param {import('../common/photo.js').Photo} photo
 * @param {import('./contestants.js').Contestant} contestant
 * @param {number} threads
 * @param {() => number} seconds
 */
async function thereAndBack(photo, { title, library, by }, threads, seconds) {
  const input = /** @type {import('#dist/library/index.js').PixelsInput} */ ({ ...photo, bitDepth: 8 });
  const begin = seconds();
  const { file } = await library.compress(input, { ...by, threads, keepModel: true });
  const encoded = seconds();
  const { data } = await library.decompress(file, { threads });
  const decoded = seconds();
  if (Buffer.compare(/** @type {Uint8Array} */ (data), photo.data) !== 0)
    throw new Error(`${title}: the pixels did not come back`);
  return { bytes: file.length, encode: encoded - begin, decode: decoded - encoded };
}

/** Of all threads of this process. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
