// MNIST's images as bits: the training images drawn anew in every batch, those that are measured drawn once.

import { basename } from 'node:path';
import { readIdxFile } from '../../files/idx-file.ts';
import { binarise, STATIC_SEED } from '../../train/data/binarise.ts';
import type { Batch, DataSource } from '../../train/tensorflow/preset.ts';
import { PIXELS } from './model.ts';
import { allContexts, contextNumbers } from './neighbours.ts';

const TRAINING_FILE = 'train-images-idx3-ubyte';
/** The last twelfth of the training images, 5,000 of MNIST's, chooses between networks and is never trained on. */
const HELD_OUT_SHARE = 1 / 12;
const BINARISE_KEY = 102;

export async function openBinaryDigits(
  directory: string,
  { images: size, neighbours }: { images: number; neighbours: number },
): Promise<DataSource> {
  const { path, pixels } = await readIdxFile(directory, TRAINING_FILE);
  const heldOut = Math.ceil(pixels.images * HELD_OUT_SHARE);
  const trained = pixels.images - heldOut;
  const levels = (index: number) => pixels.data.subarray(index * PIXELS, (index + 1) * PIXELS) as Uint8Array;
  return {
    description: `${basename(path)}, binarised: ${trained} images to train on, the last ${heldOut} held out`,
    batch: (_step, _shard, random) => {
      const images = Array.from({ length: size }, () => {
        const index = random.integer(trained);
        return bitsOf(binarise(levels(index), BINARISE_KEY, random.word()));
      });
      return digitsBatch(images, neighbours);
    },
    heldOutBatches: Math.floor(heldOut / size),
    heldOut: (index) => {
      const first = trained + index * size;
      const images = Array.from({ length: size }, (_, i) =>
        bitsOf(binarise(levels(first + i), STATIC_SEED, first + i)),
      );
      return digitsBatch(images, neighbours);
    },
  };
}

/** The first `count` images of MNIST's test part in their static binarisation, as bits. */
export function staticDigits(levels: Uint8Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) =>
    bitsOf(binarise(levels.subarray(i * PIXELS, (i + 1) * PIXELS), STATIC_SEED, i)),
  );
}

/** The training images that no network is trained on: grey, and as bits in their static binarisation. */
export function heldOutDigits(levels: Uint8Array): { first: number; grey: Uint8Array[]; bits: Uint8Array[] } {
  const images = levels.length / PIXELS;
  const first = images - Math.ceil(images * HELD_OUT_SHARE);
  const grey = greyDigits(levels, first, images);
  return { first, grey, bits: grey.map((image, i) => bitsOf(binarise(image, STATIC_SEED, first + i))) };
}

/** Images from `start` to before `end`, as they are. */
export function greyDigits(levels: Uint8Array, start: number, end: number): Uint8Array[] {
  return Array.from({ length: end - start }, (_, i) =>
    levels.subarray((start + i) * PIXELS, (start + i + 1) * PIXELS),
  );
}

/** As the loss takes them: [images, 784] of bits, the number of each pixel's context, and all that there can be. */
export function digitsBatch(images: readonly Uint8Array[], neighbours: number): Batch {
  const data = new Float32Array(images.length * PIXELS);
  for (const [n, image] of images.entries()) data.set(image, n * PIXELS);
  const batch = { images: { shape: [images.length, PIXELS], data } };
  if (neighbours === 0) return batch;
  return {
    ...batch,
    context: { shape: [images.length, PIXELS], data: contextNumbers(images, neighbours) },
    contexts: { shape: [2 ** neighbours, neighbours], data: allContexts(neighbours) },
  };
}

function bitsOf(image: Uint8Array): Uint8Array {
  return image.map((level) => (level > 0 ? 1 : 0));
}
