// Gzip files, unpacked within a limit: a few kilobytes may claim gigabytes.
import { type Gunzip, gunzip as unpack } from 'node:zlib';
import { VaezipError } from '../../codec/error.ts';
import { MAX_SAMPLES } from '../../codec/pixels/pixels.ts';

/** Whether the bytes start as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What a gzip file holds, and how many bytes stand behind it that are no gzip data. */
export interface Unzipped {
  readonly content: Uint8Array;
  readonly behind: number;
}

/** Throws VaezipError 'bad-input' for a damaged file, and beyond `maximum` bytes of content. */
export function gunzip(bytes: Uint8Array, maximum: number = MAX_SAMPLES): Promise<Unzipped> {
  const options = { maxOutputLength: maximum, info: true };
  return new Promise((done, failed) => {
    unpack(bytes, options, (cause, result) => {
      if (cause)
        return failed(
          new VaezipError('bad-input', 'a damaged gzip file, or one too large to unpack', { cause }),
        );
      // What `info` changes the type of the result to, @types/node does not say.
      const { buffer, engine } = result as unknown as { buffer: Buffer; engine: Gunzip };
      // A Buffer's slices are views, which what takes Uint8Arrays does not expect.
      const content = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
      done({ content, behind: bytes.length - engine.bytesWritten });
    });
  });
}
