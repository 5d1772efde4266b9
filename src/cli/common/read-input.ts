// The bytes of an input, read once, and what it was when they were read: results get its times and mode, and it is
// removed only while it is still the same. Small files are read at once, which takes a third of the time of
// asynchronous calls; large ones leave others their turn.
import { closeSync, fstatSync, openSync, readFile, readSync, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { VaezipError } from '../../../codec/error.ts';
import { type FileParts, partsOf, partsOfFile } from '../../files/common/file-parts.ts';
import { STANDARD_STREAM, statOf } from './inputs.ts';
import { osPath } from './path-names.ts';

/** Enough to tell what a file is, and for all that stands before the samples of nearly every image. */
export const START_BYTES = 4096;
/** Bytes of files that are read at once. */
const SMALL = 2 ** 20;

const readAll = promisify(readFile);

/** An input as read. */
export interface ReadInput {
  readonly bytes: Uint8Array;
  /** Of the file when it was read; null for stdin and for what is no regular file. */
  readonly stats: Stats | null;
}

/** A regular file as opened. */
export interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/**
 * All of a file, or of stdin for '-'.
 * @throws VaezipError 'bad-input' for a folder, and for a file that changes while it is read.
 */
export async function readInput(path: string, remedyForFolder: string): Promise<ReadInput> {
  if (path === STANDARD_STREAM) return { bytes: await readStdin(), stats: null };
  const found = statOf(path);
  if (found?.isDirectory()) throw new VaezipError('bad-input', `a folder; ${remedyForFolder}`);
  // A named pipe is opened when somebody writes to it.
  if (found && !found.isFile()) return { bytes: await readAll(osPath(path)), stats: null };
  const descriptor = openSync(osPath(path), 'r');
  try {
    const stats = fstatSync(descriptor);
    const bytes = stats.size < SMALL ? readBytes(descriptor, stats.size) : await readAll(descriptor);
    checkUnchanged(stats, fstatSync(descriptor), bytes.length);
    return { bytes, stats };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What `work` makes of a file that is open meanwhile, so that it can read parts of it; what is no regular file is read
 * first.
 * @throws VaezipError as `readInput`.
 */
export async function withFile<Value>(
  path: string,
  remedyForFolder: string,
  work: (file: FileParts, stats: Stats | null) => Promise<Value>,
): Promise<Value> {
  const found = path === STANDARD_STREAM ? null : statOf(path);
  if (!found?.isFile()) {
    const { bytes, stats } = await readInput(path, remedyForFolder);
    return work(partsOf(bytes), stats);
  }
  const descriptor = openSync(osPath(path), 'r');
  try {
    const stats = fstatSync(descriptor);
    const value = await work(partsOfFile(descriptor, stats.size), stats);
    checkUnchanged(stats, fstatSync(descriptor));
    return value;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What `look` makes of a regular file's first bytes (all of a shorter one), and of the file, which is open meanwhile;
 * null for what is no regular file.
 */
export function peek<Value>(path: string, look: (start: Uint8Array, file: OpenFile) => Value): Value | null {
  // To open a named pipe is to take what is in it.
  if (path === STANDARD_STREAM || !(statOf(path)?.isFile() ?? true)) return null;
  const descriptor = openSync(osPath(path), 'r');
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return null;
    return look(readBytes(descriptor, Math.min(START_BYTES, stats.size)), { descriptor, stats });
  } finally {
    closeSync(descriptor);
  }
}

function checkUnchanged(before: Stats, now: Stats, bytes = before.size): void {
  if (bytes === before.size && isUnchanged(before, now)) return;
  throw new VaezipError('bad-input', 'it changed while it was read: try again');
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

/** From the file's start, as many as there are of so many. */
function readBytes(descriptor: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  for (let read = -1; read !== 0 && filled < length; filled += read)
    read = readSync(descriptor, bytes, filled, length - filled, filled);
  return bytes.subarray(0, filled);
}

async function readStdin(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part);
  return Buffer.concat(parts);
}
