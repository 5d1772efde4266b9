// CRC-32 (ISO 3309, as in PNG and gzip): finds every error burst of up to 32 bits, so every damaged byte.
import { createCRC32 } from 'hash-wasm';

const hasher = await createCRC32();

/** CRC-32 of the bytes, 0..2^32-1. */
export function crc32(bytes: Uint8Array): number {
  hasher.init();
  hasher.update(bytes);
  const digest = hasher.digest('binary');
  return new DataView(digest.buffer, digest.byteOffset, 4).getUint32(0);
}
