// Training data of the photo model: random tiles of photographs, flipped and turned, with the features that the codec's own
// kernel computes for them.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { LATENTS, PhotoJob, TILE } from '../../../codec/photo/job.ts';
import { PHOTO_SHAPES, photoWeights } from '../../../codec/photo/weights.ts';
import type { Batch, DataSource } from '../preset.ts';
import { Random } from '../random.ts';
import { BLOCKS, COLUMNS, ROWS, TILES, TileBatch } from './tile-batch.ts';

/** Samples of context around the tiles of a block; more of it changes their features by nothing that matters. */
const ABOVE = 6;
const LEFT = 32;
const RIGHT = 8;
const WIDTH = LEFT + COLUMNS * TILE + RIGHT;
const HEIGHT = ABOVE + ROWS * TILE;

/** Every so manieth tile goes without latents, as the lowest rows of a photo and very small images do. */
const ABSENT_STRIDE = 16;

/** Every so manieth photo is held out. */
const HELD_OUT_STRIDE = 40;
const HELD_OUT_BATCHES = 64;

interface Photo {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Photos of at least this size, in either direction, can give a block. */
const LEAST_SIDE = Math.max(WIDTH, HEIGHT);

async function readPhotos(directory: string): Promise<Photo[]> {
  const { default: sharp } = await import('sharp');
  const names = (await readdir(directory).catch(() => []))
    .filter((name) => /\.(png|webp)$/i.test(name))
    .sort();
  const photos: Photo[] = [];
  for (const name of names) {
    const { data, info } = await sharp(join(directory, name), { ignoreIcc: true })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 || info.width < LEAST_SIDE || info.height < LEAST_SIDE) continue;
    photos.push({ pixels: data, width: info.width, height: info.height });
  }
  if (photos.length < 2) {
    throw new VaezipError(
      'bad-argument',
      `${directory} holds ${photos.length} usable photos: give a folder with at least 2 RGB photos, PNG or lossless WebP`,
    );
  }
  return photos;
}

/** Copies a WIDTH x HEIGHT crop at a random place and in one of the 8 orientations into `to`. */
function crop({ pixels, width, height }: Photo, random: Random, to: Uint8Array): void {
  const orientation = random.integer(8);
  const turned = (orientation & 4) !== 0;
  const across = turned ? HEIGHT : WIDTH;
  const down = turned ? WIDTH : HEIGHT;
  const x0 = random.integer(width - across + 1);
  const y0 = random.integer(height - down + 1);
  let at = 0;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      let u = turned ? y : x;
      let v = turned ? x : y;
      if (orientation & 1) u = across - 1 - u;
      if (orientation & 2) v = down - 1 - v;
      const from = 3 * ((y0 + v) * width + x0 + u);
      to[at++] = pixels[from];
      to[at++] = pixels[from + 1];
      to[at++] = pixels[from + 2];
    }
  }
}

/** Opens the photos of a folder. Each thread that trains holds them all, 3 bytes a pixel. */
export async function openPhotos(directory: string): Promise<DataSource> {
  const photos = await readPhotos(directory);
  const isHeldOut = (_: Photo, i: number) =>
    i % HELD_OUT_STRIDE === HELD_OUT_STRIDE - 1 || photos.length === i + 1;
  const heldOut = photos.filter(isHeldOut);
  const training = photos.filter((photo, i) => !isHeldOut(photo, i));
  // Large photos are drawn in proportion to their samples.
  const ends: number[] = [];
  for (const { width, height } of training) ends.push((ends.at(-1) ?? 0) + width * height);
  const zeros = Object.entries(PHOTO_SHAPES).map(
    ([name, shape]) => [name, new Float32Array(shape.reduce((product, n) => product * n, 1))] as const,
  );
  const job = new PhotoJob(WIDTH, HEIGHT, photoWeights(new Map(zeros)), ROWS * TILE);

  const draw = (random: Random, choose: () => Photo): Batch => {
    const batch = new TileBatch();
    for (let block = 0; block < BLOCKS; block++) {
      crop(choose(), random, job.pixels);
      job.exportFeatures(ABOVE, HEIGHT);
      for (let t = 0; t < ROWS * COLUMNS; t++) {
        const x = LEFT + (t % COLUMNS) * TILE;
        batch.setTile(block * ROWS * COLUMNS + t, job, x, Math.floor(t / COLUMNS) * TILE);
      }
    }
    const present = new Float32Array(TILES * LATENTS).fill(1);
    for (let t = 0; t < TILES; t++) {
      if (random.integer(ABSENT_STRIDE) === 0) present.fill(0, t * LATENTS, (t + 1) * LATENTS);
    }
    return batch.finish(random.normals(TILES * LATENTS), present);
  };

  return {
    description: `${training.length} photos of ${Math.round(ends[ends.length - 1] / 1e6)} Mpx in all, ${heldOut.length} held out`,
    batch: (_step, _shard, random) =>
      draw(random, () => {
        const at = random.uniform() * ends[ends.length - 1];
        return training[ends.findIndex((end) => at < end)];
      }),
    heldOutBatches: HELD_OUT_BATCHES,
    heldOut: (index) => {
      const random = new Random(index);
      return draw(random, () => heldOut[random.integer(heldOut.length)]);
    },
  };
}
