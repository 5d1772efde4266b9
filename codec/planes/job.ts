// A job that threads share, of which every family's is an extension: its plan, the memory that it takes, the samples in
// it and the messages. It codes one group of an image's rows as if that were an image; which jobs are run when and by
// how many threads is run-groups.ts's. The kernel's side is assembly/job.ts and assembly/run.ts.

import { LEAST_CAPACITY, Message, messageBytes } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import { borrowKernel, returnKernel } from '../kernel/pool.ts';
import {
  alignedBytes,
  type FieldOf,
  type FieldValue,
  floats,
  type KernelRecord,
  plan,
  plannedBytes,
  type RecordPlan,
  room,
} from '../kernel/records.ts';
import type { ThreadedFunction, Work } from '../kernel/threads.ts';
import type { Samples } from '../pixels/pixels.ts';
import type { DeepLevels } from './transforms/depth.ts';

const { ENCODE, DECODE, LEARN, SEGMENT } = Constants['planes/job'];
const { PHASE, TOTAL, STOPPED, COUNTERS_BYTES } = Constants['planes/run'];
const { PAD, RING } = Constants['planes/context/rows'];
const { MIXTURE_BYTES, MIXTURE_PRECISION } = Constants['distributions/logistic-mixture'];
const { REPEATS_BYTES } = Constants['planes/mixing/repeats'];
const { DEEP_PRECISION } = Constants['distributions/deep-mixture'];
const { OUTPUTS } = Constants['network/steps'];

/** Addresses stay below 2 GiB. */
const MAX_MEMORY = 2 ** 31 - 2 ** 20;
/** Bits a sample that there is room for in a message: an image that needs as many is kept as it is. */
const MOST_BITS = 12;
const MOST_DEEP_BITS = 20;
/** Words that there is room for besides: in a small image every sample may be as rare as can be. */
const SPARE_WORDS = 4096;
/** Of a stream, before its words. */
const STATE_BYTES = 8;
const { INTERVAL_BYTES, DEEP_INTERVAL_BYTES, SPILLED_BYTES } = Constants['planes/intervals'];
const { LINE } = Constants['planes/pipeline'];
const { CODE_LENGTH_BYTES } = Constants['distributions/code-length'];

/** Offsets of the planes' samples in a pixel, in coding order: green, red, blue. */
export const CHANNELS = { 1: [0], 3: [1, 0, 2] } as const;

/** Modes that all families have, by the roles of jobs. */
export const Mode = { encode: ENCODE, measure: ENCODE, decode: DECODE, learn: LEARN } as const;

export type JobLayout = 'StaticJob' | 'LearningJob' | 'QuickJob';
export type PlaneLayout = 'StaticPlane' | 'LearningPlane' | 'QuickPlane';

/**
 * An image, or a group of its rows, and what a job of it is there for: 'measure' encodes and keeps what each symbol
 * costs, 'learn' has neither messages nor intervals.
 */
export interface JobShape {
  readonly width: number;
  readonly height: number;
  readonly planes: 1 | 3;
  readonly role: 'encode' | 'measure' | 'decode' | 'learn';
  /** What levels stand for where there are more than 256. */
  readonly deep?: DeepLevels | undefined;
  /** Stages that the rows are coded in, and the rows whose intervals are kept at once. */
  readonly stages: number;
  readonly stageRows: number;
  /** Images one below the other, a stage each; undefined in families whose stages are others. */
  readonly images?: number | undefined;
  /** The plane on whose message there are latents, too, which decoders push back; undefined in models without. */
  readonly latentPlane?: number | undefined;
  /** Words that a decoder pushes onto it at most; undefined where they may be as many as it ever has. */
  readonly latentWords?: number | undefined;
  /** Bytes of the planes' streams that are to be decoded; else empty ones. */
  readonly coded?: readonly number[] | undefined;
}

/** All that a job's memory holds. */
export interface JobPlan extends JobShape {
  readonly record: RecordPlan<JobLayout>;
  /** Words that a message can grow to. */
  readonly messageWords: number;
  /** Words that there is room for in each plane's message. */
  readonly capacities: readonly number[];
}

/** Samples from one row of the rings to the next. */
export function strideOf(width: number): number {
  return (width + 2 * PAD + 3) & ~3;
}

/** The plan of a family's job: what all have, and the family's own fields of the job and of each plane. */
export function jobPlan<Job extends JobLayout, Plane extends PlaneLayout>(
  shape: JobShape,
  layouts: { readonly job: Job; readonly plane: Plane },
  own: {
    readonly job: Partial<Record<FieldOf<Job>, FieldValue>>;
    plane(plane: number): Partial<Record<FieldOf<Plane>, FieldValue>>;
  },
): JobPlan {
  const {
    width,
    height,
    planes,
    role,
    deep,
    stages,
    stageRows,
    images = 0,
    latentPlane,
    latentWords,
    coded = [],
  } = shape;
  const intervalBytes = deep ? DEEP_INTERVAL_BYTES : INTERVAL_BYTES;
  const encodes = role === 'encode' || role === 'measure';
  const stride = strideOf(width);
  const ring = floats(planes * RING * stride);
  const rings = plan('Rings', {
    ...{ stride, samples: ring, errors: ring, scales: ring, fifthErrors: ring },
    predictorErrors: room(4 * ring.bytes),
  });
  const planeRecord = (plane: number) =>
    plan(layouts.plane, {
      channel: CHANNELS[planes][plane],
      intervals: room(encodes ? intervalBytes * width * stageRows + SPILLED_BYTES : 0),
      ...{ rows: plan('Rows', {}), nearRows: plan('Rows', {}), farRows: plan('Rows', {}) },
      ...{ outputs: floats(OUTPUTS), mixture: room(MIXTURE_BYTES), likelihood: room(CODE_LENGTH_BYTES) },
      ...(deep && {
        deep: plan('DeepLevels', { levels: deep.levels, rooted: deep.rooted ? 1 : 0 }),
        repeats: room(REPEATS_BYTES),
      }),
      ...own.plane(plane),
    } as Partial<Record<FieldOf<Plane>, FieldValue>>);
  const record = plan(layouts.job, {
    ...{ width, height, planes, segments: Math.ceil(width / SEGMENT), stages, images },
    isDeep: deep ? 1 : 0,
    ...{ pixels: room(width * height * planes * (deep ? 2 : 1)), rings, counters: room(COUNTERS_BYTES) },
    frequencies: role === 'measure' ? floats(width * height * planes) : 0,
    ...Object.fromEntries(CHANNELS[planes].map((_, plane) => [`plane${plane}`, planeRecord(plane)])),
    ...own.job,
  } as Partial<Record<FieldOf<Job>, FieldValue>>);
  const mostBits = deep ? MOST_DEEP_BITS : MOST_BITS;
  const messageWords = Math.ceil((width * height * mostBits) / 32) + SPARE_WORDS;
  // What a decoder only pops from does not grow.
  const capacityOf = (plane: number): number => {
    const pushed = plane === latentPlane ? (latentWords ?? messageWords) : 0;
    const words = Math.ceil((coded[plane] ?? 0) / 4) + pushed;
    return encodes ? messageWords : Math.min(messageWords, Math.max(LEAST_CAPACITY, words));
  };
  const length = role === 'learn' ? 0 : planes;
  const capacities = Array.from({ length }, (_, index) => capacityOf(index));
  return { ...shape, record, messageWords, capacities };
}

/** Bytes of kernel memory that a job takes. */
export function memoryOf({ record, capacities }: JobPlan): number {
  return capacities.reduce((sum, words) => sum + alignedBytes(messageBytes(words)), plannedBytes(record));
}

/** Bytes that the streams of a job can have, all together. */
export function mostStreamBytes({ planes, messageWords }: JobPlan): number {
  return planes * (STATE_BYTES + 4 * messageWords);
}

/** Whether a job fits into a kernel's memory. */
export function fits(plan: JobPlan): boolean {
  return memoryOf(plan) <= MAX_MEMORY;
}

/** A job in a memory of its own. */
export abstract class PlanesJob<Job extends JobLayout = JobLayout, Plane extends PlaneLayout = PlaneLayout>
  implements Work
{
  readonly kernel: Kernel;
  readonly width: number;
  readonly height: number;
  readonly planes: 1 | 3;
  readonly role: JobShape['role'];
  protected readonly record: KernelRecord<Job>;
  protected readonly planeRecords: readonly KernelRecord<Plane>[];
  readonly #arena: Arena;
  readonly #plan: JobPlan;

  /** The kernel function that takes part in the job. */
  abstract readonly name: ThreadedFunction;

  /**
   * In a kernel that has the plan's memory, all zeros; by default a borrowed one.
   * @throws OutOfMemory where there is not so much memory.
   */
  constructor(plan: JobPlan, planeLayout: Plane, kernel = borrowKernel(memoryOf(plan))) {
    this.kernel = kernel;
    this.width = plan.width;
    this.height = plan.height;
    this.planes = plan.planes;
    this.role = plan.role;
    this.#plan = plan;
    this.#arena = new Arena(this.kernel);
    const record = this.#arena.lay(plan.record);
    this.record = record as unknown as KernelRecord<Job>;
    const fields = ['plane0', 'plane1', 'plane2'] as const;
    this.planeRecords = fields.slice(0, plan.planes).map((name) => record.record(name, planeLayout));
  }

  /** Of the job's record. */
  get address(): number {
    return this.record.address;
  }

  /** The image's samples, height * width * planes, in the job's memory; of no more than 256 levels. */
  get pixels(): Uint8Array {
    const length = this.width * this.height * this.planes;
    return new Uint8Array(this.kernel.memory.buffer, this.base.get('pixels'), length);
  }

  /** The same, of deep levels where there are some. */
  get samples(): Samples {
    const { pixels } = this;
    return this.#plan.deep ? new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length) : pixels;
  }

  /** What each sample has taken of its message, in bits, of a job that measures. */
  get sampleCosts(): Float32Array {
    const length = this.width * this.height * this.planes;
    const frequencies = new Uint32Array(this.kernel.memory.buffer, this.base.get('frequencies'), length);
    const costs = new Float32Array(length);
    const precision = this.#plan.deep ? DEEP_PRECISION : MIXTURE_PRECISION;
    for (let index = 0; index < length; index++) costs[index] = precision - Math.log2(frequencies[index]);
    return costs;
  }

  /** Empty messages, one a plane. */
  createMessages(): Message[] {
    return this.#place((plane) => Message.create(this.kernel, this.#arena, this.#plan.capacities[plane]));
  }

  /**
   * The messages of the streams that the job is planned for.
   * @throws VaezipError 'bad-file' if they are none that its image can have.
   */
  readMessages(streams: readonly Uint8Array[]): Message[] {
    return this.#place((plane) => {
      const stream = streams[plane];
      if (stream.length > STATE_BYTES + 4 * this.#plan.messageWords)
        throw new VaezipError(
          'bad-file',
          `a stream of ${stream.length} bytes is too long for its image: the file is damaged`,
        );
      return Message.fromBytes(this.kernel, this.#arena, stream, this.#plan.capacities[plane]);
    });
  }

  #place(message: (plane: number) => Message): Message[] {
    return this.planeRecords.map((record, plane) => {
      const placed = message(plane);
      record.set('message' as FieldOf<Plane>, placed.address);
      return placed;
    });
  }

  /** Makes the job ready for a run in a mode. */
  abstract start(mode: number): void;

  /** Threads that can work on it at once: a plane is computed by one at a time. */
  get most(): number {
    return this.planes;
  }

  /** Ends the current run: nobody wants its result any more. */
  stop(): void {
    this.#counter(STOPPED, 1);
  }

  /** Runs the job, which is started, on the calling thread, without a pause. */
  runHere(): void {
    while (this.kernel.exports[this.name](this.record.address, 0x7fffffff) === 0);
  }

  /** The first address that the job leaves as it was. */
  get end(): number {
    return this.#arena.end;
  }

  /** Gives the memory to the next job. To be called once no run is left, and with it the use of the job ends. */
  release(): void {
    returnKernel(this.kernel, this.end);
  }

  /** -log2 p(x|z) of what a run has coded, in bits. */
  get likelihood(): number {
    return this.kernel.exports.planesLikelihood(this.record.address);
  }

  /** Share of the current run that is done, 0..1. */
  get progress(): number {
    const phase = this.#counter(PHASE);
    const total = this.#counter(TOTAL) * this.planes;
    let done = 0;
    for (let plane = 1; plane <= this.planes; plane++) done += this.#counter(LINE * plane);
    // Threads that have gone on meanwhile may have set the counters back.
    if (this.#counter(PHASE) !== phase) return this.progress;
    const within = phase % 2 === 1 && total > 0 ? Math.min(1, done / total) : 0;
    return Math.min(1, ((phase >> 1) + within) / this.#plan.stages);
  }

  #counter(offset: number, value?: number): number {
    const word = new Int32Array(this.kernel.memory.buffer, this.base.get('counters') + offset, 1);
    return value === undefined ? Atomics.load(word, 0) : Atomics.store(word, 0, value);
  }

  /** The fields that all jobs have. */
  protected get base(): KernelRecord<'PlanesJob'> {
    return this.record as unknown as KernelRecord<'PlanesJob'>;
  }
}
