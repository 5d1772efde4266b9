// A batch of tiles for the photo model's loss: features, targets and the posterior's inputs, as the codec's kernel
// computes them, in the layouts that training wants.

import {
  FEATURES,
  LATENTS,
  PLANES,
  POOLED_INPUTS,
  TILE,
} from '../../../../codec/planes/static/architecture.ts';
import type { StaticJob } from '../../../../codec/planes/static/job.ts';
import type { Batch } from '../preset.ts';

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
const SAMPLES = TILES * TILE_SAMPLES;

export class TileBatch {
  readonly #features = PLANES.map((p) => new Float32Array(SAMPLES * FEATURES[p]));
  /** The same, transposed. */
  readonly #columns = PLANES.map((p) => new Float32Array(FEATURES[p] * SAMPLES));
  readonly #targets = new Float32Array(3 * SAMPLES * TARGETS);
  readonly #pooled = PLANES.map(() => new Float32Array(TILES * POOLED_SAMPLES * POOLED_INPUTS));

  /**
   * Sets row `row` of a tile from the 16 samples at (x, y) of the rows whose features the job has exported; x is even.
   */
  setRow(tile: number, row: number, job: StaticJob, x: number, y: number): void {
    const source = y * job.width + x;
    const to = tile * TILE_SAMPLES + row * TILE;
    for (const p of PLANES) {
      const n = FEATURES[p];
      const features = job.exported(p, 'exportedFeatures', (source + TILE) * n);
      this.#features[p].set(features.subarray(source * n), to * n);
      for (let f = 0; f < n; f++) {
        for (let i = 0; i < TILE; i++)
          this.#columns[p][f * SAMPLES + to + i] = features[(source + i) * n + f];
      }
      const targets = job.exported(p, 'exportedTargets', (source + TILE) * 3);
      for (let i = 0; i < TILE; i++) {
        const at = (p * SAMPLES + to + i) * TARGETS;
        for (let k = 0; k < TARGETS; k++) this.#targets[at + k] = targets[(source + i) * 3 + (k >> 2)];
      }
      const pooledSource = y * ((job.width + 1) >> 1) + x / 2;
      const pooled = job.exported(p, 'exportedInputs', (pooledSource + TILE / 2) * POOLED_INPUTS);
      this.#pooled[p].set(pooled.subarray(pooledSource * POOLED_INPUTS), (to / 2) * POOLED_INPUTS);
    }
  }

  /** Sets a tile from the 16x16 samples at (x, y). */
  setTile(tile: number, job: StaticJob, x: number, y: number): void {
    for (let row = 0; row < TILE; row++) this.setRow(tile, row, job, x, y + row);
  }

  /**
   * The batch, with the reparameterisation's noise and, 1 or 0, whether a tile has its latents: [TILES, LATENTS] each.
   */
  finish(noise: Float32Array, present: Float32Array): Batch {
    return {
      ...Object.fromEntries(
        PLANES.flatMap((p) => [
          [`features${p}`, { shape: [SAMPLES, FEATURES[p]], data: this.#features[p] }],
          [`columns${p}`, { shape: [FEATURES[p], SAMPLES], data: this.#columns[p] }],
          [`pooled${p}`, { shape: [TILES * POOLED_SAMPLES, POOLED_INPUTS], data: this.#pooled[p] }],
        ]),
      ),
      targets: { shape: [3 * SAMPLES, TARGETS], data: this.#targets },
      noise: { shape: [TILES, LATENTS], data: noise },
      present: { shape: [TILES, LATENTS], data: present },
    };
  }
}
