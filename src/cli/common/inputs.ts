// The files that a command's arguments come to, those named and with --recursive those in the
// folders named; and their bytes.
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { fail } from './failures.ts';

/** The name of stdin, and of stdout. */
export const STANDARD_STREAM = '-';

/** Images that a folder is searched for. */
export const IMAGE_NAME = /(\.(png|jpe?g|webp|tiff?|gif|avif|idx)|-idx3-ubyte(\.gz)?)$/i;

/** .vz files that a folder is searched for. */
export const VZ_NAME = /\.vz$/i;

export interface Input {
  readonly path: string;
  /** Where it lies in the folder named, '' for at its top; null for a file that was named itself. */
  readonly folder: string | null;
}

/**
 * Each file once, those of a folder sorted. A folder with none, or one that cannot be read, is told as a failure.
 * Without `recursive` folders are passed on as they are: what reads them says what is wrong.
 */
export async function findInputs(
  names: readonly string[],
  { recursive, wanted }: { readonly recursive: boolean; readonly wanted: RegExp },
): Promise<Input[]> {
  const inputs = new Map<string, Input>();
  const add = (input: Input) => inputs.has(input.path) || inputs.set(input.path, input);
  for (const name of names) {
    if (!recursive || !isFolder(name)) {
      add({ path: name, folder: null });
      continue;
    }
    const found = await filesIn(name, '', wanted);
    if (found?.length === 0) fail(new Error('nothing for this command in this folder'), name);
    for (const input of found ?? []) add(input);
  }
  return [...inputs.values()];
}

/** The files below a folder, links to folders not followed; null where it cannot be read. */
async function filesIn(path: string, folder: string, wanted: RegExp): Promise<Input[] | null> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const inputs: Input[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = join(path, entry.name);
      if (entry.isDirectory())
        inputs.push(...((await filesIn(child, join(folder, entry.name), wanted)) ?? []));
      else if (wanted.test(entry.name)) inputs.push({ path: child, folder });
    }
    return inputs;
  } catch (error) {
    fail(error, path);
    return null;
  }
}

/** The bytes of a file, or of stdin for '-'. Throws VaezipError 'bad-input' for a folder. */
export async function readInput(name: string, remedyForFolder: string): Promise<Uint8Array> {
  if (name !== STANDARD_STREAM) {
    if (isFolder(name)) throw new VaezipError('bad-input', `a folder; ${remedyForFolder}`);
    return readFile(name);
  }
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part);
  return Buffer.concat(parts);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
