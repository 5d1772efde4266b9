// Reads an idx file of images, or of their labels, from disk, gzipped or not.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../codec/error.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { readIdx, readIdxLabels } from './idx.ts';

export interface IdxFile {
  readonly path: string;
  readonly pixels: Pixels;
}

/** The images of `directory`/`name` or `name`.gz. Throws VaezipError 'bad-input' if there is none or it is damaged. */
export async function readIdxFile(directory: string, name: string): Promise<IdxFile> {
  const path = findFile(directory, name);
  if (!path) throw new VaezipError('bad-input', `${directory} holds no ${name}, gzipped or not`);
  return { path, pixels: await parsed(path, readIdx) };
}

/** The labels of such a file, undefined where there is none. Throws VaezipError 'bad-input' if it is damaged. */
export async function readIdxLabelsFile(directory: string, name: string): Promise<Uint8Array | undefined> {
  const path = findFile(directory, name);
  return path === undefined ? undefined : parsed(path, readIdxLabels);
}

function findFile(directory: string, name: string): string | undefined {
  return [join(directory, name), join(directory, `${name}.gz`)].find(existsSync);
}

async function parsed<T>(path: string, parse: (bytes: Uint8Array) => T): Promise<T> {
  const bytes = await readFile(path);
  try {
    return parse(isGzip(bytes) ? (await gunzip(bytes)).content : bytes);
  } catch (cause) {
    if (!(cause instanceof VaezipError)) throw cause;
    throw new VaezipError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}
