// How results are written: a file with its final name is always whole, and replaces nothing that it may not.
import {
  chmodSync,
  closeSync,
  fsync,
  futimesSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { VaezipError } from '../../../codec/error.ts';
import { descriptorOf } from './descriptors.ts';
import { STANDARD_STREAM } from './inputs.ts';
import { onInterrupt } from './interrupt.ts';
import { isWrittenInto, type OutputNames } from './output-names.ts';
import { osPath } from './path-names.ts';
import { writeDescriptor, writeStdout } from './stdout.ts';
import { temporaryBeside } from './temporary-files.ts';

const synced = promisify(fsync);

/** Permissions, without those that a program is started with other rights by. */
const MODE = 0o777;

export interface OutputOptions {
  readonly input: string;
  /** Of the input when it was read: the file gets its times and mode; null where it is no file. */
  readonly stats: Stats | null;
  readonly names: OutputNames;
  /** Sees what the disk gives back before the file has its name. */
  readonly check?: (written: Uint8Array) => Promise<void>;
  /**
   * Whether the name must last, too, if the machine fails: before an input is removed; 'no' where not even the bytes
   * must, because they can be had again. Without it the bytes do.
   */
  readonly lasting?: boolean | 'no';
}

/**
 * Writes under another name and gives the file its own when all of it is on the disk and checked: an interrupt leaves
 * nothing. What is no regular file, such as a device or a pipe, is written into.
 */
export async function writeOutput(path: string, bytes: Uint8Array, options: OutputOptions): Promise<void> {
  if (path === STANDARD_STREAM || isWrittenInto(path)) {
    await options.check?.(bytes);
    await (path === STANDARD_STREAM ? writeStdout(bytes) : writeInto(path, bytes));
    return;
  }
  await writeNamed(path, options, async (temporary) => {
    await writeTemporary(temporary, bytes, options);
    return true;
  });
}

/** As `writeOutput`, part by part: `write` is given what appends them, and says whether the file is wanted. */
export async function writeParts(
  path: string,
  options: Pick<OutputOptions, 'input' | 'names'>,
  write: (append: (bytes: Uint8Array) => void) => Promise<boolean>,
): Promise<void> {
  await writeNamed(path, options, async (temporary) => {
    const descriptor = openSync(osPath(temporary), 'wx', 0o666);
    try {
      const isWanted = await write((bytes) => writeFileSync(descriptor, bytes));
      if (isWanted) await synced(descriptor);
      return isWanted;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Has another file written, which gets the name when it is there, unless it is not wanted. */
async function writeNamed(
  path: string,
  options: Pick<OutputOptions, 'input' | 'names' | 'lasting'>,
  write: (temporary: string) => Promise<boolean>,
): Promise<void> {
  const temporary = temporaryBeside(path);
  const remove = () => removeQuietly(temporary);
  const release = onInterrupt(remove);
  try {
    if (!(await write(temporary))) return remove();
    giveName(temporary, path, options);
    options.names.noteWritten(path);
    if (options.lasting === true) await syncFolder(dirname(path));
  } catch (error) {
    remove();
    throw under(path, error);
  } finally {
    release();
  }
}

/** What cannot be removed, such as where no folder is, was told by what went before. */
function removeQuietly(path: string): void {
  try {
    rmSync(osPath(path), { force: true });
  } catch {
    // the next run removes it
  }
}

/** By calls that return when they are done: for small files asynchronous ones take three times as long. */
async function writeTemporary(
  temporary: string,
  bytes: Uint8Array,
  { stats, check, lasting }: OutputOptions,
): Promise<void> {
  // Whatever the input's mode will allow others, they see nothing before.
  const descriptor = openSync(osPath(temporary), 'wx', stats ? 0o600 : 0o666);
  try {
    writeFileSync(descriptor, bytes);
    if (stats) quietly(() => futimesSync(descriptor, stats.atime, stats.mtime));
    if (lasting !== 'no') await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (check) await check(readFileSync(osPath(temporary)));
  // Last: the input may be one that its owner cannot read.
  if (stats) quietly(() => chmodSync(osPath(temporary), stats.mode & MODE));
}

/** Sorting by date goes on working, and what was private stays so; where the file system knows neither, no matter. */
function quietly(copy: () => void): void {
  try {
    copy();
  } catch {
    // Nothing but that is lost.
  }
}

/** Without -f by a link, which no file of that name survives: another process may have made it meanwhile. */
function giveName(
  temporary: string,
  path: string,
  { input, names }: Pick<OutputOptions, 'input' | 'names'>,
): void {
  names.checkFree(input, path);
  if (!names.replaces && linked(temporary, path)) unlinkSync(osPath(temporary));
  else renameSync(osPath(temporary), osPath(path));
}

/** False on file systems without links. Throws VaezipError 'exists' where there is such a file. */
function linked(temporary: string, path: string): boolean {
  try {
    linkSync(osPath(temporary), osPath(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    throw new VaezipError('exists', `${path} exists already; -f overwrites it`);
  }
}

async function writeInto(path: string, bytes: Uint8Array): Promise<void> {
  const descriptor = descriptorOf(path);
  // To open it again would be to begin its file anew.
  if (descriptor !== null) return writeDescriptor(descriptor, bytes);
  const handle = await open(osPath(path), 'w');
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

/** A folder's entries are kept by the file system apart from its files. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(osPath(folder)).catch(() => null); // not everywhere can a folder be opened
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** The error as of the final name: what a person has never heard of is not told. */
function under(path: string, error: unknown): unknown {
  if (error instanceof Error && 'path' in error) return Object.assign(error, { path, dest: undefined });
  return error;
}
