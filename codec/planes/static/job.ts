// The job of the static family: its plan, and the features that training wants of it.

import type { Kernel } from '../../kernel/kernel.ts';
import { Constants } from '../../kernel/layouts.ts';
import { floats, plan, room } from '../../kernel/records.ts';
import type { ThreadedFunction } from '../../kernel/threads.ts';
import type { TileCosts } from '../../model/model.ts';
import { type JobPlan, type JobShape, jobPlan, PlanesJob, Mode as PlanesMode } from '../job.ts';
import {
  FEATURES,
  HIDDEN1,
  HIDDEN2,
  LATENTS,
  MODULATION,
  POOLED,
  POOLED_INPUTS,
  TILE,
} from './architecture.ts';
import type { StaticWeights } from './weights.ts';

const { STRIP } = Constants['planes/static/run'];
const { PREPARE } = Constants['planes/static/job'];
const { POOL, SCRATCH_BYTES } = Constants['planes/latents/latents'];

export const Mode = { ...PlanesMode, prepare: PREPARE } as const;

/** Latents are one of 2^10 bins: more bins follow -ELBO closer but draw more initial bits (docs/decisions/). */
const LATENT_BITS = 10;

/** The plane coded last. */
const LATENT_PLANE = 2;

/** How an image is cut into tiles; depends on its size alone. Without latents it is one strip. */
function tilesOf(width: number, height: number, latents: boolean) {
  const tileRows = !latents || width < TILE ? 0 : Math.max(0, Math.floor((height - STRIP) / TILE));
  return { tilesAcross: Math.max(1, Math.floor(width / TILE)), tileRows };
}

/** Beside the image's size. `exportRows`: rows whose features are to be written for training. */
interface Extra {
  readonly coded?: JobShape['coded'];
  readonly exportRows?: number;
}

/** What a job holds. */
export function staticPlan(
  weights: StaticWeights,
  width: number,
  height: number,
  role: JobShape['role'],
  { coded, exportRows = 0 }: Extra = {},
): JobPlan {
  const { tilesAcross, tileRows } = tilesOf(width, height, weights.latents);
  const shape: JobShape = {
    ...{ width, height, planes: 3, role, coded },
    latentPlane: tileRows === 0 ? undefined : LATENT_PLANE,
    stages: tileRows + 1,
    stageRows: tileRows === 0 ? height : 2 * TILE - 1,
  };
  const { posterior, prior, modulation } = weights;
  const latents = plan('Latents', {
    ...{ tilesAcross, tileRows, binsLog2: LATENT_BITS, posterior, prior, modulation },
    tileModulation: floats(tilesAcross * 3 * MODULATION),
    neutralModulation: floats(3 * MODULATION),
    pools: floats(tilesAcross * 3 * POOL),
    posteriors: floats(tileRows * tilesAcross * 2 * LATENTS),
    priors: floats(tilesAcross * 2 * LATENTS),
    bins: floats(tilesAcross * LATENTS),
    values: floats(Math.max(1, tileRows) * (tilesAcross + 1) * LATENTS),
    centres: floats(1 << LATENT_BITS),
    scratch: room(SCRATCH_BYTES),
    costs: role === 'measure' ? floats(tileRows * tilesAcross) : 0,
  });
  return jobPlan(
    shape,
    { job: 'StaticJob', plane: 'StaticPlane' },
    {
      job: { latents },
      plane: (plane) => ({
        ...weights.planes[plane],
        features: floats(FEATURES[plane]),
        hidden1: floats(HIDDEN1),
        hidden2: floats(HIDDEN2),
        pooledInputs: floats(POOLED_INPUTS),
        pooledHidden: floats(POOLED),
        exportedFeatures: floats(exportRows * width * FEATURES[plane]),
        exportedTargets: floats(exportRows * width * 3),
        exportedInputs: floats(exportRows * ((width + 1) >> 1) * POOLED_INPUTS),
      }),
    },
  );
}

let centres: Float32Array | undefined;

/** The centres of the bins, computed once: a third of a millisecond, of 2 that an icon takes. */
function centresOf({ exports }: Kernel): Float32Array {
  centres ??= Float32Array.from({ length: 1 << LATENT_BITS }, (_, bin) =>
    exports.gaussianCentre(bin, LATENT_BITS),
  );
  return centres;
}

/** A job in a memory of its own. */
export class StaticJob extends PlanesJob<'StaticJob', 'StaticPlane'> {
  readonly name: ThreadedFunction = 'staticRun';

  constructor(plan: JobPlan, kernel?: Kernel) {
    super(plan, 'StaticPlane', kernel);
    this.#latents.floats('centres', 1 << LATENT_BITS).set(centresOf(this.kernel));
  }

  start(mode: number): void {
    this.record.set('mode', mode);
    this.kernel.exports.staticStart(this.record.address);
  }

  /** log2 q(z|x) - log2 p(z) of the latents that an encoding run has drawn, in bits. */
  get kl(): number {
    return this.#latents.get('kl');
  }

  /** What each tile's latents have taken of the message, of a job that measures; null where there are no tiles. */
  get tileCosts(): TileCosts | null {
    const { width, height } = this;
    const across = this.#latents.get('tilesAcross');
    const down = this.#latents.get('tileRows');
    if (down === 0) return null;
    const edge = (tile: number, count: number, end: number) => (tile < count ? tile * TILE : end);
    return {
      x: Array.from({ length: across + 1 }, (_, tile) => edge(tile, across, width)),
      rows: Array.from({ length: down }, (_, row) => ({
        from: row * TILE,
        to: edge(row + 1, down, height - STRIP),
      })),
      bits: this.#latents.floats('costs', down * across).slice(),
    };
  }

  /** f32 [rows of tiles][1 + tiles across][16]: the latents' values of the last run, each row after 16 zeros. */
  latentValues(length: number): Float32Array {
    return this.#latents.floats('values', length);
  }

  get #latents() {
    return this.record.record('latents', 'Latents');
  }

  /**
   * Writes features of rows [codedRow, endRow), codedRow 0 or at least 6; the rows from
   * codedRow - 6 on must hold samples.
   */
  exportFeatures(codedRow: number, endRow: number): void {
    this.record.set('firstRow', Math.max(0, codedRow - 4));
    this.record.set('codedRow', codedRow);
    this.record.set('endRow', endRow);
    this.kernel.exports.staticExport(this.record.address);
  }

  /**
   * What the export has left of a plane: f32 [rows][width][features], [rows][width][3], [rows][ceil(width / 2)][48].
   */
  exported(
    plane: number,
    what: 'exportedFeatures' | 'exportedTargets' | 'exportedInputs',
    length: number,
  ): Float32Array {
    return this.planeRecords[plane].floats(what, length);
  }
}
