// The files that a command's arguments come to: those named, and with --recursive those below the folders named.
import type { BigIntStats, Dirent, Stats } from 'node:fs';
import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { isStdin } from './descriptors.ts';
import { fail } from './failures.ts';
import { nameOfBytes, osPath } from './path-names.ts';
import { isAbandonedTemporary } from './temporary-files.ts';

/** The name of stdin, and of stdout. */
export const STANDARD_STREAM = '-';

export interface Input {
  readonly path: string;
  /** Where it lies in the folder named, '' for at its top; null for a file that was named itself. */
  readonly folder: string | null;
}

/** What a search of folders met and did not take, and why: files, and folders that cannot be read. */
export interface NotTaken {
  readonly path: string;
  readonly status: 'left out' | 'failed';
  readonly reason: string;
}

/** What arguments come to. */
export interface Found {
  readonly inputs: readonly Input[];
  readonly notTaken: readonly NotTaken[];
}

/**
 * Each file once, in whatever words it is named, those of a folder sorted. Folders that cannot be read are told as
 * failures. What is no regular file, and links to folders, are left out of folders; the plan of each file judges by its
 * content. Without `recursive` folders are passed on as they are: what reads them says what is wrong.
 */
export async function findInputs(names: readonly string[], recursive: boolean): Promise<Found> {
  const inputs = new Map<string, Input>();
  const notTaken = new Map<string, NotTaken>();
  for (const name of names) {
    const found =
      recursive && isFolder(name)
        ? await filesIn(name, '')
        : { inputs: [{ path: isStdin(name) ? STANDARD_STREAM : name, folder: null }], notTaken: [] };
    for (const input of found.inputs) if (!inputs.has(keyOf(input))) inputs.set(keyOf(input), input);
    for (const met of found.notTaken) if (!notTaken.has(keyOf(met))) notTaken.set(keyOf(met), met);
  }
  return { inputs: [...inputs.values()], notTaken: [...notTaken.values()] };
}

function keyOf({ path }: { readonly path: string }): string {
  return path === STANDARD_STREAM ? path : resolve(path);
}

/** The files below a folder. */
async function filesIn(path: string, folder: string): Promise<Found> {
  const inputs: Input[] = [];
  const notTaken: NotTaken[] = [];
  for (const entry of await entriesOf(path, notTaken)) {
    const name = nameOfBytes(entry.name);
    const child = join(path, name);
    if (entry.isDirectory()) {
      const below = await filesIn(child, join(folder, name));
      inputs.push(...below.inputs);
      notTaken.push(...below.notTaken);
      continue;
    }
    const reason = isAbandonedTemporary(name) ? 'an unfinished file' : await reasonToLeaveOut(entry, child);
    if (reason === null) inputs.push({ path: child, folder });
    else notTaken.push({ path: child, status: 'left out', reason });
  }
  return { inputs, notTaken };
}

/** Sorted by their names' bytes; none where the folder cannot be read, which is told and noted. */
async function entriesOf(path: string, notTaken: NotTaken[]): Promise<Dirent<Buffer>[]> {
  try {
    const entries = await readdir(osPath(path), { withFileTypes: true, encoding: 'buffer' });
    return entries.sort((a, b) => Buffer.compare(a.name, b.name));
  } catch (error) {
    notTaken.push({ path, status: 'failed', reason: fail(error, path) });
    return [];
  }
}

async function reasonToLeaveOut(entry: Dirent<Buffer>, path: string): Promise<string | null> {
  if (entry.isFile()) return null;
  if (!entry.isSymbolicLink()) return 'no regular file';
  try {
    const target = await stat(osPath(path));
    return target.isFile() ? null : target.isDirectory() ? 'a link to a folder' : 'no regular file';
  } catch {
    return 'a link to nothing';
  }
}

/** What a file's name ends in, for counting: '.jpg' in lower case, '' without. */
export function endingOf(path: string): string {
  return extname(path).toLowerCase();
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

/** Null where there is nothing, or nothing that can be seen. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(osPath(path), { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Whether two paths are one file, by device and inode, whatever they are called. */
export function isSameFile(a: string, b: string): boolean {
  const [one, other] = [identityOf(a), identityOf(b)];
  return one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;
}

function identityOf(path: string): BigIntStats | null {
  try {
    return statSync(osPath(path), { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
