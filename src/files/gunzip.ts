// Gzip files, unpacked within a limit: a few kilobytes may claim gigabytes.
import { promisify } from 'node:util';
import { gunzip as unpack } from 'node:zlib';
import { VaezipError } from '../../codec/error.ts';
import { MAX_SAMPLES } from '../../codec/pixels/pixels.ts';

/** Whether the bytes start as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What a gzip file holds. Throws VaezipError 'bad-input' for a damaged one, and beyond `maximum` bytes. */
export async function gunzip(bytes: Uint8Array, maximum: number = MAX_SAMPLES): Promise<Uint8Array> {
  return promisify(unpack)(bytes, { maxOutputLength: maximum }).catch((cause) => {
    throw new VaezipError('bad-input', 'a damaged gzip file, or one too large to unpack', { cause });
  });
}
