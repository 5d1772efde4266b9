// A model of the screen family at work: flags, then the decisions' blocks, in one group.

import type { Message } from '../ans/message.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { VaezipError } from '../error.ts';
import { idleThreads, runOnThreads } from '../kernel/threads.ts';
import type {
  Coded,
  CodingOptions,
  Damaged,
  Decoded,
  Direction,
  Encoded,
  EncodeOptions,
  Measured,
  Model,
  Salvaged,
  Session,
} from '../model/model.ts';
import { checkSides } from '../model/sides.ts';
import { columnOf, type Samples, type Shape } from '../pixels/pixels.ts';
import { joinStreams, splitStreams } from '../planes/streams.ts';
import { type Colours, coloursBytes, coloursOf, readColours, writeColours } from './colours.ts';
import { memoryOf, ScreenJob, type ScreenPlan, screenPlan } from './job.ts';
import type { ScreenWeights } from './weights.ts';

/** Addresses stay below 2 GiB. */
const MAX_MEMORY = 2 ** 31 - 2 ** 20;
/** Smaller images are coded by a thread that waits, or the calling one: starting another would take longer. */
const LEAST_THREADED_PIXELS = 1 << 14;
/** A pixel whose candidate is as sure as can be costs log2(2^16 / (2^16 - 2)) bits. */
const MAX_PIXELS_PER_BIT = 22713;
const PROGRESS_MILLISECONDS = 100;

/** With alpha and colours, which take most memory. */
const ANY_COLOURS: Colours = { hasAlpha: true, hasColour: true, clear: null };

export function screenModel(name: string, id: string, weights: ScreenWeights): Model {
  const largest = (shape: Shape, role: Direction, bytes: number) =>
    memoryOf(screenPlan(shape, ANY_COLOURS, role, weights, bytes));
  return {
    name,
    id,
    codesAlpha: true,
    takesStart: true,
    accepts: (shape) => shape.bitDepth === 8 && largest(columnOf(shape), 'encode', 0) <= MAX_MEMORY,
    memory: (shape, direction, fileBytes) => largest(columnOf(shape), direction, fileBytes) + fileBytes,
    open: (shape, options) => new ScreenSession(columnOf(shape), weights, options),
  };
}

class ScreenSession implements Session {
  readonly #shape: Shape;
  readonly #weights: ScreenWeights;
  readonly #options: CodingOptions;

  constructor(shape: Shape, weights: ScreenWeights, options: CodingOptions) {
    this.#shape = shape;
    this.#weights = weights;
    this.#options = options;
  }

  encode(samples: Samples, options?: EncodeOptions): Promise<Encoded> {
    return this.#encode(samples, 'encode', options);
  }

  /** A pixel's cost is shared out evenly among its samples: most are coded as wholes. */
  async measure(samples: Samples, options?: EncodeOptions): Promise<Measured> {
    const { channels } = this.#shape;
    const costs = new Float32Array(samples.length);
    const encoded = await this.#encode(samples, 'measure', options, (job) => {
      const ofPixels = job.pixelCosts;
      for (let i = 0; i < costs.length; i++) costs[i] = ofPixels[Math.floor(i / channels)] / channels;
    });
    const beside = 8 * coloursBytes(coloursOf(samples, this.#shape));
    return { ...encoded, costs: { samples: costs, tiles: null, beside } };
  }

  /** `look`: at the job once all is coded. */
  async #encode(
    samples: Samples,
    role: 'encode' | 'measure',
    { start = null }: EncodeOptions = {},
    look?: (job: ScreenJob) => void,
  ): Promise<Encoded> {
    const colours = coloursOf(samples, this.#shape);
    const job = new ScreenJob(screenPlan(this.#shape, colours, role, this.#weights));
    job.samples.set(samples as Uint8Array);
    job.startFrom(start ?? 0);
    const writer = new ByteWriter();
    writeColours(writer, colours);
    const sideBits = 8 * coloursBytes(colours);
    const blocks: Uint8Array[] = [];
    let net = 0;
    let initial = 0;
    let message = job.openMessage();
    await this.#run(job, () => {
      blocks.push(message.toBytes());
      net += message.netBits;
      initial += message.initialBits;
      message = job.openMessage();
    });
    const likelihood = job.likelihood + sideBits;
    look?.(job);
    job.release();
    writer.bytes(joinStreams([concatenated(blocks)]));
    return {
      sides: {},
      groups: [writer.finish()],
      ...(start !== null && { hasStart: true }),
      lengths: { likelihood, kl: 0, net: net + sideBits, initial },
    };
  }

  async decode(coded: Coded): Promise<Decoded> {
    const { samples, start, damage } = await this.#decode(coded);
    if (damage) throw damage;
    return { samples, start };
  }

  /** The rows of the blocks before the damaged one. */
  async salvage(damaged: Damaged): Promise<Salvaged> {
    const { samples, damage, safeRows } = await this.#decode(damaged);
    if (!damage) return { samples, lost: [] };
    if (safeRows === 0) throw damage;
    return { samples, lost: [{ from: safeRows, to: this.#shape.height }] };
  }

  /** The samples and the start; where the stream is damaged, what is wrong, and how many rows at the top are not. */
  async #decode({ sides, groups, hasStart = false }: Damaged) {
    checkSides(sides);
    const [group] = groups;
    if (groups.length !== 1 || !group)
      throw new VaezipError('bad-file', `${groups.length} groups where such an image has one`);
    const reader = new ByteReader(group);
    const colours = readColours(reader, this.#shape);
    const [stream] = splitStreams(reader.take(reader.remaining), 1);
    const plan = screenPlan(this.#shape, colours, 'decode', this.#weights, stream.length);
    checkStream(plan, stream.length);
    const job = new ScreenJob(plan);
    const message = job.readMessage(stream);
    await this.#run(job, () => {});
    const end = job.isStopped ? { start: null, damage: damagedStream() } : endOf(message, hasStart);
    const { safeRows } = job;
    const samples = job.samples.slice();
    job.release();
    return { samples, ...end, safeRows };
  }

  /** Runs a job from block to block, and calls `close` behind each. */
  async #run(job: ScreenJob, close: () => void): Promise<void> {
    const { signal, onProgress, threads } = this.#options;
    signal?.throwIfAborted();
    const stop = () => job.stop();
    signal?.addEventListener('abort', stop);
    const timer = setInterval(() => onProgress?.(job.progress), PROGRESS_MILLISECONDS);
    const { width, height } = this.#shape;
    const small = width * height < LEAST_THREADED_PIXELS;
    let free = true;
    try {
      await runOnThreads(Math.min(threads, small ? idleThreads() : 1, 1), {
        begin: () => {
          if (!free || job.isDone || job.isStopped) return null;
          free = false;
          return job;
        },
        end: () => {
          free = true;
          if (!signal?.aborted) close();
        },
        stop,
      });
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
    }
    signal?.throwIfAborted();
  }
}

/** What a message at its end started from, where it `hasStart`; what is wrong with it, null for nothing. */
function endOf(
  message: Message,
  hasStart: boolean,
): Pick<Decoded, 'start'> & { readonly damage: VaezipError | null } {
  try {
    if (hasStart) return { start: message.restoredStart(), damage: null };
    message.assertRestored();
    return { start: null, damage: null };
  } catch (error) {
    if (error instanceof VaezipError) return { start: null, damage: error };
    throw error;
  }
}

function damagedStream(): VaezipError {
  return new VaezipError('bad-file', 'a stream ends before its image, or beyond it: the file is damaged');
}

/** Refuses a stream that is too short for its pixels, before memory is taken for those. */
function checkStream({ width, height }: ScreenPlan, bytes: number): void {
  if (width * height > MAX_PIXELS_PER_BIT * 8 * bytes)
    throw new VaezipError(
      'bad-file',
      `${bytes} bytes cannot hold ${width} x ${height} pixels: the file is damaged`,
    );
}

/** Blocks one after the other, as one stream. */
function concatenated(blocks: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const block of blocks) writer.bytes(block);
  return writer.finish();
}
