// An archive in a file, read a range at a time.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ByteSource, VaezipError } from '../../library/index.ts';

export interface FileSource extends ByteSource {
  close(): void;
}

/** Throws what opening the file throws. */
export function openFileSource(path: string | Uint8Array): FileSource {
  const descriptor = openSync(typeof path === 'string' ? path : Buffer.from(path), 'r');
  return {
    size: fstatSync(descriptor).size,
    read: async (from, to) => readRange(descriptor, from, to),
    close: () => closeSync(descriptor),
  };
}

function readRange(descriptor: number, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let filled = 0;
  for (let read = -1; read !== 0 && filled < bytes.length; filled += read)
    read = readSync(descriptor, bytes, filled, bytes.length - filled, from + filled);
  if (filled < bytes.length) throw new VaezipError('bad-file', 'the archive is shorter than it was');
  return bytes;
}
