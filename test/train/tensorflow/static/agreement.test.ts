// TensorFlow.js and the engine on the shipped photo model: what is trained is what codes.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../codec/network/safetensors.ts';
import { LATENTS, TILE } from '../../../../codec/planes/static/architecture.ts';
import { Mode, StaticJob, staticPlan } from '../../../../codec/planes/static/job.ts';
import { staticWeights } from '../../../../codec/planes/static/weights.ts';
import { useBackend } from '../../../../src/train/tensorflow/backend.ts';
import type { Gaussian } from '../../../../src/train/tensorflow/likelihood.ts';
import { toTensors } from '../../../../src/train/tensorflow/parameters.ts';
import { posterior, prior, staticLoss } from '../../../../src/train/tensorflow/static/loss.ts';
import {
  COLUMNS,
  ROWS,
  TILE_SAMPLES,
  TILES,
  TileBatch,
} from '../../../../src/train/tensorflow/static/tile-batch.ts';

const path = (name: string) => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const WIDTH = COLUMNS * TILE;
const STRIP = 8;
const HEIGHT = ROWS * TILE + STRIP;

/** Codes a crop of a sample; the job then holds features of all of its rows, and what it cost. */
async function code(sample: string, weights: ReturnType<typeof staticWeights>) {
  const job = new StaticJob(staticPlan(weights, WIDTH, HEIGHT, 'encode', { exportRows: HEIGHT }));
  const crop = { left: 200, top: 200, width: WIDTH, height: HEIGHT };
  job.pixels.set(await sharp(path(sample), { ignoreIcc: true }).removeAlpha().extract(crop).raw().toBuffer());
  job.createMessages();
  for (const mode of [Mode.prepare, Mode.encode]) {
    job.start(mode);
    job.runHere();
  }
  const bits = { likelihood: job.likelihood, kl: job.kl };
  const rows = job.latentValues(ROWS * (COLUMNS + 1) * LATENTS);
  const latents = Array.from({ length: ROWS }, (_, r) =>
    rows.slice((r * (COLUMNS + 1) + 1) * LATENTS, (r + 1) * (COLUMNS + 1) * LATENTS),
  );
  job.exportFeatures(0, HEIGHT);
  return { job, bits, latents };
}

describe.skipIf(!existsSync(path('models/photo-static.safetensors')))('TensorFlow.js and the engine', () => {
  it('give the same rate on the shipped photo weights', async () => {
    const tf = await import('@tensorflow/tfjs-core');
    await useBackend('wasm');
    const { tensors } = readSafetensors(readFileSync(path('models/photo-static.safetensors')));
    const weights = staticWeights(new Map(Object.entries(tensors).map(([name, { data }]) => [name, data])));
    const coded = [await code('samples/dog.png', weights), await code('samples/house.png', weights)];

    const tiles = new TileBatch();
    const strips = new TileBatch();
    for (const [block, { job }] of coded.entries()) {
      for (let t = 0; t < ROWS * COLUMNS; t++) {
        const tile = block * ROWS * COLUMNS + t;
        tiles.setTile(tile, job, (t % COLUMNS) * TILE, Math.floor(t / COLUMNS) * TILE);
        // Two pieces of the strip make a tile; each tile of the strip stands in the batch equally often.
        for (let row = 0; row < TILE; row++) {
          const x = (2 * (t % (COLUMNS / 2)) + (row >> 3)) * TILE;
          strips.setRow(tile, row, job, x, ROWS * TILE + (row & 7));
        }
      }
    }
    const size = TILES * LATENTS;
    const ones = new Float32Array(size).fill(1);
    const z = new Float32Array(size);
    z.set(coded.flatMap(({ latents }) => latents.flatMap((row) => [...row])));
    const parameters = toTensors(tensors);
    const drawn = tf.tensor(z, [TILES, LATENTS]);
    const q = posterior(parameters, toTensors(tiles.finish(new Float32Array(size), ones)));
    const noise = tf.div(tf.sub(drawn, q.mean), tf.exp(q.logScale)).dataSync<'float32'>();
    const p = prior(parameters, drawn, q.mean);
    // -ln of a density, but for the constant that q and p share.
    const cost = ({ mean, logScale }: Gaussian) => {
      const distance = tf.div(tf.sub(drawn, mean), tf.exp(logScale));
      return tf.add(logScale, tf.mul(tf.square(distance), 0.5));
    };
    const kl = tf.sum(tf.sub(cost(p), cost(q))).dataSync()[0] * Math.LOG2E;
    const rate = (batch: TileBatch, present: Float32Array) =>
      staticLoss(parameters, toTensors(batch.finish(noise, present)), 1, true).likelihood.dataSync()[0];
    const trained =
      rate(tiles, ones) * 3 * TILES * TILE_SAMPLES +
      rate(strips, new Float32Array(size)) * 3 * coded.length * WIDTH * STRIP +
      kl;

    const engine = coded.reduce((sum, { bits }) => sum + bits.likelihood + bits.kl, 0);
    expect(kl).toBeGreaterThan(0);
    expect(Math.abs(engine / trained - 1)).toBeLessThan(0.0005);
  });
});
