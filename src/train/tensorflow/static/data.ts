// Training data of the photo model: random tiles of photographs, flipped and turned, with the features
// that the codec's own kernel computes for them.

import { LATENTS, STATIC_SHAPES, TILE } from '../../../../codec/planes/static/architecture.ts';
import { StaticJob, staticPlan } from '../../../../codec/planes/static/job.ts';
import { staticWeights } from '../../../../codec/planes/static/weights.ts';
import { crop, type Photo, PhotoFolder } from '../../data/photos.ts';
import { Random } from '../../run/random.ts';
import type { Batch, DataSource } from '../preset.ts';
import { BLOCKS, COLUMNS, ROWS, TILES, TileBatch } from './tile-batch.ts';

/** Samples of context around the tiles of a block; more of it changes their features by nothing that matters. */
const ABOVE = 6;
const LEFT = 32;
const RIGHT = 8;
const WIDTH = LEFT + COLUMNS * TILE + RIGHT;
const HEIGHT = ABOVE + ROWS * TILE;

/** Every so manieth tile goes without latents, as the lowest rows of a photo and very small images do. */
const ABSENT_STRIDE = 16;

const HELD_OUT_BATCHES = 64;

/** Photos of at least this size, in either direction, can give a block. */
const LEAST_SIDE = Math.max(WIDTH, HEIGHT);

/** Opens the photos of a folder. Each thread that trains holds them all, 3 bytes a pixel. */
export async function openPhotos(directory: string): Promise<DataSource> {
  const photos = await PhotoFolder.open(directory, LEAST_SIDE);
  const zeros = Object.entries(STATIC_SHAPES).map(
    ([name, shape]) => [name, new Float32Array(shape.reduce((product, n) => product * n, 1))] as const,
  );
  const weights = staticWeights(new Map(zeros));
  const job = new StaticJob(staticPlan(weights, WIDTH, HEIGHT, 'learn', { exportRows: ROWS * TILE }));

  const draw = (random: Random, choose: () => Photo): Batch => {
    const batch = new TileBatch();
    for (let block = 0; block < BLOCKS; block++) {
      crop(choose(), random, WIDTH, HEIGHT, job.pixels);
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
    description: photos.description,
    leftOut: photos.leftOut,
    batch: (_step, _shard, random) => draw(random, () => photos.draw(random)),
    heldOutBatches: HELD_OUT_BATCHES,
    heldOut: (index) => {
      const random = new Random(index);
      return draw(random, () => photos.heldOut[random.integer(photos.heldOut.length)]);
    },
  };
}
