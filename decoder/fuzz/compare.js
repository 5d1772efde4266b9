// Holds the library against what the fuzz target wrote (VZ_MENDED): of each n.vz that the decoder in C took, n.pam, the
// library gives the same pixels; what that refused, it refuses. After a build:
// `node decoder/fuzz/compare.js MENDEDFOLDER WEIGHTSFOLDER`

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decompress, extract, isArchive, loadModel, openArchive, VaezipError } from '#dist/library/index.js';

/** @typedef {import('#dist/library/index.js').Pixels} Pixels */

const TUPLES = ['GRAYSCALE', 'GRAYSCALE_ALPHA', 'RGB', 'RGB_ALPHA'];
/** The signature's last byte of a kept file. */
const KEPT = 0x0d;

const [mended, weights] = process.argv.slice(2);
if (!mended || !weights) {
  console.error('usage: node decoder/fuzz/compare.js MENDEDFOLDER WEIGHTSFOLDER');
  process.exit(2);
}
for (const name of readdirSync(weights).filter((file) => file.endsWith('.safetensors')))
  await loadModel(name.replace(/\.\w+$/, ''), new Uint8Array(readFileSync(join(weights, name))));

let [taken, refused, different] = [0, 0, 0];
for (const name of readdirSync(mended).filter((file) => file.endsWith('.vz'))) {
  const pam = join(mended, name.replace(/vz$/, 'pam'));
  const expected = existsSync(pam) ? readFileSync(pam) : null;
  const found = await decoded(new Uint8Array(readFileSync(join(mended, name))));
  if (expected === null ? found === null : found?.equals(expected)) {
    if (found) taken++;
    else refused++;
  } else {
    different++;
    console.log(
      `${name}: ${expected ? 'taken' : 'refused'} in C, ${found ? 'taken' : 'refused'} by the library`,
    );
  }
}
console.log(`${taken} taken by both, ${refused} refused by both, ${different} different`);
if (different > 0) process.exitCode = 1;

/**
 * All images and kept files, one after the other; null where it is refused.
 * @param {Uint8Array} file
 */
async function decoded(file) {
  try {
    return Buffer.concat(isArchive(file) ? await membersOf(file) : [await contentOf(file)]);
  } catch (error) {
    if (error instanceof VaezipError) return null;
    throw error;
  }
}

/** @param {Uint8Array} file */
async function contentOf(file) {
  if (file[3] === KEPT) return (await extract(file)).bytes;
  return pamOf(await decompress(file, { threads: 1 }));
}

/** @param {Uint8Array} file */
async function membersOf(file) {
  const archive = await openArchive(file);
  // The decoder in C looks for no parts where the index is lost.
  if (archive.scannedEnd !== null) throw new VaezipError('bad-file', 'its index is lost');
  /** @type {Uint8Array[]} */
  const members = [];
  for await (const { pixels, original } of archive)
    members.push(pixels ? pamOf(pixels) : (original ?? new Uint8Array(0)));
  return members;
}

/** @param {Pixels} pixels */
function pamOf({ width, height, channels, bitDepth, images, data }) {
  const head =
    `P7\nWIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channels}\nMAXVAL ${2 ** bitDepth - 1}\n` +
    `TUPLTYPE ${TUPLES[channels - 1]}\nENDHDR\n`;
  const size = width * height * channels;
  return Buffer.concat(
    Array.from({ length: images }, (_, image) => {
      const samples = Buffer.from(data.slice(image * size, (image + 1) * size).buffer);
      return Buffer.concat([Buffer.from(head), bitDepth === 16 ? samples.swap16() : samples]);
    }),
  );
}
