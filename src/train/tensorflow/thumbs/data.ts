// Small colour images as batches: cells of 32x32 that photos and sheets are cut into.

import { Constants } from '../../../../codec/kernel/layouts.ts';
import { cell, PhotoFolder } from '../../data/photos.ts';
import { Random } from '../../run/random.ts';
import type { Batch, DataSource } from '../preset.ts';
import { SIDE } from './pixels-loss.ts';

const { COLOUR, MIDDLE } = Constants['thumbs/pixels'];
const SAMPLES = 3 * SIDE * SIDE;
const IMAGES_A_SHARD = 8;
const HELD_OUT_BATCHES = 64;

/** Opens a folder of photos and sheets of small images. Each thread that trains holds them all, 3 bytes a pixel. */
export async function openThumbs(directory: string): Promise<DataSource> {
  const photos = await PhotoFolder.open(directory, SIDE);
  const draw = (random: Random, isHeldOut: boolean): Batch => {
    const { heldOut } = photos;
    const images = Array.from({ length: IMAGES_A_SHARD }, () => {
      const photo = isHeldOut ? heldOut[random.integer(heldOut.length)] : photos.draw(random);
      const image = new Uint8Array(SAMPLES);
      cell(photo, random, SIDE, image);
      return image;
    });
    return thumbsBatch(images);
  };
  return {
    description: photos.description,
    leftOut: photos.leftOut,
    batch: (_step, _shard, random) => draw(random, false),
    heldOutBatches: HELD_OUT_BATCHES,
    heldOut: (index) => draw(new Random(index), true),
  };
}

/** Images of SIDE x SIDE RGB pixels, as the loss takes them: levels, and cells of 2x2 pixels in units of COLOUR. */
export function thumbsBatch(images: readonly Uint8Array[]): Batch {
  const levels = new Float32Array(images.length * SAMPLES);
  const cells = new Float32Array(images.length * SAMPLES);
  for (const [n, image] of images.entries()) {
    levels.set(image, n * SAMPLES);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const place = 4 * ((y >> 1) * (SIDE >> 1) + (x >> 1)) + 2 * (y & 1) + (x & 1);
        for (let channel = 0; channel < 3; channel++)
          cells[n * SAMPLES + 3 * place + channel] = (image[3 * (y * SIDE + x) + channel] - MIDDLE) / COLOUR;
      }
    }
  }
  return {
    levels: { shape: [images.length, SAMPLES], data: levels },
    cells: { shape: [(images.length * SAMPLES) / 12, 12], data: cells },
  };
}
