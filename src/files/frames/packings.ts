// How pieces of image data are packed in a file, and what beside their content makes the same bytes again.
import { deflateSync } from 'node:zlib';
import { inflate } from '../../../codec/bytes/inflate.ts';
import type { ByteReader } from '../../../codec/bytes/reader.ts';
import type { Turns } from '../../../codec/bytes/turns.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import {
  equal,
  HEADER_BYTES,
  packing,
  understanding,
  type ZlibSettings,
} from '../../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../../library/index.ts';
import { MORE_CLEARS, packLzw, TIFF_LZW, unpackLzw } from './lzw.ts';
import { packBits, unpackBits } from './packbits.ts';

/** A piece as it is unpacked. */
export interface Unpacked {
  readonly content: Uint8Array;
  /** What `pack` needs beside it; null where nothing is known that packs the content so, or nobody asked. */
  readonly how: Uint8Array | null;
}

export interface Packing {
  /** Throws VaezipError 'bad-input' for damaged data, and for more than so many bytes. */
  unpack(packed: Uint8Array, most: number, isAsked: boolean): Turns<Unpacked>;
  /** Undoes `unpack`, where that tells how. */
  pack(content: Uint8Array, how: ByteReader): Turns<Uint8Array>;
  /** Packs content that was packed in an unknown way. */
  packAnew(content: Uint8Array): Turns<Uint8Array>;
}

const NOTHING = new Uint8Array(0);
/** Codes between two clear codes. */
const MOST_CODES = 2 ** 30;
/** Codes after which writers of LZW clear their table: a reader has made all of its strings but a few. */
const USUAL_CODES = 3836;

/** Image data as they are. */
export const NOT_PACKED: Packing = {
  *unpack(content) {
    yield;
    return { content, how: NOTHING };
  },
  *pack(content) {
    yield;
    return content;
  },
  *packAnew(content) {
    yield;
    return content;
  },
};

export const LZW_OF_TIFF = lzwPacking(TIFF_LZW.literalBits, true);

/** GIF's, in blocks as long as the first, but for the last one; literals have so many bits. */
export function lzwOfGif(literalBits: number): Packing {
  const lzw = lzwPacking(literalBits, false);
  return {
    *unpack(packed, most, isAsked) {
      const { content, how } = yield* lzw.unpack(joinBlocks(packed), most, isAsked);
      return { content, how: how && new Uint8Array(Buffer.concat([packed.subarray(0, 1), how])) };
    },
    *pack(content, how) {
      const blockBytes = how.uint8();
      if (blockBytes === 0) throw new VaezipError('bad-file', 'GIF data in blocks of no bytes');
      return splitBlocks(yield* lzw.pack(content, how), blockBytes);
    },
    *packAnew(content) {
      return splitBlocks(yield* lzw.packAnew(content), 255);
    },
  };
}

function lzwPacking(literalBits: number, isTiff: boolean): Packing {
  const kind = { literalBits, isTiff };
  return {
    *unpack(packed, most) {
      const { content, clears } = yield* unpackLzw(packed, kind, most);
      const writer = new ByteWriter();
      writer.varint(clears.length);
      for (const clear of clears) writer.varint(clear);
      return { content, how: clears.length > mostClears(content) ? null : writer.finish() };
    },
    *pack(content, how) {
      const clears = Array.from({ length: how.varint('number of clear codes', mostClears(content)) }, () =>
        how.varint('place of a clear code', MOST_CODES),
      );
      return yield* packLzw(content, kind, clears);
    },
    *packAnew(content) {
      const clears = [0, ...Array<number>(Math.ceil(content.length / USUAL_CODES)).fill(USUAL_CODES)];
      return yield* packLzw(content, kind, clears);
    },
  };
}

/** Clear codes that writers have at most: some at both ends, and between any two bytes one. */
function mostClears(content: Uint8Array): number {
  return content.length + 2 * MORE_CLEARS;
}

/** zlib streams, all of a file packed with the same settings as a rule. */
export function zlibPacking(): Packing {
  let last: ZlibSettings | null = null;
  return {
    *unpack(packed, most, isAsked) {
      const content = inflate(packed, { format: 'zlib' }, most);
      if (isAsked && !(last && equal(yield* packing(content, last), packed)))
        last = (yield* understanding(packed, most))?.settings ?? null;
      const how = isAsked && last ? Uint8Array.of(...last.header, last.how) : null;
      return { content, how };
    },
    *pack(content, how) {
      const settings: ZlibSettings = { header: how.take(HEADER_BYTES), how: how.uint8() };
      return yield* packing(content, settings);
    },
    *packAnew(content) {
      yield;
      return new Uint8Array(deflateSync(content, { level: 9 }));
    },
  };
}

/** Of rows of so many bytes. */
export function packBitsPacking(rowBytes: number): Packing {
  return {
    *unpack(packed, most) {
      yield;
      return { content: unpackBits(packed, most), how: NOTHING };
    },
    *pack(content) {
      yield;
      return packBits(content, rowBytes);
    },
    *packAnew(content) {
      yield;
      return packBits(content, rowBytes);
    },
  };
}

/** GIF's blocks of up to 255 bytes as one stream (GIF89a, section 15), the empty one at the end left out. */
function joinBlocks(blocks: Uint8Array): Uint8Array {
  const stream = new Uint8Array(blocks.length);
  let end = 0;
  for (let at = 0; at < blocks.length; at += 1 + blocks[at])
    for (let from = at + 1; from <= at + blocks[at]; from++) stream[end++] = blocks[from];
  return stream.subarray(0, end);
}

function splitBlocks(stream: Uint8Array, blockBytes: number): Uint8Array {
  const blocks = new Uint8Array(stream.length + Math.ceil(stream.length / blockBytes) + 1);
  let end = 0;
  for (let at = 0; at < stream.length; at += blockBytes) {
    const next = Math.min(at + blockBytes, stream.length);
    blocks[end++] = next - at;
    for (let from = at; from < next; from++) blocks[end++] = stream[from];
  }
  return blocks;
}
