// How pieces of image data are packed in a file, and what beside their content makes the same bytes again.
import type { ByteReader } from '../../../codec/bytes/reader.ts';
import type { Turns } from '../../../codec/bytes/turns.ts';
import type { ByteWriter } from '../../../codec/bytes/writer.ts';
import {
  HEADER_BYTES,
  packing,
  understanding,
  type ZlibSettings,
} from '../../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../../library/index.ts';
import { packLzw, TIFF_LZW, unpackLzw } from './lzw.ts';

/** A piece as it is unpacked, and how it was packed, as bytes. */
export interface Unpacked {
  readonly content: Uint8Array;
  writeHow(writer: ByteWriter): void;
}

export interface Packing {
  /** Null where nothing is known that packs the content so. Throws VaezipError 'bad-input' for damaged data. */
  unpack(packed: Uint8Array, length: number): Turns<Unpacked | null>;
  /** Undoes `unpack`, of what its `writeHow` wrote. */
  pack(content: Uint8Array, how: ByteReader): Turns<Uint8Array>;
}

/** Image data as they are. */
export const NOT_PACKED: Packing = {
  *unpack(content) {
    yield;
    return { content, writeHow: () => {} };
  },
  *pack(content) {
    yield;
    return content;
  },
};

/** Codes between two clear codes. */
const MOST_CODES = 2 ** 30;

export const LZW_OF_TIFF = lzwPacking(TIFF_LZW.literalBits, true);

/** GIF's, in blocks as long as the first, but for the last one; literals have so many bits. */
export function lzwOfGif(literalBits: number): Packing {
  const lzw = lzwPacking(literalBits, false);
  return {
    *unpack(packed, length) {
      const unpacked = yield* lzw.unpack(joinBlocks(packed), length);
      return (
        unpacked && {
          content: unpacked.content,
          writeHow(writer) {
            writer.uint8(packed[0]);
            unpacked.writeHow(writer);
          },
        }
      );
    },
    *pack(content, how) {
      const blockBytes = how.uint8();
      if (blockBytes === 0) throw new VaezipError('bad-file', 'GIF data in blocks of no bytes');
      return splitBlocks(yield* lzw.pack(content, how), blockBytes);
    },
  };
}

function lzwPacking(literalBits: number, isTiff: boolean): Packing {
  const kind = { literalBits, isTiff };
  return {
    *unpack(packed, length) {
      const { content, clears } = yield* unpackLzw(packed, kind, length);
      // More of them than bytes are no writer's.
      if (clears.length > length) return null;
      return {
        content,
        writeHow(writer) {
          writer.varint(clears.length);
          for (const clear of clears) writer.varint(clear);
        },
      };
    },
    *pack(content, how) {
      const clears = Array.from({ length: how.varint('number of clear codes', content.length) }, () =>
        how.varint('place of a clear code', MOST_CODES),
      );
      return yield* packLzw(content, kind, clears);
    },
  };
}

/** zlib streams, most of a file packed with the same settings. */
export const ZLIB: Packing = {
  *unpack(packed, length) {
    const understood = yield* understanding(packed, length);
    if (!understood) throw new VaezipError('bad-input', 'its zlib data are damaged');
    const { content, settings } = understood;
    return (
      settings && {
        content,
        writeHow(writer) {
          writer.bytes(settings.header);
          writer.uint8(settings.how);
        },
      }
    );
  },
  *pack(content, how) {
    const settings: ZlibSettings = { header: how.take(HEADER_BYTES), how: how.uint8() };
    return yield* packing(content, settings);
  },
};

/** GIF's blocks of up to 255 bytes as one stream (GIF89a, section 15), the empty one at the end left out. */
function joinBlocks(blocks: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < blocks.length; at += 1 + blocks[at])
    parts.push(blocks.subarray(at + 1, at + 1 + blocks[at]));
  return new Uint8Array(Buffer.concat(parts));
}

function splitBlocks(stream: Uint8Array, blockBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += blockBytes) {
    const block = stream.subarray(at, at + blockBytes);
    parts.push(Uint8Array.of(block.length), block);
  }
  return new Uint8Array(Buffer.concat([...parts, Uint8Array.of(0)]));
}
