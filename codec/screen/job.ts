// A job of the screen family in a kernel's memory: an image, what has been learnt of it, and the message. One thread
// at a time works on it, from block to block.

import { LEAST_CAPACITY, Message, messageBytes } from '../ans/message.ts';
import { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import { borrowKernel, returnKernel } from '../kernel/pool.ts';
import {
  alignedBytes,
  floats,
  type KernelRecord,
  plan,
  plannedBytes,
  type RecordPlan,
  room,
} from '../kernel/records.ts';
import type { ThreadedFunction, Work } from '../kernel/threads.ts';
import { skipLearnerPlan } from '../planes/online/job.ts';
import type { PlaneWeights } from '../planes/weights.ts';
import type { Colours } from './colours.ts';
import { networkSize, type ScreenArchitecture, type ScreenWeights, TABLES_BYTES } from './weights.ts';

const {
  ENCODE,
  DECODE,
  LEARN,
  PAD,
  RING,
  ERROR_RING,
  ERROR_BYTES,
  PIXEL_CONTEXTS,
  SLOT_BYTES,
  VALUE_CONTEXTS,
  LINE_BYTES,
  BLOCK,
  MOST_A_PIXEL,
} = Constants['screen/job'];
const { TABLE_BYTES } = Constants['screen/probabilities'];
const { SCRATCH_BYTES } = Constants['screen/escape'];
const { FEATURES } = Constants['screen/network'];
const { OUTPUTS } = Constants['network/steps'];
const { MIXTURE_BYTES } = Constants['distributions/logistic-mixture'];
const { CODE_LENGTH_BYTES } = Constants['distributions/code-length'];

const Mode = { encode: ENCODE, measure: ENCODE, decode: DECODE, learn: LEARN } as const;
export type Role = keyof typeof Mode;

/** Of tables of slots and of lines, in log2: the most, and the fewest, for small images. */
const MOST_SLOTS = 16;
const FEWEST_SLOTS = 8;
const MOST_LINES = 14;
const FEWEST_LINES = 8;
/** Slots for each pixel of a small image, and lines for each. */
const SLOTS_A_PIXEL = 2;
const LINES_A_PIXEL = 1 / 2;

/** Least-squares predictors of a plane that comes after so many: their neighbours, and the first two, W and N. */
const NEIGHBOURS = [12, 16, 20];
const PRIOR = 0.5;
/** What the four predictors keep of the samples before at each new one, and the ridge toward the prior. */
const FORGETTING = [0.96, 0.985, 0.995, 0.9985];
const RIDGE = [8, 4, 2, 1];

export interface ScreenShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

export interface ScreenPlan extends ScreenShape {
  readonly role: Role;
  readonly colours: Colours;
  readonly record: RecordPlan<'ScreenJob'>;
  /** Words that there is room for in the message. */
  readonly capacity: number;
}

/** What a job holds. `streamBytes`: of the stream that is to be decoded. */
export function screenPlan(
  shape: ScreenShape,
  colours: Colours,
  role: Role,
  { architecture, planes, tables }: ScreenWeights,
  streamBytes = 0,
): ScreenPlan {
  const { width, height, channels } = shape;
  const pixels = width * height;
  const stride = width + 2 * PAD;
  const decisions =
    role === 'encode' || role === 'measure' ? Math.min(BLOCK, MOST_A_PIXEL * (pixels + 1)) : 0;
  const slotsLog2 = log2For(SLOTS_A_PIXEL * pixels, FEWEST_SLOTS, MOST_SLOTS);
  const linesLog2 = log2For(LINES_A_PIXEL * pixels, FEWEST_LINES, MOST_LINES);
  const record = plan('ScreenJob', {
    mode: Mode[role],
    ...{ width, height, channels },
    hasAlpha: Number(colours.hasAlpha),
    hasColour: Number(colours.hasColour),
    hasClear: Number(colours.clear !== null),
    clear: colours.clear ?? 0,
    samples: room(pixels * channels),
    pixels: floats(RING * stride),
    hashes7: floats(RING * stride),
    hashes11: floats(RING * stride),
    escapes: room(2 * stride),
    errors: room(4 * ERROR_RING * stride * ERROR_BYTES),
    stride,
    slots: room((PIXEL_CONTEXTS << slotsLog2) * SLOT_BYTES),
    slotsLog2,
    lines: room((VALUE_CONTEXTS << linesLog2) * LINE_BYTES),
    linesLog2,
    parameters: tables,
    table: room(TABLE_BYTES),
    scratch: room(SCRATCH_BYTES),
    leastSquares0: leastSquaresPlan(0),
    leastSquares1: colours.hasColour ? leastSquaresPlan(1) : 0,
    leastSquares2: colours.hasColour ? leastSquaresPlan(2) : 0,
    leastSquares3: colours.hasAlpha ? leastSquaresPlan(0) : 0,
    ...(architecture &&
      Object.fromEntries(
        learners(colours).map((plane) => [`learner${plane}`, learnerPlan(architecture, planes[plane], role)]),
      )),
    ...{ mixture: room(MIXTURE_BYTES), outputs: floats(OUTPUTS), zeros: floats(OUTPUTS) },
    decisions: floats(decisions),
    likelihood: room(CODE_LENGTH_BYTES),
    costs: role === 'measure' ? floats(pixels) : 0,
  });
  // A decision takes 16 bits at most.
  const words = role === 'decode' ? Math.ceil(streamBytes / 4) : decisions / 2;
  return { ...shape, role, colours, record, capacity: Math.max(LEAST_CAPACITY, Math.ceil(words) + 2) };
}

/** Bits of the whole part of a count below 2^32, within bounds: by integers, since sizes of tables decide bits. */
function log2For(count: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, 32 - Math.clz32(count)));
}

/** Planes that networks look at. */
function learners({ hasColour }: Colours): readonly number[] {
  return hasColour ? [0, 1, 2] : [0];
}

function learnerPlan(
  architecture: ScreenArchitecture,
  { parameters, preconditioner }: PlaneWeights,
  role: Role,
) {
  const { units, rate } = architecture;
  const learner = skipLearnerPlan(FEATURES, units, networkSize(architecture), rate, role);
  return { ...learner, fields: { ...learner.fields, parameters, preconditioner } };
}

function leastSquaresPlan(coded: number) {
  const neighbours = NEIGHBOURS[coded];
  const terms = (neighbours * (neighbours + 3)) / 2;
  const prior = new Float32Array(neighbours);
  prior.fill(PRIOR, 0, 2);
  return plan('LeastSquares', {
    ...{ neighbours, terms, bundle: 2 },
    constants: Float32Array.from([...FORGETTING, ...RIDGE]),
    prior,
    left: floats(4 * terms),
    system: floats(4 * terms),
    columns: floats(16 * (neighbours + 1)),
    pivots: floats(4 * neighbours),
    weights: floats(4 * neighbours),
    values: floats(4 * (neighbours + 1)),
  });
}

/** Bytes of kernel memory that a job takes. */
export function memoryOf({ record, capacity }: ScreenPlan): number {
  return plannedBytes(record) + alignedBytes(messageBytes(capacity));
}

/** A job in a memory of its own. */
export class ScreenJob implements Work {
  readonly name: ThreadedFunction = 'screenRun';
  readonly most = 1;
  readonly kernel: Kernel;
  readonly #plan: ScreenPlan;
  readonly #arena: Arena;
  readonly #record: KernelRecord<'ScreenJob'>;
  #message: Message | undefined;

  /** Throws OutOfMemory where there is not so much memory. */
  constructor(plan: ScreenPlan) {
    this.#plan = plan;
    this.kernel = borrowKernel(memoryOf(plan));
    this.#arena = new Arena(this.kernel);
    this.#record = this.#arena.lay(plan.record);
    this.kernel.exports.screenStart(this.#record.address);
  }

  get address(): number {
    return this.#record.address;
  }

  /** The image's samples, height * width * channels, in the job's memory. */
  get samples(): Uint8Array {
    const { width, height, channels } = this.#plan;
    return new Uint8Array(this.kernel.memory.buffer, this.#record.get('samples'), width * height * channels);
  }

  /** What each pixel has taken, in bits, of a job that measures. */
  get pixelCosts(): Float32Array {
    return this.#record.floats('costs', this.#plan.width * this.#plan.height).slice();
  }

  /** The tables as they are now, in the job's memory. */
  get tables(): Float32Array {
    return this.#record.floats('parameters', TABLES_BYTES / 4);
  }

  /** A network's parameters as they are now, or sums of squared gradients, which jobs that learn alone have. */
  ofNetwork(plane: number, name: 'parameters' | 'squares'): Float32Array {
    const steps = this.#record.record(`learner${plane}` as 'learner0', 'Steps');
    return steps.floats(name, steps.get('size'));
  }

  /** An empty message for the next block. */
  openMessage(): Message {
    if (!this.#message) this.#place(Message.create(this.kernel, this.#arena, this.#plan.capacity));
    else this.#message.clear();
    return this.#message as Message;
  }

  /** Has the last block's message start from this beyond 2^32 (ans/message.ts). */
  startFrom(start: number): void {
    this.#record.set('start', start);
  }

  /** The message of a stream. Throws VaezipError 'bad-file' if it is none. */
  readMessage(stream: Uint8Array): Message {
    return this.#place(Message.fromBytes(this.kernel, this.#arena, stream, this.#plan.capacity));
  }

  #place(message: Message): Message {
    this.#message = message;
    this.#record.set('message', message.address);
    return message;
  }

  /** Ends the run: nobody wants its result any more. */
  stop(): void {
    this.#record.set('stopped', 1);
  }

  /** Whether a run has ended early. */
  get isStopped(): boolean {
    return this.#record.get('stopped') !== 0;
  }

  /** Rows at the top that came from blocks which ended as they must. */
  get safeRows(): number {
    return this.#record.get('safeRows');
  }

  /** Whether all rows are done. */
  get isDone(): boolean {
    return this.#record.get('y') === this.#plan.height;
  }

  /** Share of the image that is done, 0..1. */
  get progress(): number {
    return this.#record.get('y') / this.#plan.height;
  }

  /** Bits of the real-valued model, of all that has been coded. */
  get likelihood(): number {
    return this.kernel.exports.screenLikelihood(this.#record.address);
  }

  /** Works on the calling thread to the end of the block, without a pause. */
  runHere(): void {
    while (this.kernel.exports.screenRun(this.#record.address, 0x7fffffff) === 0);
  }

  /** Gives the memory to the next job; with it the use of this one ends. */
  release(): void {
    returnKernel(this.kernel, this.#arena.end);
  }
}
