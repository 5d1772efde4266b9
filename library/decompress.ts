// A .vz file in, its pixels out, or the file that it keeps; and what its header says.

import type { Pixels } from '../codec/pixels/pixels.ts';
import { type ByteInput, sourceOf } from '../container/byte-sources.ts';
import { readContainer } from '../container/container.ts';
import { readHead } from '../container/parts.ts';
import {
  type DecodedImage,
  type Inspection,
  imageIn,
  inspectionOf,
  inspectionOfHead,
  originalIn,
  pixelsIn,
} from './contents.ts';
import type { DecompressOptions, Original } from './options.ts';

/**
 * The pixels that `compress` was given.
 * @throws VaezipError 'bad-file' for a damaged file, 'unknown-model' when its model is not here, 'bad-argument' for
 * one that keeps a file as it was: `extract` gives that; 'too-large' beyond the limits, or where memory is short; the
 * signal's reason when it is raised.
 */
export async function decompress(file: Uint8Array, options: DecompressOptions = {}): Promise<Pixels> {
  return pixelsIn(readContainer(file), options);
}

/** The same, and what makes the file that went in again, which may be known only then. Throws as `decompress`. */
export async function decompressWithRecipe(
  file: Uint8Array,
  options: DecompressOptions = {},
): Promise<DecodedImage> {
  return imageIn(readContainer(file), options);
}

/** The file that a .vz file keeps as it was. Throws VaezipError 'bad-argument' for one that holds pixels. */
export async function extract(file: Uint8Array): Promise<Original> {
  return originalIn(readContainer(file));
}

/**
 * What a file says of itself. Of bytes in memory all checksums are checked; of others no more is read, and checked,
 * than what stands before the groups.
 * @throws VaezipError 'bad-file' for a damaged one.
 */
export async function inspect(file: ByteInput): Promise<Inspection> {
  if (file instanceof Uint8Array) return inspectionOf(readContainer(file), file.length);
  const source = await sourceOf(file);
  const { head, groupBytes } = await readHead(source);
  return inspectionOfHead(head, source.size, groupBytes);
}
