// Reads an idx file of images from disk, gzipped or not.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { VaezipError } from '../../codec/error.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { readIdx } from './idx.ts';

export interface IdxFile {
  readonly path: string;
  readonly pixels: Pixels;
}

/** The images of `directory`/`name` or `name`.gz. Throws VaezipError 'bad-input' if there is none or it is damaged. */
export async function readIdxFile(directory: string, name: string): Promise<IdxFile> {
  const path = [join(directory, name), join(directory, `${name}.gz`)].find(existsSync);
  if (!path) throw new VaezipError('bad-input', `${directory} holds no ${name}, gzipped or not`);
  let bytes: Uint8Array = await readFile(path);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = await promisify(gunzip)(bytes);
    } catch (cause) {
      throw new VaezipError('bad-input', `${path} is not gzipped as its first bytes say`, { cause });
    }
  }
  return { path, pixels: readIdx(bytes) };
}
