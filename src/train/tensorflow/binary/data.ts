// MNIST's training images as batches of binary ones, drawn anew in every epoch: windows for the encoder, neighbours and
// signs for the pixels' network.

import { basename } from 'node:path';
import {
  CELLS,
  NEIGHBOURS,
  PIXELS,
  rasterIndex,
  SIDE,
  type Sizes,
  windowPlaces,
} from '../../../../codec/binary/architecture.ts';
import { VaezipError } from '../../../../codec/error.ts';
import { readIdxFile } from '../../../files/idx-file.ts';
import { binarise, STATIC_SEED } from '../../data/binarise.ts';
import { Random } from '../../run/random.ts';
import type { Batch, DataSource } from '../preset.ts';

const TRAINING_FILE = 'train-images-idx3-ubyte';
const IMAGES_A_SHARD = 64;
export const SHARDS = 1;
const HELD_OUT_BATCH = 50;
/** The last twelfth of the training images, 5,000 of MNIST's, chooses between models and is never trained on. */
const HELD_OUT_SHARE = 1 / 12;
const SHUFFLE_KEY = 100;
const BINARISE_KEY = 101;

export async function openBinary(directory: string, seed: number, sizes: Sizes): Promise<DataSource> {
  const { path, pixels } = await readIdxFile(directory, TRAINING_FILE);
  const { images, width, height, data } = pixels;
  if (width !== SIDE || height !== SIDE || !(data instanceof Uint8Array)) {
    throw new VaezipError('bad-input', `${path} holds ${width}x${height} images, not ${SIDE}x${SIDE}`);
  }
  const levels = (index: number) => data.subarray(index * PIXELS, (index + 1) * PIXELS);
  const heldOut = Math.ceil(images * HELD_OUT_SHARE);
  const trained = images - heldOut;
  let epoch = -1;
  let order: Uint32Array = new Uint32Array();
  const imageAt = (position: number): Uint8Array => {
    const wanted = Math.floor(position / trained);
    if (wanted !== epoch) {
      epoch = wanted;
      order = new Random(SHUFFLE_KEY, seed, epoch).permutation(trained);
    }
    const index = order[position % trained];
    return binarise(levels(index), BINARISE_KEY, seed, epoch, index);
  };

  return {
    description: `${basename(path)}, binarised: ${trained} images to train on, the last ${heldOut} held out`,
    batch: (step, shard) => {
      const start = (step * SHARDS + shard) * IMAGES_A_SHARD;
      return binaryBatch(
        Array.from({ length: IMAGES_A_SHARD }, (_, i) => imageAt(start + i)),
        sizes,
      );
    },
    heldOutBatches: Math.ceil(heldOut / HELD_OUT_BATCH),
    heldOut: (batch) => {
      const start = trained + batch * HELD_OUT_BATCH;
      const indices = Array.from({ length: Math.min(HELD_OUT_BATCH, images - start) }, (_, i) => start + i);
      return binaryBatch(
        indices.map((index) => binarise(levels(index), STATIC_SEED, index)),
        sizes,
      );
    },
  };
}

/** Images of PIXELS samples each, 0 or 255, as the loss takes them; pixels in the order of rasterIndex. */
export function binaryBatch(images: readonly Uint8Array[], { window, neighbours }: Sizes): Batch {
  const places = windowPlaces(window);
  const pixels = images.length * PIXELS;
  const windows = new Float32Array(images.length * places.length);
  const signs = new Float32Array(pixels);
  for (const [n, image] of images.entries()) {
    for (let i = 0; i < places.length; i++)
      if (places[i] >= 0 && image[places[i]] !== 0) windows[n * places.length + i] = 1;
    for (let i = 0; i < PIXELS; i++) signs[n * PIXELS + i] = image[RASTER[i]] !== 0 ? 1 : -1;
  }
  const batch = {
    windows: { shape: [images.length * CELLS, window ** 2], data: windows },
    signs: { shape: [pixels, 1], data: signs },
  };
  if (neighbours === 0) return batch;
  return { ...batch, context: { shape: [pixels, neighbours], data: contextOf(images, neighbours) } };
}

const RASTER = Uint16Array.from({ length: PIXELS }, (_, i) => rasterIndex(i));

/** 1 for each neighbour of each pixel that is white, else 0. */
function contextOf(images: readonly Uint8Array[], neighbours: number): Float32Array {
  const margin = 4;
  const stride = SIDE + 2 * margin;
  const padded = new Uint8Array((SIDE + margin) * stride);
  const offsets = NEIGHBOURS.slice(0, neighbours).map(([down, right]) => down * stride + right);
  const places = RASTER.map(
    (raster) => (Math.floor(raster / SIDE) + margin) * stride + (raster % SIDE) + margin,
  );
  const context = new Float32Array(images.length * PIXELS * neighbours);
  let at = 0;
  for (const image of images) {
    for (let i = 0; i < PIXELS; i++) padded[places[i]] = image[RASTER[i]] !== 0 ? 1 : 0;
    for (let i = 0; i < PIXELS; i++)
      for (let j = 0; j < neighbours; j++) context[at++] = padded[places[i] + offsets[j]];
  }
  return context;
}
