// The job that the threads coding one photo share: its memory layout and how it is filled in. The record itself mirrors
// codec/planes/static/assembly/job.ts, field by field.

import { Message, messageBytes } from '../../ans/message.ts';
import { VaezipError } from '../../error.ts';
import { Arena } from '../../kernel/arena.ts';
import { instantiateKernel, type Kernel, kernelMemory } from '../../kernel/kernel.ts';
import type { StaticWeights } from './weights.ts';

/** Fields of the record, u32 each, in the order of the kernel's class Job. */
const FIELDS = [
  'width',
  'height',
  'stride',
  'tilesAcross',
  'tileRows',
  'segments',
  'pixels',
  'samples',
  'errors',
  'predictorErrors',
  'scales',
  'layer1_0',
  'layer1_1',
  'layer1_2',
  'layer2_0',
  'layer2_1',
  'layer2_2',
  'layer3_0',
  'layer3_1',
  'layer3_2',
  'pooled_0',
  'pooled_1',
  'pooled_2',
  'posterior',
  'prior',
  'modulation',
  'tileModulation',
  'neutralModulation',
  'pools',
  'posteriors',
  'priors',
  'latents',
  'values',
  'centres',
  'latentBits',
  'message_0',
  'message_1',
  'message_2',
  'intervals_0',
  'intervals_1',
  'intervals_2',
  'scratch',
  'counters',
  'mode',
  'stage',
  'firstRow',
  'codedRow',
  'endRow',
  'features_0',
  'features_1',
  'features_2',
  'targets_0',
  'targets_1',
  'targets_2',
  'pooledInputs_0',
  'pooledInputs_1',
  'pooledInputs_2',
] as const; // prettier-ignore
type Field = (typeof FIELDS)[number];

export const Mode = { prepare: 0, encode: 1, decode: 2 } as const;
export const PLANES = [0, 1, 2] as const;

/** Features of each plane, and inputs of the pooled network: see codec/context and codec/planes/static/assembly/segment.ts. */
export const FEATURES = [64, 80, 96] as const;
export const POOLED_INPUTS = 48;
/** Values a plane that modulate its network: see codec/planes/static/assembly/job.ts. */
export const MODULATION = 112;

/** Addresses stay below 2 GiB: 12 bytes a pixel, 36 where there are no tiles, and 1.5 KB a column. */
const MAX_MEMORY = 2 ** 31 - 2 ** 20;
/** What the arena may skip before each part. */
const ALIGNMENT = 64;
const RECORD_BYTES = 4096;

export const TILE = 16;
const SEGMENT = 64;
const STRIP = 8;
/** Counters of the pipeline; the phase lies behind them: codec/planes/static/assembly/run.ts. */
const PIPELINE_BYTES = 256;
const PAD = 8;
export const LATENTS = 16;
/** Latents are coded as one of 2^10 bins: more bins follow -ELBO closer but draw more initial bits (docs/decisions.md). */
const LATENT_BITS = 10;

/** How an image is cut into tiles; depends on its size alone. Without latents it is one strip. */
export function staticGeometry(width: number, height: number, latents: boolean) {
  const tileRows = !latents || width < TILE ? 0 : Math.max(0, (height - STRIP) >> 4);
  return {
    tilesAcross: Math.max(1, width >> 4),
    tileRows,
    segments: Math.ceil(width / SEGMENT),
    /** Most rows that are coded between two visits to the latents. */
    stageRows: tileRows === 0 ? height : 2 * TILE - 1,
  };
}

/** Bytes of kernel memory that a job takes, part by part. */
function staticMemory(width: number, height: number, weights: StaticWeights, exportRows: number) {
  const { tilesAcross, tileRows, stageRows } = staticGeometry(width, height, weights.latents);
  const stride = (width + 2 * PAD + 3) & ~3;
  const ring = 3 * 8 * stride * 4;
  const parts = {
    pixels: width * height * 3,
    samples: ring,
    errors: ring,
    predictorErrors: 4 * ring,
    scales: ring,
    tileModulation: tilesAcross * 3 * MODULATION * 4,
    neutralModulation: 3 * MODULATION * 4,
    pools: tilesAcross * 3 * 28 * 4,
    posteriors: tileRows * tilesAcross * 2 * LATENTS * 4,
    priors: tilesAcross * 2 * LATENTS * 4,
    latents: tilesAcross * LATENTS * 4,
    values: Math.max(1, tileRows) * (tilesAcross + 1) * LATENTS * 4,
    centres: 4 << LATENT_BITS,
    scratch: 3 * 2048 + 1024,
    counters: PIPELINE_BYTES + 128,
    intervals_0: stageRows * width * 8,
    intervals_1: stageRows * width * 8,
    intervals_2: stageRows * width * 8,
    ...Object.fromEntries(
      PLANES.flatMap((p) => [
        [`features_${p}`, exportRows * width * 4 * FEATURES[p]],
        [`targets_${p}`, exportRows * width * 4 * 3],
        [`pooledInputs_${p}`, exportRows * ((width + 1) >> 1) * 4 * POOLED_INPUTS],
      ]),
    ),
  };
  const messages = 3 * (messageBytes(messageCapacity(width, height)) + ALIGNMENT);
  const partBytes = Object.values(parts).reduce((sum, bytes) => sum + bytes + ALIGNMENT, 0);
  return { stride, parts, total: partBytes + messages + weights.bytes + RECORD_BYTES };
}

/**
 * Words that a plane's message can grow to: 22 bits a sample, which is what the rarest level costs, and the latents' bits in
 * the third plane, below 1 a sample.
 */
function messageCapacity(width: number, height: number): number {
  return Math.ceil((width * height * 23) / 32) + 256;
}

/** A photo's job in a memory of its own. */
export class StaticJob {
  readonly kernel: Kernel;
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly stages: number;
  readonly #arena: Arena;
  readonly #capacity: number;

  /** Whether images of this size fit into a kernel's memory. */
  static fits(width: number, height: number, weights: StaticWeights): boolean {
    return staticMemory(width, height, weights, 0).total <= MAX_MEMORY;
  }

  /** `exportRows`: rows whose features are to be written for training; 0 for coding. */
  constructor(width: number, height: number, weights: StaticWeights, exportRows = 0) {
    const { tilesAcross, tileRows, segments } = staticGeometry(width, height, weights.latents);
    const { stride, parts, total } = staticMemory(width, height, weights, exportRows);
    this.#capacity = messageCapacity(width, height);
    this.kernel = instantiateKernel(kernelMemory(total));
    this.width = width;
    this.height = height;
    this.stages = tileRows + 1;
    const arena = new Arena(this.kernel);
    this.#arena = arena;
    this.address = arena.allocate(4 * FIELDS.length);
    this.#set({ width, height, stride, tilesAcross, tileRows, segments, latentBits: LATENT_BITS });
    for (const [name, bytes] of Object.entries(parts)) this.#set({ [name]: arena.allocate(bytes) });
    const place = (values: Float32Array) => {
      const at = arena.allocate(values.byteLength);
      new Float32Array(this.kernel.memory.buffer, at, values.length).set(values);
      return at;
    };
    for (const p of PLANES) {
      const plane = weights.planes[p];
      this.#set({
        [`layer1_${p}`]: place(plane.layer1),
        [`layer2_${p}`]: place(plane.layer2),
        [`layer3_${p}`]: place(plane.layer3),
        [`pooled_${p}`]: place(plane.pooled),
      });
    }
    this.#set({
      posterior: place(weights.posterior),
      prior: place(weights.prior),
      modulation: place(weights.modulation),
    });
    const centres = new Float32Array(this.kernel.memory.buffer, this.get('centres'), 1 << LATENT_BITS);
    for (let i = 0; i < centres.length; i++) centres[i] = this.kernel.exports.gaussianCentre(i, LATENT_BITS);
  }

  #set(values: Partial<Record<Field, number>>): void {
    const record = new Uint32Array(this.kernel.memory.buffer, this.address, FIELDS.length);
    for (const [name, value] of Object.entries(values)) record[FIELDS.indexOf(name as Field)] = value;
  }

  get(field: Field): number {
    return new Uint32Array(this.kernel.memory.buffer, this.address, FIELDS.length)[FIELDS.indexOf(field)];
  }

  /** The image's samples, height * width * 3, in the job's memory. */
  get pixels(): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, this.get('pixels'), this.width * this.height * 3);
  }

  /** An empty message for a plane. */
  createMessage(plane: 0 | 1 | 2): Message {
    return this.#place(plane, Message.create(this.kernel, this.#arena, this.#capacity));
  }

  /** The message of a plane's stream. Throws VaezipError 'bad-file' if it is none that such an image can have. */
  readMessage(plane: 0 | 1 | 2, stream: Uint8Array): Message {
    if (stream.length > 8 + 4 * this.#capacity) {
      throw new VaezipError(
        'bad-file',
        `a stream of ${stream.length} bytes is too long for its image: the file is damaged`,
      );
    }
    return this.#place(plane, Message.fromBytes(this.kernel, this.#arena, stream, this.#capacity));
  }

  #place(plane: 0 | 1 | 2, message: Message): Message {
    this.#set({ [`message_${plane}`]: message.address });
    return message;
  }

  /** Writes features of rows [codedRow, endRow), codedRow 0 or at least 6; the rows from codedRow - 6 on must hold samples. */
  exportFeatures(codedRow: number, endRow: number): void {
    this.#set({ firstRow: Math.max(0, codedRow - 4), codedRow, endRow });
    this.kernel.exports.staticExport(this.address);
  }

  /** f32 values at one of the job's addresses. */
  floats(field: Field, length: number): Float32Array {
    return new Float32Array(this.kernel.memory.buffer, this.get(field), length);
  }

  /** Makes the job ready to run in a mode. */
  start(mode: (typeof Mode)[keyof typeof Mode]): void {
    this.#set({ mode });
    this.kernel.exports.staticStart(this.address);
  }

  /** Share of the current run that is done, 0..1. */
  get progress(): number {
    const counters = this.get('counters') + PIPELINE_BYTES;
    const phase = Atomics.load(new Int32Array(this.kernel.memory.buffer, counters, 1), 0);
    return Math.min(1, phase / (2 * this.stages + 1));
  }
}
