// A message: the rANS stack that every codec pushes onto and pops from (Duda 2013; Townsend et al. 2019,
// section 2.2). In kernel memory, little endian: u64 state in [2^32, 2^64); u32 words on the stack, u32
// words that fit, u32 seed words drawn, u32 overflow flag; then the words, bottom first. What does not
// fit there waits in JavaScript, below the window.

import { VaezipError } from '../error.ts';
import type { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';

const { TOP, CAPACITY, SEEDS, OVERFLOW, WORDS } = Constants['ans/rans'];
const INITIAL_STATE = 1n << 32n;
const DEFAULT_CAPACITY = 1 << 14;
/**
 * The lowest bits of the state that a message starts from tell a decoder nothing, so they may carry something else; so
 * many of them, that the others still show damage.
 */
export const START_BITS = 24;
/** The fewest words that there is room for in a message. */
export const LEAST_CAPACITY = 64;

/** Bytes of kernel memory that a message of `capacity` words takes. */
export function messageBytes(capacity: number): number {
  return WORDS + 4 * capacity;
}

/**
 * A stack of symbols. Popping from an empty one draws seed words: fixed pseudorandom bits, counted in `seeds`.
 * Kernel code that pushes n symbols at `address` needs `reserve(n)` before, code that pops n symbols `provide(n)`.
 */
export class Message {
  readonly kernel: Kernel;
  readonly address: number;
  /** All of the kernel's memory. */
  readonly memory: Uint8Array;
  readonly #view: DataView;
  /** Words below the window, as blocks from the bottom up. */
  readonly #below: Uint32Array[] = [];
  readonly #arena: Arena;
  #scratch = 0;
  #scratchBytes = 0;

  /** The message that lies at `address` already; `arena` is where its codecs find memory for their arguments. */
  constructor(kernel: Kernel, arena: Arena, address: number) {
    this.kernel = kernel;
    this.#arena = arena;
    this.address = address;
    this.memory = new Uint8Array(kernel.memory.buffer);
    this.#view = new DataView(kernel.memory.buffer, address);
  }

  /** An empty message: state 2^32, no words. `capacity` words (at least 64) lie in the kernel's memory at a time. */
  static create(kernel: Kernel, arena: Arena, capacity: number = DEFAULT_CAPACITY): Message {
    if (!(capacity >= LEAST_CAPACITY && capacity <= 0x1fffffff))
      throw new VaezipError('bad-argument', `a message holds 64 to 2^29 words at a time, not ${capacity}`);
    const message = new Message(kernel, arena, arena.allocate(messageBytes(capacity)));
    message.#view.setBigUint64(0, INITIAL_STATE, true);
    message.#view.setUint32(TOP, 0, true);
    message.#view.setUint32(CAPACITY, capacity, true);
    message.#view.setUint32(SEEDS, 0, true);
    message.#view.setUint32(OVERFLOW, 0, true);
    return message;
  }

  /** The message that `toBytes` wrote. Throws VaezipError 'bad-file' on bytes that it cannot have written. */
  static fromBytes(kernel: Kernel, arena: Arena, bytes: Uint8Array, capacity?: number): Message {
    checkBytes(bytes);
    const words = bytes.length / 4 - 2;
    const message = Message.create(kernel, arena, capacity ?? Math.max(words, DEFAULT_CAPACITY));
    message.read(bytes);
    return message;
  }

  /** Becomes the message that `toBytes` wrote. Throws VaezipError 'bad-file' on bytes that it cannot have written. */
  read(bytes: Uint8Array): void {
    checkBytes(bytes);
    const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const state = source.getBigUint64(0, true);
    if (state < INITIAL_STATE)
      throw new VaezipError('bad-file', 'a stream starts with an impossible state: the file is damaged');
    this.clear();
    this.#view.setBigUint64(0, state, true);
    const words = bytes.length / 4 - 2;
    for (let from = 0; from < words; ) {
      this.reserve(1);
      const count = Math.min(this.#capacity - this.#top, words - from);
      for (let i = 0; i < count; i++)
        this.#setWord(this.#top + i, source.getUint32(bytes.length - 4 * (from + i + 1), true));
      this.#view.setUint32(TOP, this.#top + count, true);
      from += count;
    }
  }

  /** Has the message, which is empty, start from the state 2^32 + `start`, of START_BITS bits, in place of 2^32. */
  startFrom(start: number): void {
    if (!(Number.isInteger(start) && start >= 0 && start < 2 ** START_BITS))
      throw new VaezipError('bad-argument', `a message starts from ${START_BITS} bits, not from ${start}`);
    this.#view.setBigUint64(0, INITIAL_STATE + BigInt(start), true);
  }

  /** Makes it an empty one again. */
  clear(): void {
    this.#below.length = 0;
    this.#view.setBigUint64(0, INITIAL_STATE, true);
    for (const field of [TOP, SEEDS, OVERFLOW]) this.#view.setUint32(field, 0, true);
  }

  get #top(): number {
    return this.#view.getUint32(TOP, true);
  }

  get #capacity(): number {
    return this.#view.getUint32(CAPACITY, true);
  }

  #word(index: number): number {
    return this.#view.getUint32(WORDS + 4 * index, true);
  }

  #setWord(index: number, value: number): void {
    this.#view.setUint32(WORDS + 4 * index, value, true);
  }

  /** The state, in [2^32, 2^64). */
  get state(): bigint {
    return this.#view.getBigUint64(0, true);
  }

  /** Number of 32-bit words on the stack. */
  get length(): number {
    return this.#below.reduce((sum, block) => sum + block.length, this.#top);
  }

  /** Seed words drawn so far. */
  get seeds(): number {
    return this.#view.getUint32(SEEDS, true);
  }

  /** What the message holds, in bits, fractions of a bit included. For reports: nothing that is coded depends on it. */
  get bits(): number {
    return 32 * this.length + Math.log2(Number(this.state));
  }

  /** Bits that the message started from: the initial state's 32 and the seed words. */
  get initialBits(): number {
    return 32 + 32 * this.seeds;
  }

  /** Bits that the message has grown by. */
  get netBits(): number {
    return this.bits - this.initialBits;
  }

  /**
   * Pushes the interval [start, start + frequency) of [0, 2^precision); precision is 0 to 32 and frequency 1 to
   * 2^32 - 1. Throws VaezipError 'bad-argument' on an interval that is empty or goes past the end.
   */
  push(start: number, frequency: number, precision: number): void {
    this.#checkInterval(start, frequency, precision);
    if (precision === 0) return;
    this.reserve(1);
    this.kernel.exports.push(this.address, start, frequency, precision);
  }

  /** The position in [0, 2^precision) that the next `pop` is to resolve. */
  peek(precision: number): number {
    return precision === 0 ? 0 : this.kernel.exports.peek(this.address, precision) >>> 0;
  }

  /** Removes the interval that holds `peek(precision)`. Throws VaezipError 'bad-argument' if it does not hold it. */
  pop(start: number, frequency: number, precision: number): void {
    this.#checkInterval(start, frequency, precision);
    if (precision === 0) return;
    const position = this.peek(precision);
    if (position < start || position >= start + frequency)
      throw new VaezipError(
        'bad-argument',
        `position ${position} is not in [${start}, ${start + frequency})`,
      );
    this.provide(1);
    this.kernel.exports.pop(this.address, start, frequency, precision);
  }

  #checkInterval(start: number, frequency: number, precision: number): void {
    if (
      !(
        start >= 0 &&
        frequency >= 1 &&
        frequency < 2 ** 32 &&
        start + frequency <= 2 ** precision &&
        precision <= 32
      )
    )
      throw new VaezipError(
        'bad-argument',
        `no interval of 2^${precision}: ${start}, frequency ${frequency}`,
      );
  }

  /**
   * Has the kernel push `count` symbols, one word each at most: calls `push(from, to)` on ranges
   * of 0..count, last range first; each call is to push its symbols from to - 1 down to from.
   * Throws VaezipError 'too-large' if one did not fit.
   */
  pushVector(count: number, push: (from: number, to: number) => void): void {
    const step = this.#capacity >> 1;
    for (let to = count; to > 0; to -= step) {
      const from = Math.max(0, to - step);
      this.reserve(to - from);
      push(from, to);
    }
    this.assertIntact();
  }

  /** Has the kernel pop `count` symbols: calls `pop(from, to)` on ranges of 0..count, first range first. */
  popVector(count: number, pop: (from: number, to: number) => void): void {
    const step = this.#capacity >> 1;
    for (let from = 0; from < count; from += step) {
      const to = Math.min(count, from + step);
      this.provide(to - from);
      pop(from, to);
    }
  }

  /** Makes room for `words` pushed words, at most half of the capacity, by moving the lowest ones out of the window. */
  reserve(words: number): void {
    const top = this.#top;
    if (top + words <= this.#capacity) return;
    const moved = Math.min(top, Math.max(top + words - this.#capacity, top >> 1));
    const block = new Uint32Array(moved);
    for (let i = 0; i < moved; i++) block[i] = this.#word(i);
    this.#below.push(block);
    for (let i = moved; i < top; i++) this.#setWord(i - moved, this.#word(i));
    this.#view.setUint32(TOP, top - moved, true);
  }

  /** Brings words back into the window until `words` pops, at most half of the capacity, find all that there are. */
  provide(words: number): void {
    while (this.#top < words && this.#below.length > 0) {
      const top = this.#top;
      // The window takes it: `reserve` moves half of the capacity at most, and less than half is left.
      const block = this.#below.pop() as Uint32Array;
      for (let i = top - 1; i >= 0; i--) this.#setWord(i + block.length, this.#word(i));
      for (let i = 0; i < block.length; i++) this.#setWord(i, block[i]);
      this.#view.setUint32(TOP, top + block.length, true);
    }
  }

  /** Address of `bytes` bytes, aligned to 64, for the arguments of one kernel call; the next caller overwrites them. */
  scratch(bytes: number): number {
    if (bytes > this.#scratchBytes) {
      this.#scratchBytes = Math.max(bytes, 2 * this.#scratchBytes, 4096);
      this.#scratch = this.#arena.allocate(this.#scratchBytes);
    }
    return this.#scratch;
  }

  /** Throws VaezipError 'too-large' if a push of kernel code found the stack full: symbols were lost then. */
  assertIntact(): void {
    if (this.#view.getUint32(OVERFLOW, true) !== 0)
      throw new VaezipError('too-large', `a message outgrew its ${this.#capacity} words`);
  }

  /**
   * Checks that everything has been popped and pushed back: the state is 2^32, no seed word has been drawn, and the
   * stack holds nothing but the seed words 0, 1, 2 ... that the encoder drew, from the top down. A decoder whose stream
   * was not damaged ends so; throws VaezipError 'bad-file' otherwise.
   */
  assertRestored(): void {
    if (this.restoredStart() !== 0) throw notRestored();
  }

  /** As `assertRestored`, of a message that `startFrom` may have been told where to start: returns that. */
  restoredStart(): number {
    this.assertIntact();
    const words = this.words();
    const restored = words.every(
      (word, i) => word === this.kernel.exports.seedWord(words.length - 1 - i) >>> 0,
    );
    const start = this.state - INITIAL_STATE;
    if (start >= 1n << BigInt(START_BITS) || this.seeds !== 0 || !restored) throw notRestored();
    return Number(start);
  }

  /** The words on the stack, bottom first. */
  words(): Uint32Array {
    const words = new Uint32Array(this.length);
    let next = 0;
    for (const block of this.#below) {
      words.set(block, next);
      next += block.length;
    }
    for (let i = 0; i < this.#top; i++) words[next + i] = this.#word(i);
    return words;
  }

  /**
   * The state (8 bytes), then the words from the top down (4 bytes each), little endian: in the order in which they are
   * read. Throws as `assertIntact`.
   */
  toBytes(): Uint8Array {
    this.assertIntact();
    const words = this.words();
    const bytes = new Uint8Array(8 + 4 * words.length);
    const target = new DataView(bytes.buffer);
    target.setBigUint64(0, this.state, true);
    for (let i = 0; i < words.length; i++) target.setUint32(bytes.length - 4 * (i + 1), words[i], true);
    return bytes;
  }
}

function notRestored(): VaezipError {
  return new VaezipError('bad-file', 'a stream does not end where it began: the file is damaged');
}

function checkBytes({ length }: Uint8Array): void {
  if (length < 8 || length % 4 !== 0)
    throw new VaezipError('bad-file', `a stream of ${length} bytes: the file is damaged or truncated`);
}
