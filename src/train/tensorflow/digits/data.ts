// MNIST's training images as batches: patches for the encoder, causal contexts and levels for the pixels' network.

import { basename } from 'node:path';
import {
  CELLS,
  COMPONENTS,
  CONTEXT,
  NEIGHBOURS,
  PATCH_PIXELS,
  PIXELS,
  rasterIndex,
  SIDE,
} from '../../../../codec/digits/architecture.ts';
import { VaezipError } from '../../../../codec/error.ts';
import { readIdxFile } from '../../../files/idx-file.ts';
import { Random } from '../../run/random.ts';
import { binEdges } from '../likelihood.ts';
import type { Batch, DataSource } from '../preset.ts';

const TRAINING_FILE = 'train-images-idx3-ubyte';
const IMAGES_A_SHARD = 32;
const SHARDS = 4;
/** The last twelfth of the training images, 5,000 of MNIST's, chooses between models and is never trained on. */
const HELD_OUT_SHARE = 1 / 12;
const SHUFFLE_KEY = 100;

export async function openDigits(directory: string, seed: number): Promise<DataSource> {
  const { path, pixels } = await readIdxFile(directory, TRAINING_FILE);
  const { images, width, height, data } = pixels;
  if (width !== SIDE || height !== SIDE || !(data instanceof Uint8Array)) {
    throw new VaezipError('bad-input', `${path} holds ${width}x${height} images, not ${SIDE}x${SIDE}`);
  }
  const heldOut = Math.ceil(images * HELD_OUT_SHARE);
  const trained = images - heldOut;
  let epoch = -1;
  let order: Uint32Array = new Uint32Array();
  const imageAt = (position: number): number => {
    const wanted = Math.floor(position / trained);
    if (wanted !== epoch) {
      epoch = wanted;
      order = new Random(SHUFFLE_KEY, seed, epoch).permutation(trained);
    }
    return order[position % trained];
  };
  const batchOf = (indices: number[]): Batch =>
    digitsBatch(indices.map((index) => data.subarray(index * PIXELS, (index + 1) * PIXELS)));
  const range = (start: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => start + i);

  return {
    description: `${basename(path)}: ${trained} images to train on, the last ${heldOut} held out`,
    batch: (step, shard) =>
      batchOf(range((step * SHARDS + shard) * IMAGES_A_SHARD, IMAGES_A_SHARD).map(imageAt)),
    heldOutBatches: Math.ceil(heldOut / IMAGES_A_SHARD),
    heldOut: (index) => {
      const start = index * IMAGES_A_SHARD;
      return batchOf(range(trained + start, Math.min(IMAGES_A_SHARD, heldOut - start)));
    },
  };
}

/** Images of PIXELS levels each, as the loss takes them; pixels in the order of rasterIndex. */
export function digitsBatch(images: readonly Uint8Array[]): Batch {
  const pixels = images.length * PIXELS;
  const patches = new Float32Array(pixels);
  const context = new Float32Array(pixels * CONTEXT);
  const levels = new Uint8Array(pixels);
  for (const [n, image] of images.entries()) {
    for (let i = 0; i < PIXELS; i++) {
      const row = n * PIXELS + i;
      const raster = RASTER[i];
      levels[row] = image[raster];
      patches[row] = image[raster] / 255;
      writeContext(image, raster, context, row * CONTEXT);
    }
  }
  return {
    patches: { shape: [images.length * CELLS, PATCH_PIXELS], data: patches },
    context: { shape: [pixels, CONTEXT], data: context },
    ...binEdges(levels, COMPONENTS),
  };
}

const RASTER = Uint16Array.from({ length: PIXELS }, (_, i) => rasterIndex(i));

function writeContext(image: Uint8Array, raster: number, context: Float32Array, at: number): void {
  const y = Math.floor(raster / SIDE);
  const x = raster % SIDE;
  for (let i = 0; i < NEIGHBOURS.length; i++) {
    const row = y + NEIGHBOURS[i][0];
    const column = x + NEIGHBOURS[i][1];
    const inside = row >= 0 && column >= 0 && column < SIDE;
    const level = inside ? image[row * SIDE + column] : 0;
    context[at + 2 * i] = level / 255;
    context[at + 2 * i + 1] = level === 0 ? 1 : 0;
  }
}
