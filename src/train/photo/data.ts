// Training data of the photo model: random tiles of photographs, flipped and turned, with the features that the codec's own
// kernel computes for them.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { FEATURES, LATENTS, PhotoJob, PLANES, POOLED_INPUTS, TILE } from '../../../codec/photo/job.ts';
import { PHOTO_SHAPES, photoWeights } from '../../../codec/photo/weights.ts';
import type { Batch, DataSource } from '../preset.ts';
import { Random } from '../random.ts';

/** Tiles of a batch: blocks of neighbours, so that a tile's prior can see those to its left and above. */
export const BLOCKS = 2;
export const ROWS = 2;
export const COLUMNS = 4;
export const TILES = BLOCKS * ROWS * COLUMNS;
/** Samples of a tile, and those of them that its posterior sees. */
export const TILE_SAMPLES = TILE * TILE;
export const POOLED_SAMPLES = TILE_SAMPLES / 2;

/** Centre, scale and sample, each once for every component of the mixture. */
const TARGETS = 12;

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
    const features = PLANES.map((p) => new Float32Array(TILES * TILE_SAMPLES * FEATURES[p]));
    const columns = PLANES.map((p) => new Float32Array(FEATURES[p] * TILES * TILE_SAMPLES));
    const targets = new Float32Array(3 * TILES * TILE_SAMPLES * TARGETS);
    const pooled = PLANES.map(() => new Float32Array(TILES * POOLED_SAMPLES * POOLED_INPUTS));
    for (let block = 0; block < BLOCKS; block++) {
      crop(choose(), random, job.pixels);
      job.exportFeatures(ABOVE, HEIGHT);
      for (const p of PLANES) {
        const n = FEATURES[p];
        const from = job.floats(`features_${p}`, ROWS * TILE * WIDTH * n);
        const fromTargets = job.floats(`targets_${p}`, ROWS * TILE * WIDTH * 3);
        const fromPooled = job.floats(`pooledInputs_${p}`, ROWS * TILE * (WIDTH / 2) * POOLED_INPUTS);
        for (let t = 0; t < ROWS * COLUMNS; t++) {
          const tile = block * ROWS * COLUMNS + t;
          for (let y = 0; y < TILE; y++) {
            const x = LEFT + (t % COLUMNS) * TILE;
            const row = tile * TILE_SAMPLES + y * TILE;
            const source = (Math.floor(t / COLUMNS) * TILE + y) * WIDTH + x;
            features[p].set(from.subarray(source * n, (source + TILE) * n), row * n);
            for (let f = 0; f < n; f++) {
              const column = f * TILES * TILE_SAMPLES + row;
              for (let i = 0; i < TILE; i++) columns[p][column + i] = from[(source + i) * n + f];
            }
            for (let i = 0; i < TILE; i++) {
              const at = (p * TILES * TILE_SAMPLES + row + i) * TARGETS;
              for (let k = 0; k < TARGETS; k++) targets[at + k] = fromTargets[(source + i) * 3 + (k >> 2)];
            }
            pooled[p].set(
              fromPooled.subarray((source / 2) * POOLED_INPUTS, ((source + TILE) / 2) * POOLED_INPUTS),
              (row / 2) * POOLED_INPUTS,
            );
          }
        }
      }
    }
    const present = new Float32Array(TILES * LATENTS).fill(1);
    for (let t = 0; t < TILES; t++) {
      if (random.integer(ABSENT_STRIDE) === 0) present.fill(0, t * LATENTS, (t + 1) * LATENTS);
    }
    return {
      ...Object.fromEntries(
        PLANES.flatMap((p) => [
          [`features${p}`, { shape: [TILES * TILE_SAMPLES, FEATURES[p]], data: features[p] }],
          [`columns${p}`, { shape: [FEATURES[p], TILES * TILE_SAMPLES], data: columns[p] }],
          [`pooled${p}`, { shape: [TILES * POOLED_SAMPLES, POOLED_INPUTS], data: pooled[p] }],
        ]),
      ),
      targets: { shape: [3 * TILES * TILE_SAMPLES, TARGETS], data: targets },
      noise: { shape: [TILES, LATENTS], data: random.normals(TILES * LATENTS) },
      present: { shape: [TILES, LATENTS], data: present },
    };
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
