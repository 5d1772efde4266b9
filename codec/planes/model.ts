// Models that code an image plane by plane: what the families have in common, from samples to
// groups of streams and back. Each group of rows is coded as an image of its own, with a stream a plane; beside
// them may be the tables of transforms, which change the samples of all groups before any model.

import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { idleThreads } from '../kernel/threads.ts';
import type {
  Coded,
  CodeLengths,
  CodingOptions,
  Damaged,
  Decoded,
  Direction,
  Encoded,
  EncodeOptions,
  Measured,
  Model,
  Rows,
  Salvaged,
  Scan,
  Session,
  Sides,
  TileCosts,
} from '../model/model.ts';
import { checkSides } from '../model/sides.ts';
import { blankSamples, type Samples, type Shape, sampleBytes } from '../pixels/pixels.ts';
import { groupCount, groupsOf } from './groups.ts';
import {
  CHANNELS,
  fits,
  type JobPlan,
  type JobShape,
  Mode,
  memoryOf,
  mostStreamBytes,
  type PlanesJob,
} from './job.ts';
import { type GroupTask, type Pass, runGroups } from './run-groups.ts';
import { joinStreams, splitStreams } from './streams.ts';
import { DEPTH_BYTES, type DeepLevels, findDepth, type ReadDepth, readDepth } from './transforms/depth.ts';
import { BLUE_FIRST, readScan, scanTable, turn } from './transforms/scan.ts';
import type { PlaneSamples, Transform } from './transforms/transform.ts';

/**
 * The most probable level costs at least log2(2^22 / (2^22 - 1020)) bits, 1 / 2850; of deep levels at least
 * log2(2^28 / (2^28 - 2 * 43690)), 1 / 2130: of 43,691 levels each has 2 counts, of no other number they have fewer.
 */
const MAX_SAMPLES_PER_BIT = 2850;
const MAX_DEEP_SAMPLES_PER_BIT = 2130;
/** As many levels as 16-bit samples can have. */
const DEEPEST: DeepLevels = { levels: 65536, rooted: false };

/** What a plan may be told beside. */
type Beside = Pick<JobShape, 'coded' | 'deep' | 'images'>;

/** What a family brings of one of its models. */
export interface PlanesLikelihood {
  readonly planes: 1 | 3;
  /** What a job of an image, or of a group of its rows, holds. */
  plan(width: number, height: number, role: JobShape['role'], beside?: Beside): JobPlan;
  /** In a kernel that has the plan's memory, all zeros. */
  job(plan: JobPlan, kernel: Kernel): PlanesJob;
  /** A run that the encoder makes before it codes, and the share of its time that this takes. */
  readonly prepare?: Pass;
  /** log2 q(z|x) - log2 p(z) of what a job has coded, in bits; 0 in models without latents. */
  kl(job: PlanesJob): number;
  /** Bits that a job's messages have been given to begin with, beside seed words. */
  seedBits?(job: PlanesJob): number;
  /** What the latents of each tile took, of a job that measures; null in models without latents. */
  tileCosts(job: PlanesJob): TileCosts | null;
  /** Whether jobs may be of several images. */
  readonly takesChains: boolean;
  /** Whether jobs may have deep levels, and the model codes 16-bit samples. */
  readonly hasDeepLevels: boolean;
  /** Applied in this order before the model; each finds its table in the image as it is. */
  readonly transforms: readonly Transform[];
  /** Smaller images are coded by a thread that waits, or the calling one: starting others would take longer. */
  readonly leastThreadedPixels: number;
}

/** `groupPixels`: of a group of rows, at least; files hold groups of the usual size (groups.ts). */
export function planesModel(name: string, id: string, family: PlanesLikelihood, groupPixels?: number): Model {
  const likelihood = { ...family, plan: withLast(family.plan) };
  const { planes } = likelihood;
  const groupRows = (shape: Shape) => groupsOf(shape, groupPixels);
  /** Of a group of the most rows. */
  const largest = (shape: Shape, direction: Direction) => {
    const { width, height, bitDepth } = shape;
    const count = groupCount(shape, groupPixels);
    const images = Math.ceil(shape.images / count);
    const rows = shape.images > 1 ? images * height : Math.ceil(height / count);
    const shallow = likelihood.plan(width, rows, direction, { images });
    if (bitDepth === 8) return shallow;
    const deep = likelihood.plan(width, rows, direction, { images, deep: DEEPEST });
    return memoryOf(deep) > memoryOf(shallow) ? deep : shallow;
  };
  return {
    name,
    id,
    takesStart: true,
    accepts: (shape) => {
      const { channels, bitDepth, images } = shape;
      const isCoded = bitDepth === 8 || family.hasDeepLevels;
      const isChain = images === 1 || family.takesChains;
      return channels === planes && isCoded && isChain && fits(largest(shape, 'encode'));
    },
    memory: (shape, direction, fileBytes) => {
      const plan = largest(shape, direction);
      const streams = direction === 'decode' ? Math.min(fileBytes, mostStreamBytes(plan)) : 0;
      const ranks = shape.bitDepth === 16 ? sampleBytes(shape) + DEPTH_BYTES : 0;
      return memoryOf(plan) + streams + ranks;
    },
    groupRows,
    open: (shape, options) => new PlanesSession(likelihood, shape, groupRows(shape), options),
  };
}

/** A plan takes a third of a millisecond, and an image asks for its own several times. */
function withLast(plan: PlanesLikelihood['plan']): PlanesLikelihood['plan'] {
  let last: JobPlan | undefined;
  return (width, height, role, { coded, deep, images = 1 } = {}) => {
    if (coded) return plan(width, height, role, { coded, deep, images });
    const isSameSize = last?.width === width && last.height === height && last.role === role;
    const isSame = isSameSize && last?.deep === deep && (last?.images ?? 1) === images;
    if (!last || !isSame) last = plan(width, height, role, { deep, images });
    return last;
  };
}

class PlanesSession implements Session {
  readonly #likelihood: PlanesLikelihood;
  readonly #shape: Shape;
  readonly #groups: readonly Rows[];
  readonly #options: CodingOptions;
  readonly #small: boolean;

  constructor(likelihood: PlanesLikelihood, shape: Shape, groups: readonly Rows[], options: CodingOptions) {
    this.#likelihood = likelihood;
    this.#shape = shape;
    this.#groups = groups;
    this.#options = options;
    this.#small = shape.width * this.#rows < likelihood.leastThreadedPixels;
  }

  encode(samples: Samples, options?: EncodeOptions): Promise<Encoded> {
    return this.#encode(samples, 'encode', options);
  }

  async measure(samples: Samples, options: EncodeOptions = {}): Promise<Measured> {
    const costs = new Float32Array(samples.length);
    const tiles: (TileCosts | null)[] = [];
    const encoded = await this.#encode(samples, 'measure', options, (job, group) => {
      const ofGroup = job.sampleCosts;
      this.#turn(ofGroup, options.scan);
      costs.set(ofGroup, this.#offsetOf(this.#groups[group].from));
      tiles[group] = this.#likelihood.tileCosts(job);
    });
    const ofTiles = joinTiles(tiles, this.#groups);
    return { ...encoded, costs: { samples: costs, tiles: ofTiles, beside: bitsOf(encoded.sides) } };
  }

  /** `look`: at the job of a group that is coded. */
  async #encode(
    samples: Samples,
    role: 'encode' | 'measure',
    { scan = 0, start = null }: EncodeOptions = {},
    look?: (job: PlanesJob, group: number) => void,
  ): Promise<Encoded> {
    const { planes, transforms, prepare } = this.#likelihood;
    const { width, bitDepth } = this.#shape;
    const depth = bitDepth === 16 ? findDepth(samples as Uint16Array, width * planes, planes) : undefined;
    const deep = depth?.deep;
    const ranks = depth ? depth.ranksOf(samples as Uint16Array) : samples;
    const image = deep ? [] : planesOf(ranks as Uint8Array, planes, scan);
    const found = deep ? [] : transforms.map(({ name, find }) => ({ name, ...find(image) }));
    const sides: Sides = {
      ...(scan && { scan: scanTable(scan) }),
      ...(depth && { depth: depth.table }),
      ...Object.fromEntries(found.flatMap(({ name, table }) => (table ? [[name, table]] : []))),
    };
    const coded: Pick<Encoded, 'groups' | 'lengths'>[] = [];
    const tasks = this.#groups.map(({ from, to }, group): GroupTask => {
      let messages: Message[] = [];
      return {
        plan: this.#plan({ from, to }, role, { deep }),
        open: (job) => {
          job.samples.set(ranks.subarray(this.#offsetOf(from), this.#offsetOf(to)));
          this.#turn(job.samples, scan);
          for (const { apply } of found) apply?.(planesOf(job.pixels, planes));
          messages = job.createMessages();
          if (group === 0 && start !== null) messages[planes - 1].startFrom(start);
        },
        close: (job) => {
          const sum = (of: (message: Message) => number) =>
            messages.reduce((total, message) => total + of(message), 0);
          const seedBits = this.#likelihood.seedBits?.(job) ?? 0;
          coded[group] = {
            groups: [joinStreams(messages.map((message) => message.toBytes()))],
            lengths: {
              likelihood: job.likelihood,
              kl: this.#likelihood.kl(job),
              net: sum((message) => message.netBits) - seedBits,
              initial: sum((message) => message.initialBits) + seedBits,
            },
          };
          look?.(job, group);
        },
      };
    });
    const rest = 1 - (prepare?.share ?? 0);
    await this.#run(tasks, [...(prepare ? [prepare] : []), { mode: Mode.encode, share: rest }]);
    const total = (name: keyof CodeLengths) => coded.reduce((sum, { lengths }) => sum + lengths[name], 0);
    // The tables tell of this image's model, so they count in the likelihood and in net alike.
    const sideBits = bitsOf(sides);
    return {
      sides,
      groups: coded.flatMap(({ groups }) => groups),
      ...(start !== null && { hasStart: true }),
      lengths: {
        likelihood: total('likelihood') + sideBits,
        kl: total('kl'),
        net: total('net') + sideBits,
        initial: total('initial'),
      },
    };
  }

  decode(coded: Coded): Promise<Decoded> {
    return this.#decode(coded, { from: 0, to: this.#rows });
  }

  async decodeRows(coded: Damaged, rows: Rows): Promise<Samples> {
    const { samples } = await this.#decode(coded, rows);
    return samples;
  }

  async salvage(damaged: Damaged): Promise<Salvaged> {
    const lost = new Map<number, VaezipError>();
    const all = { from: 0, to: this.#rows };
    const { samples } = await this.#decode(damaged, all, (group, error) => lost.set(group, error));
    const [first] = lost.values();
    if (lost.size === this.#groups.length) throw first;
    return { samples, lost: joinRows(this.#groups.filter((_, group) => lost.has(group))) };
  }

  /**
   * The samples of some rows, by the groups that these lie in, and the start if the first is among them; `lose`, if it
   * is given, is told of those that fail.
   */
  async #decode(
    { sides, groups, hasStart = false }: Damaged,
    rows: Rows,
    lose?: (group: number, error: VaezipError) => void,
  ): Promise<Decoded> {
    const { planes, transforms } = this.#likelihood;
    if (groups.length !== this.#groups.length)
      throw new VaezipError(
        'bad-file',
        `the groups of such a photo are ${this.#groups.length}, not ${groups.length}: the file is damaged`,
      );
    const depth = this.#depthOf(sides);
    const deep = depth?.deep;
    checkSides(sides, [
      'scan',
      ...(depth ? ['depth' as const] : []),
      ...(deep ? [] : transforms.map(({ name }) => name)),
    ]);
    const scan = sides.scan && readScan(sides.scan, planes);
    const undo = transforms
      .map(({ name, read }) => (sides[name] ? read(sides[name], planes) : () => {}))
      .reverse();
    let start: number | null = null;
    const keep = (job: PlanesJob, { from, to }: Rows, messages: readonly Message[]) => {
      const last = hasStart && from === 0 ? messages[planes - 1] : null;
      for (const message of messages) if (message !== last) message.assertRestored();
      if (last) start = last.restoredStart();
      for (const back of undo) back(planesOf(job.pixels, planes));
      this.#turn(job.samples, scan);
      const [first, end] = [Math.max(from, rows.from), Math.min(to, rows.to)];
      const part = job.samples.subarray(this.#offsetOf(first - from), this.#offsetOf(end - from));
      samples.set(part, this.#offsetOf(first - rows.from));
    };
    const tasks: GroupTask[] = [];
    for (const [group, ofGroup] of this.#groups.entries()) {
      if (ofGroup.from >= rows.to || ofGroup.to <= rows.from) continue;
      const lost = lose && ((error: VaezipError) => lose(group, error));
      try {
        tasks.push({ ...this.#decoding(groups[group], ofGroup, deep, keep), lost });
      } catch (error) {
        if (!lost || !(error instanceof VaezipError)) throw error;
        lost(error);
      }
    }
    const samples = blankSamples(deep ? 16 : 8, this.#offsetOf(rows.to - rows.from));
    await this.#run(tasks, [{ mode: Mode.decode, share: 1 }]);
    return { samples: depth ? depth.samplesOf(samples) : samples, start };
  }

  /** How the levels of 16-bit samples are coded. Throws VaezipError 'bad-file' where that is not told. */
  #depthOf({ depth }: Sides): ReadDepth | undefined {
    if (this.#shape.bitDepth === 8) return undefined;
    if (!depth) throw new VaezipError('bad-file', 'the table of the levels is missing');
    return readDepth(depth);
  }

  /** How a group is decoded. Throws VaezipError 'bad-file' for streams too short for it. */
  #decoding(
    group: Uint8Array | null,
    rows: Rows,
    deep: DeepLevels | undefined,
    keep: (job: PlanesJob, rows: Rows, messages: readonly Message[]) => void,
  ): GroupTask {
    if (!group) throw new VaezipError('bad-file', 'a group of rows is damaged');
    const streams = splitStreams(group, this.#likelihood.planes);
    const coded = streams.map(({ length }) => length);
    const plan = this.#plan(rows, 'decode', { coded, deep });
    checkStreams(plan, coded);
    let messages: Message[] = [];
    return {
      plan,
      open: (job) => {
        messages = job.readMessages(streams);
      },
      close: (job) => keep(job, rows, messages),
    };
  }

  /** Throws VaezipError 'too-large' where a job of these rows is. */
  #plan(rows: Rows, role: JobShape['role'], beside: Omit<Beside, 'images'>): JobPlan {
    const { width, height, images } = this.#shape;
    const inGroup = images > 1 ? heightOf(rows) / height : 1;
    const plan = this.#likelihood.plan(width, heightOf(rows), role, { ...beside, images: inGroup });
    if (!fits(plan))
      throw new VaezipError('too-large', `a photo of ${width} x ${height} pixels does not fit into memory`);
    return plan;
  }

  #run(tasks: readonly GroupTask[], passes: readonly Pass[]): Promise<void> {
    const { job } = this.#likelihood;
    const threads = this.#small ? Math.min(1, idleThreads()) : this.#options.threads;
    return runGroups(tasks, { job, passes }, { ...this.#options, threads });
  }

  /** Rows of all images, one below the other. */
  get #rows(): number {
    return this.#shape.height * this.#shape.images;
  }

  /** Turns a group's values to the scan, or back. */
  #turn(values: Samples | Float32Array, scan: Scan = 0): void {
    turn(values, this.#offsetOf(1), this.#likelihood.planes, scan);
  }

  /** Samples of so many rows. */
  #offsetOf(rows: number): number {
    return rows * this.#shape.width * this.#likelihood.planes;
  }
}

/**
 * Refuses streams that are too short for their samples, before memory is taken for those. A message with latents is not
 * looked at where they are many: what a sample costs, their bits may give back.
 */
function checkStreams(
  { width, height, deep, latentPlane, latentWords }: JobPlan,
  coded: readonly number[],
): void {
  const most = deep ? MAX_DEEP_SAMPLES_PER_BIT : MAX_SAMPLES_PER_BIT;
  for (const [plane, bytes] of coded.entries()) {
    // The state of an empty message takes 32 bits.
    const given = plane === latentPlane ? 32 * (latentWords ?? Number.POSITIVE_INFINITY) : 0;
    if (width * height > most * (8 * bytes - 32 + given))
      throw new VaezipError(
        'bad-file',
        `${bytes} bytes cannot hold the samples of ${width} x ${height} pixels: the file is damaged`,
      );
  }
}

/** What the tiles of all groups took; null where no group has tiles. */
function joinTiles(groups: readonly (TileCosts | null)[], rows: readonly Rows[]): TileCosts | null {
  const found = groups.flatMap((tiles, group) => (tiles ? [{ ...tiles, top: rows[group].from }] : []));
  if (found.length === 0) return null;
  return {
    x: found[0].x,
    rows: found.flatMap(({ rows, top }) => rows.map(({ from, to }) => ({ from: from + top, to: to + top }))),
    bits: Float32Array.from(found.flatMap(({ bits }) => [...bits])),
  };
}

/** Rows in ascending order, those joined that follow one another. */
function joinRows(rows: readonly Rows[]): Rows[] {
  const joined: Rows[] = [];
  for (const { from, to } of rows) {
    const before = joined.at(-1)?.to === from ? joined.pop() : undefined;
    joined.push({ from: before?.from ?? from, to });
  }
  return joined;
}

function heightOf({ from, to }: Rows): number {
  return to - from;
}

function bitsOf(sides: Sides): number {
  return Object.values(sides).reduce((sum, table) => sum + 8 * table.length, 0);
}

/** Planes of interleaved pixels, in the order in which they are coded: by a scan, of pixels not turned to it yet. */
function planesOf(pixels: Uint8Array, planes: 1 | 3, scan: Scan = 0): PlaneSamples[] {
  return CHANNELS[planes].map((coded) => {
    const channel = scan & BLUE_FIRST ? planes - 1 - coded : coded;
    return { pixels, planes, channel };
  });
}
