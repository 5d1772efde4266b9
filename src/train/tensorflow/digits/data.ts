// MNIST's training images as batches: the images for the encoder, the cells' ink, and causal contexts
// and levels for the pixels' network.

import { basename } from 'node:path';
import {
  CELLS,
  COMPONENTS,
  CONTEXT,
  FEATURES,
  FULL,
  NEIGHBOURS,
  PATCH_PIXELS,
  PIXELS,
  rasterIndex,
  SIDE,
} from '../../../../codec/digits/architecture.ts';
import { VaezipError } from '../../../../codec/error.ts';
import { readIdxFile } from '../../../files/idx-file.ts';
import { Random } from '../../run/random.ts';
import type { Batch, DataSource } from '../preset.ts';

const TRAINING_FILE = 'train-images-idx3-ubyte';
const IMAGES_A_SHARD = 32;
export const SHARDS = 2;
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

/** Images of PIXELS levels each, as the loss takes them; pixels are those of cells with ink, cell by cell. */
export function digitsBatch(images: readonly Uint8Array[]): Batch {
  const levels = new Float32Array(images.length * PIXELS);
  const ink = new Float32Array(images.length * CELLS);
  const inked: number[] = [];
  for (const [n, image] of images.entries()) {
    for (let i = 0; i < PIXELS; i++) {
      levels[n * PIXELS + i] = image[i] / 255;
      if (image[RASTER[i]] > 0) ink[n * CELLS + Math.floor(i / PATCH_PIXELS)] = 1;
    }
  }
  for (const [cell, has] of ink.entries()) if (has) inked.push(cell);
  // A batch without ink has a cell that counts for nothing: tensors are never empty.
  const cells = inked.length > 0 ? inked : [0];
  const pixels = cells.length * PATCH_PIXELS;
  const context = new Float32Array(pixels * CONTEXT);
  const bins = new Float32Array(pixels * COMPONENTS);
  for (const [row, cell] of cells.entries()) {
    const image = images[Math.floor(cell / CELLS)];
    for (let i = 0; i < PATCH_PIXELS; i++) {
      const raster = RASTER[(cell % CELLS) * PATCH_PIXELS + i];
      const pixel = row * PATCH_PIXELS + i;
      bins.fill(image[raster], pixel * COMPONENTS, (pixel + 1) * COMPONENTS);
      writeContext(image, raster, context, pixel * CONTEXT);
    }
  }
  return {
    images: { shape: [images.length, PIXELS], data: levels },
    ink: { shape: [images.length, CELLS], data: ink },
    inked: { shape: [cells.length], data: Float32Array.from(cells) },
    context: { shape: [pixels, CONTEXT], data: context },
    levels: { shape: [pixels, COMPONENTS], data: bins },
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
    if (level === 0) continue;
    context[at + FEATURES * i] = level / 255;
    context[at + FEATURES * i + 1] = 1;
    context[at + FEATURES * i + 2] = level >= FULL ? 1 : 0;
  }
}
