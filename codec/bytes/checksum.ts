// CRC-32 (ISO 3309, as in PNG and gzip): finds every error burst of up to 32 bits, so every damaged byte. The kernel
// computes it, in a small memory of its own through which the bytes pass.
import { Arena } from '../kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';

const { TABLES_BYTES } = Constants['bytes/crc32'];
/** Bytes that are copied to the kernel at a time: few enough to stay in a processor's cache. */
const WINDOW_BYTES = 2 ** 18;

interface Checksummer {
  readonly update: (crc: number, length: number) => number;
  readonly window: Uint8Array;
}

let checksummer: Checksummer | undefined;

/** CRC-32 of the bytes, 0..2^32-1; or of these behind others, which have the CRC-32 `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  checksummer ??= createChecksummer();
  const { update, window } = checksummer;
  let crc = before;
  for (let start = 0; start < bytes.length; start += WINDOW_BYTES) {
    const part = bytes.subarray(start, start + WINDOW_BYTES);
    window.set(part);
    crc = update(crc, part.length);
  }
  return crc >>> 0;
}

function createChecksummer(): Checksummer {
  const kernel = instantiateKernel(kernelMemory(TABLES_BYTES + WINDOW_BYTES));
  const arena = new Arena(kernel);
  const tables = arena.allocate(TABLES_BYTES);
  const window = arena.allocate(WINDOW_BYTES);
  const { crc32Tables, crc32Update } = kernel.exports;
  crc32Tables(tables);
  return {
    update: (crc, length) => crc32Update(tables, crc, window, length),
    window: new Uint8Array(kernel.memory.buffer, window, WINDOW_BYTES),
  };
}
