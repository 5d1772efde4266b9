// Parts of a file, wherever its bytes are: what looks at headers alone need not hold all of it.
import { readSync } from 'node:fs';
import type { ByteSource } from '../../../library/index.ts';

/** Bytes of a file from an offset on; fewer where it ends. */
export interface FileParts {
  readonly size: number;
  at(offset: number, length: number): Uint8Array;
}

/** Of bytes in memory: views. */
export function partsOf(bytes: Uint8Array): FileParts {
  return { size: bytes.length, at: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Of an open file. */
export function partsOfFile(descriptor: number, size: number): FileParts {
  return {
    size,
    at(offset, length) {
      const part = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      return part.subarray(0, readSync(descriptor, part, 0, part.length, offset));
    },
  };
}

/** The same, as the library reads them. */
export function sourceOfParts({ size, at }: FileParts): ByteSource {
  return { size, read: async (from, to) => at(from, to - from) };
}
