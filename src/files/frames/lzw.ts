// LZW as GIF and TIFF have it (GIF89a, appendix F; TIFF 6.0, section 13): codes of growing length for strings that came
// before, the longest each time. All that such a writer is free in is when it clears its table, so that places of these
// tell the rest of nearly every file's codes.
import type { Turns } from '../../../codec/bytes/turns.ts';
import { VaezipError } from '../../../library/index.ts';

/** What the two formats do differently. */
export interface LzwKind {
  /** Bits of a literal: codes begin with one more. */
  readonly literalBits: number;
  /** TIFF's codes begin at a byte's highest bit and grow one code early, GIF's at the lowest. */
  readonly isTiff: boolean;
}

/** For each clear code, how many codes came since the one before: literals and strings. */
export type Clears = readonly number[];

/** What a stream stands for, and when its writer cleared its table. */
export interface UnpackedLzw {
  readonly content: Uint8Array;
  readonly clears: Clears;
}

export const TIFF_LZW: LzwKind = { literalBits: 8, isTiff: true };

const MOST_BITS = 12;
const MOST_CODES = 2 ** MOST_BITS;
const HASH_BITS = 14;
/** Clear codes beyond one a byte: writers set some at both ends. */
export const MORE_CLEARS = 8;
/** Codes, or bytes, a turn: some milliseconds. */
const TURN = 2 ** 16;

/**
 * The bytes that a stream stands for, `length` at most.
 * @throws VaezipError 'bad-input' for a stream that is none, or stands for more.
 */
export function* unpackLzw(stream: Uint8Array, kind: LzwKind, length: number): Turns<UnpackedLzw> {
  const { clear, end, first, widthAfter } = codesOf(kind);
  const codes = new CodeReader(stream, kind);
  const content = new Uint8Array(length);
  const clears: number[] = [];
  // Each string is the piece of the content that it stood for when it was made, and the byte behind it.
  const starts = new Int32Array(MOST_CODES);
  const lengths = new Int32Array(MOST_CODES);
  let [next, sent, filled, before] = [first, 0, 0, -1];
  for (let turn = 1; ; turn++) {
    if (turn % TURN === 0) yield;
    const code = codes.read(widthAfter(sent));
    if (code === end) return { content: content.subarray(0, filled), clears };
    if (code === clear) {
      // More of them than bytes are no writer's.
      if (clears.length > length + MORE_CLEARS)
        throw new VaezipError('bad-input', 'its LZW data are damaged');
      clears.push(sent);
      [next, sent, before] = [first, 0, -1];
      continue;
    }
    sent++;
    if (before >= 0 && next < MOST_CODES) {
      starts[next] = before;
      lengths[next] = filled - before + 1;
      next++;
    }
    if (code >= next) throw new VaezipError('bad-input', 'its LZW data are damaged');
    const count = code < clear ? 1 : lengths[code];
    if (filled + count > length) throw new VaezipError('bad-input', 'its LZW data stand for too many bytes');
    before = filled;
    if (code < clear) content[filled++] = code;
    // The last byte of a string just made is the first one of what is written now.
    else for (let from = starts[code]; filled < before + count; from++) content[filled++] = content[from];
  }
}

/** Undoes `unpackLzw`, for streams of the longest string each time. */
export function* packLzw(content: Uint8Array, kind: LzwKind, clears: Clears): Turns<Uint8Array> {
  const { clear, end, first, widthAfter } = codesOf(kind);
  const out = new CodeWriter(content.length + clears.length + 1, kind);
  // Codes of strings, by the code of all but their last byte, and that byte.
  const keys = new Int32Array(2 ** HASH_BITS).fill(-1);
  const codes = new Uint16Array(2 ** HASH_BITS);
  let [next, sent, cleared, pending] = [first, 0, 0, -1];
  /** Whether the table was cleared, as is due after so many codes. */
  const clearIfDue = () => {
    const isDue = cleared < clears.length && clears[cleared] === sent;
    for (; cleared < clears.length && clears[cleared] === sent; cleared++) {
      out.write(clear, widthAfter(sent));
      sent = 0;
    }
    if (isDue) {
      keys.fill(-1);
      next = first;
    }
    return isDue;
  };
  clearIfDue();
  for (let at = 0; at < content.length; at++) {
    if (at % TURN === 0) yield;
    const byte = content[at];
    const key = (pending << 8) | byte;
    let slot = Math.imul(key, 0x9e3779b1) >>> (32 - HASH_BITS);
    if (pending >= 0) while (keys[slot] >= 0 && keys[slot] !== key) slot = (slot + 1) & (2 ** HASH_BITS - 1);
    if (pending >= 0 && keys[slot] === key) pending = codes[slot];
    else {
      if (pending >= 0) {
        out.write(pending, widthAfter(sent++));
        if (!clearIfDue() && next < MOST_CODES) {
          keys[slot] = key;
          codes[slot] = next++;
        }
      }
      pending = byte;
    }
  }
  if (pending >= 0) out.write(pending, widthAfter(sent++));
  clearIfDue();
  out.write(end, widthAfter(sent));
  return out.finish();
}

function codesOf({ literalBits, isTiff }: LzwKind) {
  const clear = 2 ** literalBits;
  const first = clear + 2;
  return {
    clear,
    end: clear + 1,
    first,
    /** Bits of a code after so many since a clear code: a reader has made a string of each pair of them. */
    widthAfter(sent: number): number {
      const next = first + Math.max(0, sent - 1) + (isTiff ? 1 : 0);
      return Math.max(literalBits + 1, Math.min(MOST_BITS, 32 - Math.clz32(next)));
    },
  };
}

/** Takes codes of a stream, one after the other. */
class CodeReader {
  readonly #stream: Uint8Array;
  readonly #isTiff: boolean;
  #at = 0;
  #bits = 0;
  #held = 0;

  constructor(stream: Uint8Array, { isTiff }: LzwKind) {
    this.#stream = stream;
    this.#isTiff = isTiff;
  }

  read(width: number): number {
    for (; this.#bits < width; this.#bits += 8) {
      if (this.#at >= this.#stream.length) throw new VaezipError('bad-input', 'its LZW data end too early');
      const byte = this.#stream[this.#at++];
      this.#held = this.#isTiff ? (this.#held << 8) | byte : this.#held | (byte << this.#bits);
    }
    const held = this.#held;
    const bits = this.#bits - width;
    this.#bits = bits;
    this.#held = this.#isTiff ? held & ((1 << bits) - 1) : held >>> width;
    return this.#isTiff ? held >>> bits : held & ((1 << width) - 1);
  }
}

/** Writes codes, so many at most. */
class CodeWriter {
  readonly #bytes: Uint8Array;
  readonly #isTiff: boolean;
  #at = 0;
  #bits = 0;
  #held = 0;

  constructor(most: number, { isTiff }: LzwKind) {
    this.#bytes = new Uint8Array(Math.ceil((most * MOST_BITS) / 8) + 2);
    this.#isTiff = isTiff;
  }

  write(code: number, width: number): void {
    let held = this.#isTiff ? (this.#held << width) | code : this.#held | (code << this.#bits);
    let bits = this.#bits + width;
    for (; bits >= 8; bits -= 8) {
      this.#bytes[this.#at++] = this.#isTiff ? held >>> (bits - 8) : held;
      held = this.#isTiff ? held & ((1 << (bits - 8)) - 1) : held >>> 8;
    }
    this.#held = held;
    this.#bits = bits;
  }

  finish(): Uint8Array {
    if (this.#bits > 0) this.#bytes[this.#at++] = this.#isTiff ? this.#held << (8 - this.#bits) : this.#held;
    return this.#bytes.subarray(0, this.#at);
  }
}
