// The job of a family whose networks learn while they code, and the family as training sees it.

import type { Kernel } from '../../kernel/kernel.ts';
import { Constants } from '../../kernel/layouts.ts';
import { floats, KernelRecord, plan, room } from '../../kernel/records.ts';
import type { TileCosts } from '../../model/model.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import { type JobLayout, type JobPlan, type JobShape, Mode, type PlaneLayout, PlanesJob } from '../job.ts';
import type { PlaneWeights, Shapes } from '../weights.ts';
import type { OriginWeights } from './origin.ts';
import { LATENT_PLANE } from './origin-plan.ts';

const { BATCH, OUTPUTS } = Constants['network/steps'];
const { LINEAR } = Constants['network/skip-learner'];
const { COLUMNS_LOG, LEVELS, SIDES, TEXTURES } = Constants['planes/online/corrections'];
/** Bytes of four f32 lanes. */
const LANES = 16;
/** How many times the rate in the long run the first steps are more (docs/decisions/latents.md). */
const BOOST = 1.5;

/** What a weights' file holds. */
export interface OnlineWeights<Architecture> {
  readonly architecture: Architecture;
  readonly planes: readonly PlaneWeights[];
  /** Of the latents that tell where learning starts, in models that have some. */
  readonly origin?: OriginWeights | undefined;
}

/** A job that learns from an image, as training sees it. */
export interface LearningJob {
  readonly width: number;
  readonly height: number;
  /** Networks: one a plane. */
  readonly planes: 1 | 3;
  /** The image's samples, height * width * planes. */
  readonly pixels: Uint8Array;
  /** -log2 p of what a run has coded, in bits. */
  readonly likelihood: number;
  /** Makes it ready for a run in a mode, from such weights. */
  start(mode: number, planes: readonly PlaneWeights[]): void;
  /** Runs it on the calling thread, without a pause. */
  runHere(): void;
  /** A plane's parameters as they are now. */
  parameters(plane: number): Float32Array;
  /** Sums of a plane's squared gradients since they were last set to 0. */
  squares(plane: number): Float32Array;
}

/** A family whose networks learn while they code, as training sees it. */
export interface OnlineFamily<Architecture = unknown, Job extends LearningJob = LearningJob> {
  /** The key `format` of its weights' metadata. */
  readonly name: string;
  /** Shapes of each plane's parameters; a layer is `NAME.weights`, [inputs][outputs], and `NAME.bias`. */
  shapes(architecture: Architecture): readonly Shapes[];
  /** The metadata of a weights' file that tell its sizes. */
  metadata(architecture: Architecture): Record<string, string>;
  /** Throws VaezipError 'bad-file' for what are no weights of the family. */
  read(file: Safetensors): OnlineWeights<Architecture>;
  /** A job that learns from images of one size, or chains of them, from weights that `start` is told. */
  learn(architecture: Architecture, width: number, height: number, images?: number): Job;
}

/** Of a job's shape: each image is a stage, all intervals are kept, and latents lie on the first plane's message. */
export function onlineShape(height: number, images: number, origin: OriginWeights | undefined) {
  // A word each is more than they take.
  const latents = origin && { latentPlane: LATENT_PLANE, latentWords: origin.latents };
  return { stages: images, images, stageRows: height, ...latents };
}

/** What all records of networks that learn hold, for the steps (codec/network/assembly/steps.ts). */
export function stepsFields(inputs: number, size: number, rate: number, role: JobShape['role']) {
  return {
    ...{ inputs, size, rate, boost: BOOST },
    ...{ parameters: floats(size), preconditioner: floats(size), direction: floats(size) },
    squares: role === 'learn' ? floats(size) : 0,
    norm: room(LANES),
    x: floats(BATCH * inputs),
    outputGradients: floats(BATCH * OUTPUTS),
  };
}

/** What a network of one hidden layer with linear combinations beside it holds (network/assembly/skip-learner.ts). */
export function skipLearnerPlan(
  inputs: number,
  units: number,
  size: number,
  rate: number,
  role: JobShape['role'],
) {
  return plan('SkipLearner', {
    ...stepsFields(inputs, size, rate, role),
    units,
    h: floats(BATCH * (LINEAR + units)),
    d: floats(BATCH * (LINEAR + units)),
    transposed: floats(units * OUTPUTS),
  });
}

/** Room for the corrections of a plane's outputs (assembly/corrections.ts). */
export function correctionsPlan(width: number) {
  return plan('Corrections', {
    columns: floats(OUTPUTS * (((width - 1) >> COLUMNS_LOG) + 1)),
    levels: floats(OUTPUTS * LEVELS),
    sides: floats(OUTPUTS * SIDES),
    textures: floats(OUTPUTS * TEXTURES),
    sum: floats(OUTPUTS),
  });
}

/** A job in a memory of its own, each plane with a network that learns. */
export abstract class OnlineJob<
  Job extends JobLayout = JobLayout,
  Plane extends PlaneLayout = PlaneLayout,
> extends PlanesJob<Job, Plane> {
  readonly #first: readonly PlaneWeights[];

  /** The kernel function that makes the job ready. */
  protected abstract readonly ready: 'learningStart' | 'quickStart';

  constructor(plan: JobPlan, planeLayout: Plane, first: readonly PlaneWeights[], kernel?: Kernel) {
    super(plan, planeLayout, kernel);
    this.#first = first;
  }

  /** In the mode of its role, from the model's weights, unless told otherwise. */
  start(mode: number = Mode[this.role], planes: readonly PlaneWeights[] = this.#first): void {
    this.base.set('mode', mode);
    for (const [plane, { parameters, preconditioner }] of planes.entries()) {
      this.parameters(plane).set(parameters);
      this.#ofLearner(plane, 'preconditioner').set(preconditioner);
    }
    this.kernel.exports[this.ready](this.record.address);
  }

  /** Takes first steps of another size than coding does, for training. */
  set boost(boost: number) {
    for (let plane = 0; plane < this.planes; plane++) this.#learner(plane).set('boost', boost);
  }

  /** A plane's parameters as they are now. */
  parameters(plane: number): Float32Array {
    return this.#ofLearner(plane, 'parameters');
  }

  /** Sums of a plane's squared gradients since they were last set to 0; jobs that learn alone have them. */
  squares(plane: number): Float32Array {
    return this.#ofLearner(plane, 'squares');
  }

  /** log2 q(z|x) - log2 p(z) of the latents that an encoding run has drawn, in bits; 0 where there are none. */
  get kl(): number {
    return this.#origin?.get('kl') ?? 0;
  }

  /** Bits that an encoding run has drawn the latents from to begin with. */
  get seedBits(): number {
    return this.#origin?.get('seeded') ?? 0;
  }

  /** What the latents have taken of the message, as those of one tile; null where there are none. */
  get tileCosts(): TileCosts | null {
    const origin = this.#origin;
    if (!origin) return null;
    const { width, height } = this;
    return { x: [0, width], rows: [{ from: 0, to: height }], bits: Float32Array.of(origin.get('cost')) };
  }

  /** What the posterior of latents sees of the image, of a job that learns. */
  statistics(): Float64Array {
    const origin = this.#origin as KernelRecord<'Origin'>;
    this.kernel.exports.originLookAt(this.record.address);
    return new Float64Array(this.kernel.memory.buffer, origin.get('statistics'), origin.get('inputs'));
  }

  get #origin(): KernelRecord<'Origin'> | null {
    const job = new KernelRecord(this.kernel, 'OnlineJob', this.address);
    return job.get('origin') === 0 ? null : job.record('origin', 'Origin');
  }

  #ofLearner(plane: number, name: 'parameters' | 'preconditioner' | 'squares'): Float32Array {
    const steps = this.#learner(plane);
    return steps.floats(name, steps.get('size'));
  }

  #learner(plane: number): KernelRecord<'Steps'> {
    const record = this.planeRecords[plane] as unknown as KernelRecord<'QuickPlane'>;
    return record.record('learner', 'Steps');
  }
}
