// What an image's file says at its start, for the plan of a job.
import type { Stats } from 'node:fs';
import type { Shape } from '../../../library/index.ts';
import { partsOf, partsOfFile } from '../../files/common/file-parts.ts';
import { looksLikeImage, shapeOf } from '../../files/peek-shape.ts';
import { peek } from './read-input.ts';

export interface PeekedImage {
  readonly stats: Stats;
  /** Whether it begins as an image does. */
  readonly isImage: boolean;
  /** Of an image that will be coded, as far as its start tells; null for one that is kept. */
  readonly shape: Shape | null;
}

/** Null for what is no regular file. */
export function peekImage(path: string): PeekedImage | null {
  return peek(path, (start, { descriptor, stats }) => ({
    stats,
    isImage: looksLikeImage(start),
    shape: shapeOf(start.length === stats.size ? partsOf(start) : partsOfFile(descriptor, stats.size)),
  }));
}
