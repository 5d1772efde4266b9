// zlib streams inside metadata and PNG files, kept as what they unpack to and how they were packed: most were written
// by zlib itself or by Chromium's zlib, whose output pako gives byte for byte once level, memory, strategy and window
// are known.
import { Deflate } from 'pako';
import { VaezipError } from '../error.ts';
import { inflate } from './inflate.ts';
import { atOnce, type Turns } from './turns.ts';
import { ByteWriter } from './writer.ts';

/** How a stream was packed: its two bytes of header, and the settings as one byte (see the constants below). */
export interface ZlibSettings {
  readonly header: Uint8Array;
  readonly how: number;
}

export const HEADER_BYTES = 2;
const CHECKSUM_BYTES = 4;
/** Bytes whose sums, and sums of those, stay below 2^31 without remainders. */
const ADLER_BLOCK = 3800;
/** Bits of `how`: level 0 to 9 or one of the strategies that know none, then what differs from zlib's defaults. */
const LEVEL = 0x0f;
const HUFFMAN_ONLY = 10;
const RUN_LENGTHS = 11;
const MEMORY_9 = 0x10;
const FILTERED = 0x20;
/** A window of 32 KiB, whatever the header says: libpng writes smaller ones into it afterwards. */
const FULL_WINDOW = 0x40;
const CHROMIUM = 0x80;

/** Output after which settings are seen to be the wrong ones. */
const CHUNK_BYTES = 2 ** 13;
/** Content that is packed in a turn: some ten milliseconds. */
const TURN_BYTES = 2 ** 16;
const DEFLATE = 8;
const MAX_WINDOW_BITS = 15;
/** Levels that zlib describes by the upper two bits of the header's second byte; the usual one first. */
const LEVELS = [[1, HUFFMAN_ONLY, RUN_LENGTHS, 0], [5, 4, 3, 2], [6], [9, 7, 8]] as const;
const VARIANTS = [0, CHROMIUM, FULL_WINDOW, FULL_WINDOW | CHROMIUM];

/** What a stream unpacks to, and how it was packed; null where that is not found. */
export interface UnderstoodZlib {
  readonly content: Uint8Array;
  readonly settings: ZlibSettings | null;
}

/** As `understanding`, at once. */
export function understandZlib(stream: Uint8Array, maximum: number): UnderstoodZlib | null {
  return atOnce(understanding(stream, maximum));
}

/** As `packing`, at once. */
export function packAsBefore(content: Uint8Array, settings: ZlibSettings): Uint8Array {
  return atOnce(packing(content, settings));
}

/**
 * What the stream unpacks to, and how it was packed: null where `packAsBefore` would not give the same bytes. Null
 * alone for what is no such stream, or unpacks to more than `maximum` bytes.
 */
export function* understanding(stream: Uint8Array, maximum: number): Turns<UnderstoodZlib | null> {
  const header = stream.subarray(0, HEADER_BYTES);
  if (stream.length < HEADER_BYTES + CHECKSUM_BYTES || !isZlibHeader(header)) return null;
  const content = inflated(stream, maximum);
  if (!content) return null;
  const fullWindow = header[0] >> 4 === MAX_WINDOW_BITS - 8;
  for (const level of LEVELS[header[1] >> 6]) {
    for (const strategy of level > 0 && level < HUFFMAN_ONLY ? [0, FILTERED] : [0]) {
      for (const memory of [0, MEMORY_9]) {
        for (const variant of VARIANTS) {
          if (fullWindow && variant & FULL_WINDOW) continue;
          const settings = { header, how: level | strategy | memory | variant };
          if (yield* packsTo(content, settings, stream)) return { content, settings };
        }
      }
    }
  }
  return { content, settings: null };
}

function inflated(stream: Uint8Array, maximum: number): Uint8Array | null {
  try {
    return inflate(stream, { format: 'zlib' }, maximum);
  } catch (error) {
    if (error instanceof VaezipError) return null;
    throw error;
  }
}

/**
 * The header that libpng writes for so many bytes packed in such a way: of the smallest window that holds them, and of
 * the smallest of all where there are no matches, or but runs.
 */
export function usualHeader(how: number, length: number): Uint8Array {
  const level = how & LEVEL;
  let bits = MAX_WINDOW_BITS;
  while (bits > 8 && length <= 2 ** (bits - 1)) bits--;
  if (level >= HUFFMAN_ONLY) bits = Math.min(bits, 9);
  const first = ((bits - 8) << 4) | DEFLATE;
  const second = LEVELS.findIndex((levels) => levels.some((one) => one === level)) << 6;
  return Uint8Array.of(first, second + 31 - ((first * 256 + second) % 31));
}

/** The zlib stream of the content. Throws VaezipError 'bad-file' for settings that `understandZlib` does not give. */
export function* packing(content: Uint8Array, settings: ZlibSettings): Turns<Uint8Array> {
  const { header, how } = settings;
  const level = how & LEVEL;
  if (level > RUN_LENGTHS || !isZlibHeader(header))
    throw new VaezipError('bad-file', 'a zlib stream was packed in no known way');
  const writer = new ByteWriter();
  writer.bytes(header);
  yield* deflateTo(content, settings, (part) => writer.bytes(part));
  writer.bytes(checksumBytes(content));
  return writer.finish();
}

/** Whether `packAsBefore` gives the stream. Ends at the first bytes that differ: most settings are the wrong ones. */
function* packsTo(content: Uint8Array, settings: ZlibSettings, stream: Uint8Array): Turns<boolean> {
  let rest = stream.subarray(HEADER_BYTES);
  try {
    yield* deflateTo(content, settings, (part) => {
      if (!equal(part, rest.subarray(0, part.length))) throw new RangeError();
      rest = rest.subarray(part.length);
    });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
  return equal(rest, checksumBytes(content));
}

/** Raw DEFLATE data of the content, part by part. */
function* deflateTo(
  content: Uint8Array,
  settings: ZlibSettings,
  take: (part: Uint8Array) => void,
): Turns<void> {
  const deflater = new Deflate({ ...deflateOptions(settings), raw: true, chunkSize: CHUNK_BYTES });
  deflater.onData = take;
  for (let from = 0; from === 0 || from < content.length; from += TURN_BYTES) {
    deflater.push(content.subarray(from, from + TURN_BYTES), from + TURN_BYTES >= content.length);
    yield;
  }
}

function deflateOptions({ header, how }: ZlibSettings) {
  const level = (how & LEVEL) as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11;
  return {
    level: level > 9 ? 6 : level,
    memLevel: how & MEMORY_9 ? 9 : 8,
    strategy: level === HUFFMAN_ONLY ? 2 : level === RUN_LENGTHS ? 3 : how & FILTERED ? 1 : 0,
    windowBits: how & FULL_WINDOW ? MAX_WINDOW_BITS : Math.max((header[0] >> 4) + 8, 9),
    legacyHash: (how & CHROMIUM) === 0,
  } as const;
}

function checksumBytes(content: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(CHECKSUM_BYTES);
  new DataView(checksum.buffer).setUint32(0, adler32(content));
  return checksum;
}

export function equal(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** Deflate, a window of 2^15 at most, no dictionary, and RFC 1950's check. */
function isZlibHeader([first, second]: Uint8Array): boolean {
  const fits = (first & 0x0f) === DEFLATE && first >> 4 <= MAX_WINDOW_BITS - 8;
  return fits && (second & 0x20) === 0 && (first * 256 + second) % 31 === 0;
}

/** RFC 1950, section 9. */
function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (let from = 0; from < bytes.length; from += ADLER_BLOCK) {
    const end = Math.min(from + ADLER_BLOCK, bytes.length);
    for (let index = from; index < end; index++) {
      low += bytes[index];
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return high * 65536 + low;
}
