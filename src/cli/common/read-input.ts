// The bytes of an input, read once, and what it was when they were read: results get its times and mode, and it is
// removed only while it is still the same.
import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { VaezipError } from '../../../codec/error.ts';
import { isFolder, STANDARD_STREAM, statOf } from './inputs.ts';
import { osPath } from './path-names.ts';

/** Enough to tell what an image is, and for the chunks that stand before the samples of nearly every file. */
export const START_BYTES = 4096;

/** An input as read. */
export interface ReadInput {
  readonly bytes: Uint8Array;
  /** Of the file when it was read; null for stdin and for what is no regular file. */
  readonly stats: Stats | null;
}

/**
 * All of a file, or of stdin for '-'.
 * @throws VaezipError 'bad-input' for a folder, and for a file that changes while it is read.
 */
export async function readInput(path: string, remedyForFolder: string): Promise<ReadInput> {
  if (path === STANDARD_STREAM) return { bytes: await readStdin(), stats: null };
  if (isFolder(path)) throw new VaezipError('bad-input', `a folder; ${remedyForFolder}`);
  const handle = await open(osPath(path));
  try {
    const stats = await handle.stat();
    const bytes = await handle.readFile();
    if (!stats.isFile()) return { bytes, stats: null };
    if (bytes.length !== stats.size || !isUnchanged(stats, await handle.stat()))
      throw new VaezipError('bad-input', 'it changed while it was read: try again');
    return { bytes, stats };
  } finally {
    await handle.close();
  }
}

/** The first bytes of a regular file, all of a shorter one, and its size; null for what is none. */
export async function readStart(
  path: string,
  length: number,
): Promise<{ start: Uint8Array; stats: Stats } | null> {
  // To open a named pipe is to take what is in it.
  if (path === STANDARD_STREAM || !(statOf(path)?.isFile() ?? true)) return null;
  const handle = await open(osPath(path));
  try {
    const stats = await handle.stat();
    return stats.isFile() ? { start: await firstBytes(handle, length), stats } : null;
  } finally {
    await handle.close();
  }
}

/** Whether a file is what it was. */
export function isUnchanged(before: Stats, now: Stats): boolean {
  return (
    before.size === now.size &&
    before.mtimeMs === now.mtimeMs &&
    before.ino === now.ino &&
    before.dev === now.dev
  );
}

async function firstBytes(handle: FileHandle, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

async function readStdin(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part);
  return Buffer.concat(parts);
}
