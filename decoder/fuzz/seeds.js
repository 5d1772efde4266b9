// Small .vz files and an archive of all models whose weights are in a folder, to begin fuzzing with. After a build:
// `node decoder/fuzz/seeds.js WEIGHTSFOLDER OUTFOLDER`

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compress, loadModel, packArchive, VaezipError } from '#dist/library/index.js';

/** @typedef {import('#dist/library/index.js').Pixels} Pixels */

const [weights, out] = process.argv.slice(2);
if (!weights || !out) {
  console.error('usage: node decoder/fuzz/seeds.js WEIGHTSFOLDER OUTFOLDER');
  process.exit(2);
}
mkdirSync(out, { recursive: true });

/**
 * Levels that neighbours share, and few of them where `step` is large.
 * @param {number} width
 * @param {number} height
 * @param {1 | 2 | 3 | 4} channels
 * @param {{ images?: number, bitDepth?: 8 | 16, step?: number }} [more]
 * @returns {Pixels}
 */
function picture(width, height, channels, { images = 1, bitDepth = 8, step = 1 } = {}) {
  const count = images * width * height * channels;
  const levels = Array.from({ length: count }, (_, index) => {
    const pixel = Math.floor(index / channels);
    const wave = 90 + 9 * (pixel % width) + 40 * Math.sin(pixel / width) + 7 * (index % channels);
    return (Math.floor((wave + (Math.imul(index, 0x9e3779b1) >>> 29)) / step) * step) & 0xff;
  });
  const data =
    bitDepth === 16
      ? Uint16Array.from(levels, (level) => 200 * level + (level & 7))
      : Uint8Array.from(levels);
  return { width, height, channels, bitDepth, images, data };
}

/** @type {Pixels[]} */
const pictures = [];
for (const channels of /** @type {const} */ ([1, 2, 3, 4])) {
  pictures.push(picture(7, 6, channels), picture(1, 1, channels), picture(11, 5, channels, { step: 17 }));
  pictures.push(picture(5, 3, channels, { images: 3 }), picture(6, 5, channels, { bitDepth: 16 }));
}
pictures.push(picture(16, 20, 3), picture(28, 28, 1), picture(28, 28, 1, { images: 2, step: 64 }));
pictures.push(picture(32, 32, 3));
const binary = picture(28, 28, 1);
pictures.push({ ...binary, data: binary.data.map((level) => (level > 128 ? 255 : 0)) });

/**
 * Null where the model does not code such an image.
 * @param {Awaited<ReturnType<typeof loadModel>> | null} model
 * @param {Pixels} pixels
 */
async function codedBy(model, pixels) {
  try {
    const { file, report } = await compress(pixels, { model, keepModel: true, threads: 1 });
    return model === null || report.model?.id === model.id ? file : null;
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-input') return null;
    throw error;
  }
}

let written = 0;
/** @param {Uint8Array} file */
const write = (file) => writeFileSync(join(out, `seed-${written++}.vz`), file);
const files = readdirSync(weights).filter((name) => name.endsWith('.safetensors'));
const models = await Promise.all(
  files.map((name) =>
    loadModel(name.replace(/\.\w+$/, ''), new Uint8Array(readFileSync(join(weights, name)))),
  ),
);
for (const model of [...models, null])
  for (const pixels of pictures) {
    const file = await codedBy(model, pixels);
    if (file) write(file);
  }
const entries = pictures.slice(0, 12).map(({ images, ...pixels }, index) => ({
  name: `${String(index).padStart(2, '0')}.png`,
  pixels: { ...pixels, images: 1, data: pixels.data.slice(0, pixels.data.length / images) },
  original: null,
}));
/** @type {Uint8Array[]} */
const parts = [];
// By weights of the folder: others the decoder would not find there.
const model = models.find((one) => one.accepts(picture(7, 6, 3)))?.name;
for await (const part of packArchive(entries, { model, groupPixels: 200 })) parts.push(part);
write(Buffer.concat(parts));
console.log(`${written} files`);
