// A file as image data and the frame around them, which is all other bytes. Where the image data can be made again of
// the pixels, pixels and frame give the file back byte for byte, whatever else it says.
import type { Reason } from '../../../library/index.ts';
import type { FileParts } from '../common/file-parts.ts';
import type { ForeignMetadata } from '../png/foreign-metadata.ts';
import type { Layout, Piece } from './layout.ts';
import type { Packing } from './packings.ts';

/** Pieces of a file's image data. */
export const MOST_PIECES = 2 ** 20;

/** From byte `start` on, so many. */
export interface Extent {
  readonly start: number;
  readonly length: number;
}

/** Bytes of a frame that other things tell, such as where the image data are. */
export interface ToldBytes {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A file whose image data are understood. */
export interface Framed extends ForeignMetadata {
  readonly layout: Layout;
  /** Where in the image the image data belong, one after the other as they lie in the file. */
  readonly pieces: readonly Piece[];
  readonly extents: readonly Extent[];
  readonly packing: Packing;
  /** Whether image data may be packed anew: the file says where they are, and how many bytes. */
  readonly packsAnew: boolean;
  readonly told: readonly ToldBytes[];
}

/** What is known of a file when its frame alone is there. */
export interface Known {
  readonly extents: readonly Extent[];
  readonly foreign: ForeignMetadata;
}

/**
 * Looks at a file, or at a frame with zeros for all that is not known of it. `variant` is which of several ways to
 * read it to try, from 0 on; null where there is none of that number.
 * @throws VaezipError 'bad-input' for a damaged file.
 */
export type FrameReader = (parts: FileParts, variant: number, known?: Known) => Framed | Reason | null;
