// The job that the threads coding one photo share: its memory layout and how it is filled in. The records mirror the
// classes of codec/planes/learning/assembly/job.ts, codec/network/assembly/learner.ts and codec/planes/context/assembly/least-squares.ts
// and similar.ts, field by field.

import { Message, messageBytes } from '../../ans/message.ts';
import { VaezipError } from '../../error.ts';
import { Arena } from '../../kernel/arena.ts';
import { instantiateKernel, type Kernel, kernelMemory } from '../../kernel/kernel.ts';
import {
  type Architecture,
  featureCount,
  type LearningWeights,
  neighbourCount,
  type PlaneWeights,
  parameterCount,
  priorWeights,
} from './weights.ts';

/** Fields of the records, 32 bits each, in the order of the kernel's classes. */
// biome-ignore format: a table
const JOB = [
  'width', 'height', 'planes', 'stride', 'segments', 'bandRows', 'pixels', 'samples', 'errors', 'predictorErrors', 'scales',
  'similarErrors', 'blank', 'counters', 'mode', 'plane0', 'plane1', 'plane2',
];
// biome-ignore format: a table
const PLANE = [
  'channel', 'own', 'coded', 'later', 'learner', 'leastSquares', 'similar', 'messages', 'intervals', 'scratch',
];
// biome-ignore format: a table
const LEARNER = [
  'inputs', 'hidden1', 'hidden2', 'size', 'parameters', 'preconditioner', 'direction', 'squares', 'norm', 'x', 'h1', 'h2',
  'outputGradients', 'd1', 'd2', 'transposed', 'filled', 'seen', 'rate',
];
// biome-ignore format: a table
const LEAST_SQUARES = [
  'neighbours', 'terms', 'pairs', 'firstWeight', 'constants', 'prior', 'left', 'above', 'right', 'system', 'columns', 'pivots',
  'weights', 'values',
];
// biome-ignore format: a table
const SIMILAR = [
  'own', 'coded', 'stride', 'records', 'trust', 'nearness', 'weights', 'kept', 'system', 'result',
];

/** Encode and decode; learn: as encode, but nothing is kept that a stream would need. */
export const Mode = { encode: 0, decode: 1, learn: 2 } as const;

/** Addresses stay below 2 GiB. */
const MAX_MEMORY = 2 ** 31 - 2 ** 20;
const SEGMENT = 64;
/** A plane's stream ends, and another begins, after about so many samples: what an encoder keeps does not grow further. */
const BAND_SAMPLES = 2 ** 22;
const PAD = 8;
const BATCH = 16;
const OUTPUTS = 12;
const SCRATCH = 1024;
/** Of the predictor from similar contexts, in samples; bytes of a sample's record, and of its system of 16 rows. */
const SIMILAR_WINDOW = { rows: 15, columns: 28, current: 16, margin: 16, record: 80, system: 16 * 80 };
/** Bytes of four f32 lanes. */
const LANES = 16;
/** What the arena may skip before each part. */
const ALIGNMENT = 64;
/** Room, in units of ALIGNMENT, for a plane's four records and for what else is aligned beside its parts. */
const RECORDS = 12;
/** Green, red, blue. */
export const CHANNELS = { 1: [0], 3: [1, 0, 2] } as const;

type Role = 'encode' | 'decode' | 'learn';

function planeParts(architecture: Architecture, plane: number, width: number) {
  const inputs = featureCount(architecture, plane);
  const [hidden1, hidden2] = architecture.hidden;
  const size = parameterCount(architecture, plane);
  const neighbours = neighbourCount(architecture, plane);
  const terms = (neighbours * (neighbours + 3)) / 2;
  const learner = {
    parameters: 4 * size,
    preconditioner: 4 * size,
    direction: 4 * size,
    norm: LANES,
    x: 4 * BATCH * inputs,
    h1: 4 * BATCH * hidden1,
    h2: 4 * BATCH * hidden2,
    outputGradients: 4 * BATCH * OUTPUTS,
    d1: 4 * BATCH * hidden1,
    d2: 4 * BATCH * hidden2,
    transposed:
      4 * Math.max(BATCH * Math.max(inputs, hidden1, hidden2), hidden1 * hidden2, hidden2 * OUTPUTS),
  };
  const leastSquares = {
    constants: 2 * LANES,
    prior: 4 * neighbours,
    left: terms * LANES,
    above: ((width + 1) >> 1) * terms * LANES,
    right: (((width + 1) >> 1) + 1) * terms * LANES,
    system: terms * LANES,
    columns: 4 * (neighbours + 1) * LANES,
    pivots: neighbours * LANES,
    weights: neighbours * LANES,
    values: 2 * (neighbours + 1) * LANES,
  };
  const similar = architecture.similar ? similarParts(width) : {};
  return { inputs, size, neighbours, terms, learner, leastSquares, similar };
}

function similarStride(width: number): number {
  return width + 2 * SIMILAR_WINDOW.margin;
}

/** What the predictor from similar contexts keeps: a window's rows of records, and what it computes for a sample. */
function similarParts(width: number) {
  const { rows, columns, current, record, system } = SIMILAR_WINDOW;
  const stride = similarStride(width);
  const candidates = current + (rows - 1) * columns;
  return {
    records: rows * stride * record,
    trust: rows * stride * 4,
    nearness: candidates * 4,
    weights: candidates * 4,
    kept: (candidates + 1) * 8,
    system,
    result: LANES,
  };
}

function jobParts(planes: number, width: number, height: number) {
  const stride = (width + 2 * PAD + 3) & ~3;
  const ring = planes * 8 * stride * 4;
  return {
    stride,
    parts: {
      pixels: width * height * planes,
      samples: ring,
      errors: ring,
      predictorErrors: 4 * ring,
      scales: ring,
      similarErrors: ring,
      blank: 4 * stride,
      counters: 256 + ALIGNMENT,
    },
  };
}

/** How a photo is cut into bands of rows, each with a message a plane; depends on its size alone. */
export function bandsOf(width: number, height: number): { readonly rows: number; readonly count: number } {
  const rows = Math.max(1, Math.floor(BAND_SAMPLES / width));
  return { rows, count: Math.ceil(height / rows) };
}

/** Words that a plane's message can grow to: 22 bits a sample, which is what the rarest level costs. */
function messageCapacity(width: number, height: number): number {
  return Math.ceil((width * height * 23) / 32) + 256;
}

/** Bytes of a plane's intervals, start and frequency of each of a band's samples. */
function intervalBytes(width: number, height: number, role: Role): number {
  return role === 'encode' ? 8 * width * Math.min(height, bandsOf(width, height).rows) : 0;
}

/** Bytes of kernel memory that a job takes. */
function memoryOf({ architecture }: LearningWeights, width: number, height: number, role: Role): number {
  const roomOf = (parts: Record<string, number>) =>
    Object.values(parts).reduce((sum, bytes) => sum + bytes + ALIGNMENT, 0);
  const perPlane = architecture.neighbours.reduce((sum, _, plane) => {
    const { learner, leastSquares, similar, size } = planeParts(architecture, plane, width);
    return (
      sum +
      roomOf(learner) +
      roomOf(leastSquares) +
      roomOf(similar) +
      4 * size +
      SCRATCH +
      RECORDS * ALIGNMENT
    );
  }, 0);
  const bands = bandsOf(width, height);
  const message = messageBytes(messageCapacity(width, Math.min(height, bands.rows))) + 2 * ALIGNMENT;
  const messages = role === 'learn' ? 0 : bands.count * message;
  const { parts } = jobParts(architecture.planes, width, height);
  return (
    perPlane + roomOf(parts) + architecture.planes * (messages + intervalBytes(width, height, role)) + 4096
  );
}

/** A photo's job in a memory of its own. */
export class LearningJob {
  readonly kernel: Kernel;
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly planes: 1 | 3;
  readonly #arena: Arena;
  readonly #bands: { readonly rows: number; readonly count: number };
  readonly #capacity: number;
  readonly #weights: LearningWeights;
  readonly #records: number[] = [];
  readonly #learners: number[] = [];

  /** Whether images of this size fit into a kernel's memory, for encoding and decoding. */
  static fits(weights: LearningWeights, width: number, height: number): boolean {
    return memoryOf(weights, width, height, 'encode') <= MAX_MEMORY;
  }

  constructor(weights: LearningWeights, width: number, height: number, role: Role) {
    const { architecture } = weights;
    const { planes } = architecture;
    this.kernel = instantiateKernel(kernelMemory(memoryOf(weights, width, height, role)));
    this.#arena = new Arena(this.kernel);
    this.#bands = bandsOf(width, height);
    this.#capacity = messageCapacity(width, Math.min(height, this.#bands.rows));
    this.#weights = weights;
    this.width = width;
    this.height = height;
    this.planes = planes;
    const { stride, parts } = jobParts(planes, width, height);
    for (let plane = 0; plane < planes; plane++) this.#records.push(this.#createPlane(plane, role));
    this.address = this.#record(JOB, {
      ...{
        width,
        height,
        planes,
        stride,
        mode: Mode[role],
        bandRows: this.#bands.rows,
        segments: Math.ceil(width / SEGMENT),
      },
      ...this.#allocate(parts),
      ...Object.fromEntries(this.#records.map((address, plane) => [`plane${plane}`, address])),
    });
  }

  #createPlane(plane: number, role: Role): number {
    const { architecture } = this.#weights;
    const { inputs, size, neighbours, terms, ...parts } = planeParts(architecture, plane, this.width);
    const [hidden1, hidden2] = architecture.hidden;
    const learner = this.#record(LEARNER, {
      ...{ inputs, hidden1, hidden2, size },
      ...this.#allocate(parts.learner),
      squares: role === 'learn' ? this.#arena.allocate(4 * size) : 0,
    });
    this.#learners.push(learner);
    new Float32Array(this.kernel.memory.buffer, learner)[LEARNER.indexOf('rate')] = architecture.rate;
    const leastSquares = this.#record(LEAST_SQUARES, {
      ...{ neighbours, terms, pairs: (this.width + 1) >> 1 },
      ...this.#allocate(parts.leastSquares),
    });
    const at = (name: string) => this.#field(LEAST_SQUARES, leastSquares, name);
    this.#floats(at('constants'), 8).set([...architecture.forgetting, ...architecture.ridge]);
    this.#floats(at('prior'), neighbours).set(priorWeights(architecture, plane));
    const similar =
      architecture.similar &&
      this.#record(SIMILAR, {
        ...architecture.similar[plane],
        stride: similarStride(this.width),
        ...this.#allocate(parts.similar),
      });
    return this.#record(PLANE, {
      channel: CHANNELS[architecture.planes][plane] ?? 0,
      ...architecture.neighbours[plane],
      learner,
      leastSquares,
      similar: similar ?? 0,
      messages: this.#arena.allocate(4 * this.#bands.count),
      intervals: this.#arena.allocate(intervalBytes(this.width, this.height, role)),
      scratch: this.#arena.allocate(SCRATCH),
    });
  }

  #record(fields: readonly string[], values: Readonly<Record<string, number>>): number {
    const address = this.#arena.allocate(4 * fields.length);
    const record = new Uint32Array(this.kernel.memory.buffer, address, fields.length);
    fields.forEach((name, index) => {
      record[index] = values[name] ?? 0;
    });
    return address;
  }

  #allocate(parts: Readonly<Record<string, number>>): Record<string, number> {
    return Object.fromEntries(
      Object.entries(parts).map(([name, bytes]) => [name, this.#arena.allocate(bytes)]),
    );
  }

  #field(fields: readonly string[], record: number, name: string): number {
    return new Uint32Array(this.kernel.memory.buffer, record, fields.length)[fields.indexOf(name)];
  }

  #floats(address: number, length: number): Float32Array {
    return new Float32Array(this.kernel.memory.buffer, address, length);
  }

  /** The image's samples, height * width * planes, in the job's memory. */
  get pixels(): Uint8Array {
    const address = this.#field(JOB, this.address, 'pixels');
    return new Uint8Array(this.kernel.memory.buffer, address, this.width * this.height * this.planes);
  }

  /** A plane's parameters as they are now. */
  parameters(plane: number): Float32Array {
    return this.#ofLearner(plane, 'parameters');
  }

  /** Sums of a plane's squared gradients since they were last set to 0; jobs that learn alone have them. */
  squares(plane: number): Float32Array {
    return this.#ofLearner(plane, 'squares');
  }

  #ofLearner(plane: number, name: string): Float32Array {
    const size = parameterCount(this.#weights.architecture, plane);
    return this.#floats(this.#field(LEARNER, this.#learners[plane], name), size);
  }

  /** Empty messages, those of each band's planes one after the other. */
  createMessages(): Message[] {
    return this.#place(() => Message.create(this.kernel, this.#arena, this.#capacity));
  }

  /** The messages of a photo's streams. Throws VaezipError 'bad-file' if they are none that such a photo can have. */
  readMessages(streams: readonly Uint8Array[]): Message[] {
    return this.#place((index) => {
      const stream = streams[index];
      if (stream.length > 8 + 4 * this.#capacity)
        throw new VaezipError(
          'bad-file',
          `a stream of ${stream.length} bytes is too long for its image: the file is damaged`,
        );
      return Message.fromBytes(this.kernel, this.#arena, stream, this.#capacity);
    });
  }

  #place(message: (index: number) => Message): Message[] {
    return Array.from({ length: this.#bands.count * this.planes }, (_, index) => {
      const placed = message(index);
      const table = this.#field(PLANE, this.#records[index % this.planes], 'messages');
      const band = Math.floor(index / this.planes);
      new Uint32Array(this.kernel.memory.buffer, table, this.#bands.count)[band] = placed.address;
      return placed;
    });
  }

  /** Makes the job ready to run, from the model's weights or from others. */
  start(planes: readonly PlaneWeights[] = this.#weights.planes): void {
    planes.forEach(({ parameters, preconditioner }, plane) => {
      this.parameters(plane).set(parameters);
      this.#ofLearner(plane, 'preconditioner').set(preconditioner);
    });
    this.kernel.exports.learningStart(this.address);
  }

  /** Share of the current run that is done, 0..1. */
  get progress(): number {
    const counters = this.#field(JOB, this.address, 'counters');
    const words = new Int32Array(this.kernel.memory.buffer, counters, 64);
    const total = Math.ceil(this.width / SEGMENT) * this.height * this.planes;
    let done = 0;
    for (let plane = 0; plane < this.planes; plane++) done += Atomics.load(words, 16 * (plane + 1));
    return Math.min(1, done / total);
  }
}
