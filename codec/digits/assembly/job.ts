// What the digits model works on, in the kernel's memory. All is f32 unless said.

/** A dense layer. */
@unmanaged
export class DigitsLayer {
  /** [inputs][outputs]. */
  weights: usize;
  /** [outputs]. */
  bias: usize;
  inputs: i32;
  outputs: i32;
}

@unmanaged
export class DigitsJob {
  /** u8 [PADDED_ROWS][STRIDE], the image at row MARGIN and column MARGIN, zeros around. */
  image: usize;
  /** i32 [NEIGHBOURS]: where each neighbour lies, in bytes from the pixel. */
  neighbours: usize;
  /** [784][SEEN], [SEEN]: the encoder's first layer. */
  seeWeight: usize;
  seeBias: usize;
  /** [SEEN]: what it sees. */
  seen: usize;
  encoderHidden: DigitsLayer;
  encoderBottom: DigitsLayer;
  encoderMiddle: DigitsLayer;
  encoderTop: DigitsLayer;
  decoderTop: DigitsLayer;
  decoderBottom: DigitsLayer;
  inkHidden: DigitsLayer;
  inkOutput: DigitsLayer;
  decoderHidden: DigitsLayer;
  /** u16 [BOTTOM], [TOP]: bins of z1 and z2, and [BOTTOM], [TOP]: what they stand for. */
  bottomBins: usize;
  topBins: usize;
  bottom: usize;
  top: usize;
  /** Means and scales of the Gaussians whose bins they are. */
  bottomMean: usize;
  bottomScale: usize;
  topMean: usize;
  topScale: usize;
  /** Room for a hidden layer, and for a Gaussian: its means, then its scales. */
  hidden: usize;
  gaussian: usize;
  /** [INK_OUTPUTS]: logits of the cells' ink by z1 alone. */
  inkLogits: usize;
  /** [CELLS][INK_OUTPUTS]: what a cell's ink adds to the logits of those after it. */
  inkWeight: usize;
  /** [CELLS][CHANNELS], by z1 alone, and what a cell's ink adds to its channels. */
  grid: usize;
  gridInk: usize;
  convolutionWeight: usize;
  convolutionBias: usize;
  patchWeight: usize;
  patchBias: usize;
  contextWeight: usize;
  hiddenWeight: usize;
  hiddenBias: usize;
  outputWeight: usize;
  outputBias: usize;
  /** [256]: logarithms of the levels' widths. */
  widths: usize;
  /** u32 start and frequency: [CELLS] of the cells' ink; [784] of the pixels of cells with ink, in raster order. */
  inkIntervals: usize;
  intervals: usize;
  /** WORK_BYTES bytes. */
  work: usize;
  /** Of `intervals`. */
  count: u32;
  /** Bits of the image that was pushed last, by the real-valued model at the latents drawn. */
  likelihood: f64;
  kl: f64;
}
