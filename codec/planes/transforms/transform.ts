// What is done to an image's planes before any model sees them: one table for all of the image, by which each group of
// its rows is changed.

import type { Sides } from '../../model/model.ts';

/** The samples of one plane within interleaved pixels, of the image or of some of its rows. */
export interface PlaneSamples {
  readonly pixels: Uint8Array;
  readonly planes: number;
  /** Offset of the plane's samples in a pixel. */
  readonly channel: number;
}

/** A change of samples. */
export interface Found {
  readonly table: Uint8Array;
  /** Changes the image's samples, or those of some of its rows, in place. */
  apply(planes: readonly PlaneSamples[]): void;
}

export interface Transform {
  /** Of its table among what a file holds. */
  readonly name: Exclude<keyof Sides, 'scan' | 'depth' | 'alpha'>;
  /** What changes samples, where that pays for the image, and the table that tells a decoder how to undo it. */
  find(planes: readonly PlaneSamples[]): Found | undefined;
  /**
   * What undoes it, by its table. Throws VaezipError 'bad-file' for one that `find` does not give of so many
   * planes; so does what is returned for samples that it cannot have left.
   */
  read(table: Uint8Array, planes: number): (planes: readonly PlaneSamples[]) => void;
}
