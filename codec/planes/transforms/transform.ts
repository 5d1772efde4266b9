// What is done to an image's planes before any model sees them.

/** The samples of one plane within interleaved pixels. */
export interface PlaneSamples {
  readonly pixels: Uint8Array;
  readonly planes: number;
  /** Offset of the plane's samples in a pixel. */
  readonly channel: number;
}

export interface Transform {
  /** Changes samples where that pays; returns the stream that tells a decoder how to undo it, if it did. */
  apply(planes: readonly PlaneSamples[]): Uint8Array | undefined;
  /**
   * What undoes it, by its stream. Throws VaezipError 'bad-file' for a stream that `apply` does not write of so many
   * planes; so does what is returned for samples that it cannot have left.
   */
  read(stream: Uint8Array, planes: number): (planes: readonly PlaneSamples[]) => void;
}
