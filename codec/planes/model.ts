// Models that code an image plane by plane: what the families have in common, from samples to
// groups of streams and back. A group has a stream a plane; beside them may be the tables of
// transforms, which change samples before any model.

import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { idleThreads } from '../kernel/threads.ts';
import type {
  Coded,
  CodingOptions,
  Damaged,
  Encoded,
  Measured,
  Model,
  Salvaged,
  Session,
  Sides,
  TileCosts,
} from '../model/model.ts';
import { checkSides } from '../model/sides.ts';
import type { Samples, Shape } from '../pixels/pixels.ts';
import { CHANNELS, fits, type JobPlan, type JobShape, Mode, memoryOf, type PlanesJob } from './job.ts';
import { joinStreams, splitStreams } from './streams.ts';
import type { PlaneSamples, Transform } from './transforms/transform.ts';

/** The most probable level costs at least log2(2^22 / (2^22 - 1020)) bits, 1 / 2850. */
const MAX_SAMPLES_PER_BIT = 2850;

/** What a family brings of one of its models. */
export interface PlanesLikelihood {
  readonly planes: 1 | 3;
  /** What a job of an image holds. */
  plan(width: number, height: number, role: JobShape['role'], coded?: JobShape['coded']): JobPlan;
  job(plan: JobPlan): PlanesJob;
  /** A run that the encoder makes before it codes, and the share of its time that this takes. */
  readonly prepare?: { readonly mode: number; readonly share: number };
  /** log2 q(z|x) - log2 p(z) of what a job has coded, in bits; 0 in models without latents. */
  kl(job: PlanesJob): number;
  /** What the latents of each tile took, of a job that measures; null in models without latents. */
  tileCosts(job: PlanesJob): TileCosts | null;
  /** Applied in this order before the model. */
  readonly transforms: readonly Transform[];
  /** Smaller images are coded by a thread that waits, or the calling one: starting others would take longer. */
  readonly leastThreadedPixels: number;
}

export function planesModel(name: string, id: string, family: PlanesLikelihood): Model {
  const likelihood = { ...family, plan: withLast(family.plan) };
  const { planes } = likelihood;
  return {
    name,
    id,
    accepts: ({ channels, bitDepth, images, width, height }) =>
      channels === planes && bitDepth === 8 && images === 1 && fits(likelihood.plan(width, height, 'encode')),
    memory: ({ width, height }, direction, fileBytes) =>
      memoryOf(likelihood.plan(width, height, direction)) + (direction === 'decode' ? fileBytes : 0),
    open: (shape, options) => new PlanesSession(likelihood, shape, options),
  };
}

/** A plan takes a third of a millisecond, and an image asks for its own several times. */
function withLast(plan: PlanesLikelihood['plan']): PlanesLikelihood['plan'] {
  let last: JobPlan | undefined;
  return (width, height, role, coded) => {
    if (coded) return plan(width, height, role, coded);
    const same = last?.width === width && last.height === height && last.role === role;
    if (!last || !same) last = plan(width, height, role);
    return last;
  };
}

class PlanesSession implements Session {
  readonly #likelihood: PlanesLikelihood;
  readonly #shape: Shape;
  readonly #options: CodingOptions;
  readonly #small: boolean;

  constructor(likelihood: PlanesLikelihood, shape: Shape, options: CodingOptions) {
    this.#likelihood = likelihood;
    this.#shape = shape;
    this.#options = options;
    this.#small = shape.width * shape.height < likelihood.leastThreadedPixels;
  }

  encode(samples: Samples): Promise<Encoded> {
    return this.#encode(samples, 'encode', (encoded) => encoded);
  }

  measure(samples: Samples): Promise<Measured> {
    return this.#encode(samples, 'measure', (encoded, job) => {
      const costs = {
        samples: job.sampleCosts,
        tiles: this.#likelihood.tileCosts(job),
        beside: bitsOf(encoded.sides),
      };
      return { ...encoded, costs };
    });
  }

  /** What `finish` makes of the encoded image while the job is still there. */
  async #encode<Result>(
    samples: Samples,
    role: 'encode' | 'measure',
    finish: (encoded: Encoded, job: PlanesJob) => Result,
  ): Promise<Result> {
    const { planes, transforms, prepare } = this.#likelihood;
    const { height } = this.#shape;
    const job = this.#job(role);
    job.pixels.set(samples);
    const tables = transforms.map(({ name, apply }) => [name, apply(planesOf(job, height))] as const);
    const sides: Sides = Object.fromEntries(tables.filter(([, table]) => table));
    const messages = job.createMessages();
    const share = prepare?.share ?? 0;
    if (prepare) await this.#run(job, prepare.mode, 0, share);
    await this.#run(job, Mode.encode, share, 1);
    const sum = (of: (message: Message) => number) =>
      messages.reduce((total, message) => total + of(message), 0);
    // The tables tell of this image's model, so they count in the likelihood and in net alike.
    const sideBits = bitsOf(sides);
    const streams = messages.map((message) => message.toBytes());
    const encoded: Encoded = {
      sides,
      groups: Array.from({ length: streams.length / planes }, (_, group) =>
        joinStreams(streams.slice(group * planes, (group + 1) * planes)),
      ),
      lengths: {
        likelihood: job.likelihood + sideBits,
        kl: this.#likelihood.kl(job),
        net: sum((message) => message.netBits) + sideBits,
        initial: sum((message) => message.initialBits),
      },
    };
    const result = finish(encoded, job);
    job.release();
    return result;
  }

  decode({ sides, groups }: Coded): Promise<Samples> {
    return this.#read(sides, groups, groups.length);
  }

  /** What is learnt goes on from group to group, so that none can be had behind the first that is damaged. */
  async salvage({ sides, groups }: Damaged): Promise<Salvaged> {
    const { width, height } = this.#shape;
    const damaged = groups.indexOf(null);
    if (damaged === 0) throw new VaezipError('bad-file', 'the first group is damaged, which all others need');
    const whole = groups.slice(0, damaged < 0 ? groups.length : damaged) as Uint8Array[];
    const samples = await this.#read(sides, whole, groups.length);
    const from = whole.length * this.#likelihood.plan(width, height, 'decode').stageRows;
    return { samples, lost: whole.length < groups.length ? [{ from, to: height }] : [] };
  }

  /** The samples of the first groups, out of `count`. */
  async #read(sides: Sides, groups: readonly Uint8Array[], count: number): Promise<Samples> {
    const { width, height } = this.#shape;
    const { planes, transforms } = this.#likelihood;
    const { messages: expected, stageRows } = this.#likelihood.plan(width, height, 'decode');
    if (count !== expected)
      throw new VaezipError(
        'bad-file',
        `such a photo has ${expected} groups, not ${count}: the file is damaged`,
      );
    checkSides(
      sides,
      transforms.map(({ name }) => name),
    );
    const undo = transforms.map(({ name, read }) => {
      const table = sides[name];
      return table ? read(table, planes) : () => {};
    });
    const streams = groups.flatMap((group) => splitStreams(group, planes));
    const coded = streams.map((stream) => stream.length);
    const job = this.#job('decode', coded);
    const messages = job.readMessages(streams);
    if (groups.length < count) job.stopAfter(groups.length);
    await this.#run(job, Mode.decode, 0, 1);
    for (const message of messages) message.assertRestored();
    const rows = groups.length < count ? groups.length * stageRows : height;
    for (const back of undo.reverse()) back(planesOf(job, rows));
    const samples = job.pixels.slice();
    job.release();
    return samples;
  }

  /** Throws VaezipError 'bad-file' for streams too short for the image, 'too-large' where the job is. */
  #job(role: JobShape['role'], coded?: JobShape['coded']): PlanesJob {
    const { width, height } = this.#shape;
    const plan = this.#likelihood.plan(width, height, role, coded);
    checkStreams(plan);
    if (!fits(plan))
      throw new VaezipError('too-large', `a photo of ${width} x ${height} pixels does not fit into memory`);
    return this.#likelihood.job(plan);
  }

  /** A run in a mode, whose progress goes from one share of the whole to another. */
  async #run(job: PlanesJob, mode: number, from: number, to: number): Promise<void> {
    const { onProgress, ...options } = this.#options;
    const threads = this.#small ? Math.min(1, idleThreads()) : options.threads;
    job.start(mode);
    await job.run({ ...options, threads, onProgress: (share) => onProgress?.(from + (to - from) * share) });
  }
}

/**
 * Refuses streams that are too short for their samples, before memory is taken for those. A message with latents is not
 * looked at: what a sample costs, their bits may give back.
 */
function checkStreams({
  width,
  height,
  planes,
  messages,
  stageRows,
  latentPlane,
  coded = [],
}: JobPlan): void {
  const rows = messages === 1 ? height : stageRows;
  for (const [index, bytes] of coded.entries()) {
    const samples = width * Math.min(rows, height - rows * Math.floor(index / planes));
    // The state of an empty message takes 32 bits.
    if (index % planes !== latentPlane && samples > MAX_SAMPLES_PER_BIT * (8 * bytes - 32))
      throw new VaezipError(
        'bad-file',
        `${bytes} bytes cannot hold ${samples} samples of the ${width} x ${height} pixels: the file is damaged`,
      );
  }
}

function bitsOf(sides: Sides): number {
  return Object.values(sides).reduce((sum, table) => sum + 8 * table.length, 0);
}

/** The planes of the first rows. */
function planesOf({ pixels, width, planes }: PlanesJob, rows: number): PlaneSamples[] {
  const part = pixels.subarray(0, width * rows * planes);
  return CHANNELS[planes].map((channel) => ({ pixels: part, planes, channel }));
}
