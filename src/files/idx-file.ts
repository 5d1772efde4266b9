// Reads an idx file of images from disk, gzipped or not.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../codec/error.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { readIdx } from './idx.ts';

export interface IdxFile {
  readonly path: string;
  readonly pixels: Pixels;
}

/** The images of `directory`/`name` or `name`.gz. Throws VaezipError 'bad-input' if there is none or it is damaged. */
export async function readIdxFile(directory: string, name: string): Promise<IdxFile> {
  const path = [join(directory, name), join(directory, `${name}.gz`)].find(existsSync);
  if (!path) throw new VaezipError('bad-input', `${directory} holds no ${name}, gzipped or not`);
  const bytes = await readFile(path);
  try {
    return { path, pixels: readIdx(isGzip(bytes) ? (await gunzip(bytes)).content : bytes) };
  } catch (cause) {
    if (!(cause instanceof VaezipError)) throw cause;
    throw new VaezipError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}
