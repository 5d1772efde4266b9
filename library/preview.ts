// The preview of an image: a small picture, coded as an image of its own and kept before the groups, for those who show
// many.

import type { Pixels } from '../codec/pixels/pixels.ts';
import { type ByteInput, sourceOf } from '../container/byte-sources.ts';
import { fileOfBare } from '../container/container.ts';
import { readHead } from '../container/parts.ts';
import { decompress } from './decompress.ts';
import type { DecompressOptions } from './options.ts';
import { MAX_PREVIEW_SIDE } from './shrink.ts';

/**
 * The preview that a file was given (`CompressOptions.preview`), of 8 bits a sample, read without what stands behind
 * it; null where it has none, as images have none that are no larger than one.
 * @throws VaezipError as `decompress`.
 */
export async function preview(file: ByteInput, options: DecompressOptions = {}): Promise<Pixels | null> {
  const { head } = await readHead(await sourceOf(file));
  const stored = head.kind === 'image' ? head.preview : null;
  if (!stored) return null;
  // Who asks for a small picture gets no large one, whatever the file holds.
  const limitPixels = Math.min(options.limitPixels ?? MAX_PREVIEW_SIDE ** 2, MAX_PREVIEW_SIDE ** 2);
  return decompress(fileOfBare(stored), { ...options, limitPixels });
}
