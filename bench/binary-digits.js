// What models of binary digits write of MNIST's 10,000 test digits in their static binarisation, in one chain:
// `node bench/binary-digits.js FOLDER [MODEL...]` after a build. FOLDER holds MNIST's idx files.

import { compress } from '#dist/library/index.js';
import { PRESETS } from '#dist/models/catalogue.js';
import { readIdxFile } from '#dist/src/files/idx-file.js';
import { binariseAll } from '#dist/src/train/data/binarise.js';

const [folder, ...named] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node bench/binary-digits.js FOLDER [MODEL...]');
  process.exit(2);
}
const ofBinary = PRESETS.filter(({ training }) => training.sizes).map(({ name }) => name);
const { pixels } = await readIdxFile(folder, 't10k-images-idx3-ubyte');
const size = pixels.width * pixels.height;
const digits = { ...pixels, data: binariseAll(Uint8Array.from(pixels.data), size) };

/** Bits a pixel, and nats an image. */
const cell = (bits) => `${bits.toFixed(5)} (${(bits * size * Math.LN2).toFixed(2)})`;

console.log(`${digits.images} images; bits per pixel (nats per image)\n`);
console.log('| model | likelihood | KL | -ELBO | net | net / -ELBO | file | encode | decode |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const model of named.length > 0 ? named : ofBinary) {
  const { report } = await compress(digits, { model, threads: 1, verify: true });
  const { likelihood, kl, negElbo, net, file } = report.bitsPerDim;
  if (negElbo === null || net === null) throw new Error(`${model} does not code such images`);
  const cells = [likelihood, kl, negElbo, net].map((bits) => cell(Number(bits)));
  const excess = `${(100 * (net / negElbo - 1)).toFixed(3)} %`;
  const seconds = [report.seconds.encode, report.seconds.verify].map(
    (time) => `${Number(time).toFixed(1)} s`,
  );
  console.log(`| ${[model, ...cells, excess, cell(file), ...seconds].join(' | ')} |`);
}
