// Grey digits as they are: batches of training images, levels 0 to 255.

import { basename } from 'node:path';
import type { NamedArray } from '../../../codec/network/safetensors.ts';
import { readIdxFile } from '../../files/idx-file.ts';
import { binEdges } from '../../train/tensorflow/likelihood.ts';
import type { Batch, DataSource } from '../../train/tensorflow/preset.ts';

const TRAINING_FILE = 'train-images-idx3-ubyte';
const IMAGES_A_BATCH = 128;
/** The last twelfth of the training images, 5,000 of MNIST's, chooses between networks and is never trained on. */
const HELD_OUT_SHARE = 1 / 12;

/** `edges`: whether batches have the levels' bins, for likelihoods of levels. */
export async function openLevels(directory: string, edges: boolean): Promise<DataSource> {
  const { path, pixels } = await readIdxFile(directory, TRAINING_FILE);
  const { images, width, height, data } = pixels;
  const size = width * height;
  const heldOut = Math.ceil(images * HELD_OUT_SHARE);
  const trained = images - heldOut;
  const batchOf = (indices: readonly number[]): Batch => {
    const levels = new Uint8Array(indices.length * size);
    for (const [n, index] of indices.entries())
      levels.set(data.subarray(index * size, (index + 1) * size), n * size);
    return edges ? { ...imagesOf(levels, size), ...binEdges(levels, 1) } : imagesOf(levels, size);
  };
  return {
    description: `${basename(path)}: ${trained} images to train on, the last ${heldOut} held out`,
    batch: (_step, _shard, random) =>
      batchOf(Array.from({ length: IMAGES_A_BATCH }, () => random.integer(trained))),
    heldOutBatches: Math.floor(heldOut / IMAGES_A_BATCH),
    heldOut: (index) =>
      batchOf(Array.from({ length: IMAGES_A_BATCH }, (_, i) => trained + index * IMAGES_A_BATCH + i)),
  };
}

/** [images, size], levels / 255. */
function imagesOf(levels: Uint8Array, size: number): { images: NamedArray } {
  const data = Float32Array.from(levels, (level) => level / 255);
  return { images: { shape: [levels.length / size, size], data } };
}
