// The job of a family whose networks learn while they code, and the family as training sees it.

import type { Kernel } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import { floats, type KernelRecord, room } from '../kernel/records.ts';
import type { Safetensors } from '../network/safetensors.ts';
import { type JobLayout, type JobPlan, type JobShape, Mode, type PlaneLayout, PlanesJob } from './job.ts';
import type { PlaneWeights, Shapes } from './weights.ts';

const { BATCH, OUTPUTS } = Constants['network/steps'];
/** Bytes of four f32 lanes. */
const LANES = 16;

/** A family whose networks learn while they code, as training sees it. */
export interface OnlineFamily<Architecture = unknown> {
  /** The key `format` of its weights' metadata. */
  readonly name: string;
  /** Shapes of each plane's parameters; a layer is `NAME.weights`, [inputs][outputs], and `NAME.bias`. */
  shapes(architecture: Architecture): readonly Shapes[];
  /** The metadata of a weights' file that tell its sizes. */
  metadata(architecture: Architecture): Record<string, string>;
  /** Throws VaezipError 'bad-file' for what are no weights of the family. */
  read(file: Safetensors): { readonly architecture: Architecture; readonly planes: readonly PlaneWeights[] };
  /** A job that learns from images of one size, from weights that `start` is told. */
  learn(architecture: Architecture, width: number, height: number): OnlineJob;
}

/** What all records of networks that learn hold, for the steps (codec/network/assembly/steps.ts). */
export function stepsFields(inputs: number, size: number, rate: number, role: JobShape['role']) {
  return {
    ...{ inputs, size, rate },
    ...{ parameters: floats(size), preconditioner: floats(size), direction: floats(size) },
    squares: role === 'learn' ? floats(size) : 0,
    norm: room(LANES),
    x: floats(BATCH * inputs),
    outputGradients: floats(BATCH * OUTPUTS),
  };
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

  /** A plane's parameters as they are now. */
  parameters(plane: number): Float32Array {
    return this.#ofLearner(plane, 'parameters');
  }

  /** Sums of a plane's squared gradients since they were last set to 0; jobs that learn alone have them. */
  squares(plane: number): Float32Array {
    return this.#ofLearner(plane, 'squares');
  }

  #ofLearner(plane: number, name: 'parameters' | 'preconditioner' | 'squares'): Float32Array {
    const record = this.planeRecords[plane] as unknown as KernelRecord<'QuickPlane'>;
    const steps = record.record('learner', 'Steps');
    return steps.floats(name, steps.get('size'));
  }
}
