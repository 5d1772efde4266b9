// What training does with the family: networks learn from one image, from weights that they are told, and tables from
// many, one after the other.

import type { Pixels } from '../pixels/pixels.ts';
import type { LearningJob } from '../planes/online/job.ts';
import type { PlaneWeights } from '../planes/weights.ts';
import { coloursOf } from './colours.ts';
import { ScreenJob, screenPlan } from './job.ts';
import {
  firstTables,
  partsOfTables,
  type ScreenArchitecture,
  type ScreenWeights,
  stateFrom,
  stateOf,
} from './weights.ts';

/** Jobs, one after the other, of images of one size and of three channels, whose networks learn. */
export class LearningScreen implements LearningJob {
  readonly width: number;
  readonly height: number;
  readonly planes = 3;
  readonly pixels: Uint8Array;
  readonly #architecture: ScreenArchitecture;
  readonly #tables = firstTables();
  #job: ScreenJob | undefined;

  constructor(architecture: ScreenArchitecture, width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(3 * width * height);
    this.#architecture = architecture;
  }

  start(_: number, planes: readonly PlaneWeights[]): void {
    this.#job?.release();
    const { width, height } = this;
    const colours = { hasAlpha: false, hasColour: true, clear: null };
    const weights = { architecture: this.#architecture, planes, tables: this.#tables };
    this.#job = new ScreenJob(screenPlan({ width, height, channels: 3 }, colours, 'learn', weights));
    this.#job.samples.set(this.pixels);
  }

  runHere(): void {
    while (!this.#started.isDone) this.#started.runHere();
  }

  get likelihood(): number {
    return this.#started.likelihood;
  }

  parameters(plane: number): Float32Array {
    return this.#started.ofNetwork(plane, 'parameters');
  }

  squares(plane: number): Float32Array {
    return this.#started.ofNetwork(plane, 'squares');
  }

  get #started(): ScreenJob {
    if (!this.#job) throw new RangeError('the job is not started');
    return this.#job;
  }
}

/** Share of the way from where weights of mixers start to where an image takes them. */
const SHARE = 0.1;
/** Times that what images have taught counts at most, so that the next one is heard. */
const MOST_TIMES = 10;

/** Has tables learn from images. */
export class LearningTables {
  readonly #networks: Pick<ScreenWeights, 'architecture' | 'planes'>;
  #tables = firstTables();

  constructor(networks: Pick<ScreenWeights, 'architecture' | 'planes'>) {
    this.#networks = networks;
  }

  get weights(): ScreenWeights {
    return { ...this.#networks, tables: this.#tables };
  }

  /** Takes an image of 8 bits; returns its code length in bits. */
  take(pixels: Pixels): number {
    const job = new ScreenJob(screenPlan(pixels, coloursOf(pixels.data, pixels), 'learn', this.weights));
    job.samples.set(pixels.data as Uint8Array);
    while (!job.isDone) job.runHere();
    const learnt = job.tables.slice();
    const bits = job.likelihood;
    job.release();
    const { states, floats } = partsOfTables(learnt);
    const { floats: before } = partsOfTables(this.#tables);
    for (let i = 0; i < floats.length; i++) floats[i] = before[i] + SHARE * (floats[i] - before[i]);
    for (let i = 0; i < states.length; i++) {
      const { probability, times } = stateOf(states[i]);
      states[i] = stateFrom(probability, Math.min(times, MOST_TIMES));
    }
    this.#tables = learnt;
    return bits;
  }
}
