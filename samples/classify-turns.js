// Trains a classifier from an archive, batch by batch as its images are decoded: nothing is unpacked to files. It tells
// by which quarter turn an image was turned, so that it needs no labels:
//
//   npx vaezip pack train-images-idx3-ubyte.gz -o digits.vza
//   node samples/classify-turns.js digits.vza [--source train-images-idx3-ubyte.gz] [--epochs 1]
//
// With the source, an idx file, each image is compared with what went in. The last tenth of the images is not trained
// on: it tells how well the classifier does.

import { openAsBlob, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { openArchive } from 'vaezip';

const TURNS = 4;
const BATCH = 100;
const HELD_OUT_SHARE = 0.1;
const IDX_HEADER_BYTES = 16;

const { values, positionals } = parseArgs({
  options: { source: { type: 'string' }, epochs: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const epochs = Number(values.epochs);
if (positionals.length !== 1 || !(epochs >= 1)) {
  console.error('usage: node samples/classify-turns.js ARCHIVE [--source IDX] [--epochs 1]');
  process.exit(2);
}

const source = values.source && readIdx(values.source);
const archive = await openArchive(await openAsBlob(positionals[0]));
const { width, height } = pixelsOf(await archive.at(0));
const trained = archive.size - Math.ceil(archive.size * HELD_OUT_SHARE);

const model = sequential({
  layers: [
    layers.dense({ inputShape: [width * height], units: 64, activation: 'relu' }),
    layers.dense({ units: TURNS, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });

let [asked, right] = [0, 0];
for (let epoch = 1; epoch <= epochs; epoch++) {
  for await (const { end, xs, ys } of batches()) {
    if (end <= trained) await model.trainOnBatch(xs, ys);
    else if (epoch === epochs) {
      right += tf.tidy(() => hits(/** @type {tf.Tensor} */ (model.predict(xs)), ys));
      asked += xs.shape[0];
    }
    tf.dispose([xs, ys]);
  }
}
const compared = source ? ', each as in the source' : '';
console.log(`${archive.size} images${compared}; of ${asked} that were not trained on, ${right} told rightly`);

/** Images and their turns: xs f32 [images][height * width] in 0..1, ys [images][4]; `end` images were read. */
async function* batches() {
  let images = [];
  let number = 0;
  for await (const image of archive) {
    const data = /** @type {Uint8Array} */ (pixelsOf(image).data);
    if (
      source &&
      Buffer.compare(data, source.subarray(number * data.length, (number + 1) * data.length)) !== 0
    )
      throw new Error(`${image.name} is not image ${number} of the source`);
    images.push(turned(data, number % TURNS));
    number++;
    if (images.length < BATCH && number < archive.size) continue;
    const first = number - images.length;
    const turns = images.map((_, index) => (first + index) % TURNS);
    yield {
      end: number,
      xs: tf.tensor2d(images),
      ys: tf.oneHot(tf.tensor1d(turns, 'int32'), TURNS),
    };
    images = [];
  }
}

/** @param {import('vaezip').ArchiveImage} image */
function pixelsOf({ name, pixels }) {
  if (!pixels) throw new Error(`${name} is kept as a file, without pixels`);
  return pixels;
}

/** How many images the greatest of 4 shares names the turn of. */
function hits(/** @type {tf.Tensor} */ shares, /** @type {tf.Tensor} */ ys) {
  return tf.sum(tf.equal(tf.argMax(shares, 1), tf.argMax(ys, 1))).dataSync()[0];
}

/** The grey levels of a square image after some quarter turns, in 0..1. */
function turned(data, turns) {
  let levels = Float32Array.from(data, (level) => level / 255);
  for (let turn = 0; turn < turns; turn++)
    levels = levels.map((_, at) => levels[(at % width) * width + width - 1 - Math.floor(at / width)]);
  return levels;
}

/** The levels in an idx file of images, packed or not. */
function readIdx(path) {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).subarray(IDX_HEADER_BYTES);
}
