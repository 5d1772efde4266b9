// What is done to an image's planes before any model sees them.

import type { Sides } from '../../model/model.ts';

/** The samples of one plane within interleaved pixels. */
export interface PlaneSamples {
  readonly pixels: Uint8Array;
  readonly planes: number;
  /** Offset of the plane's samples in a pixel. */
  readonly channel: number;
}

export interface Transform {
  /** Of its table among what a file holds. */
  readonly name: Exclude<keyof Sides, 'alpha'>;
  /** Changes samples where that pays; returns the table that tells a decoder how to undo it, if it did. */
  apply(planes: readonly PlaneSamples[]): Uint8Array | undefined;
  /**
   * What undoes it, by its table. Throws VaezipError 'bad-file' for one that `apply` does not write of so many
   * planes; so does what is returned for samples that it cannot have left.
   */
  read(table: Uint8Array, planes: number): (planes: readonly PlaneSamples[]) => void;
}
