// The interface between the container and the models: pixels in, streams out and back.

/** One image, or several of one shape that are coded as one chain. */
export interface Pixels {
  /** Samples, images * height * width * channels of them, interleaved; 16-bit samples in a Uint16Array. */
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly bitDepth: 8 | 16;
  /** Number of images in `data`, one after the other. */
  readonly images: number;
}

export type Shape = Omit<Pixels, 'data'>;

/** What coding cost, in bits. -ELBO is likelihood + kl; what the files' bytes cost beyond net is the container's. */
export interface CodeLengths {
  /** -log2 p(x|z) of the real-valued model at the latents drawn. */
  readonly likelihood: number;
  /** log2 q(z|x) - log2 p(z) of the real-valued model at the latents drawn. */
  readonly kl: number;
  /** Bits the messages grew by: final minus initial (seed words and empty states). */
  readonly net: number;
  /** Seeded initial bits and empty states: in the file, but not in net. */
  readonly initial: number;
}

export interface CodingOptions {
  /** Threads to compute on, at least 1. The bytes do not depend on it. */
  readonly threads: number;
  /** Called now and then with the share of the work done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

export interface Encoded {
  readonly streams: Uint8Array[];
  readonly lengths: CodeLengths;
}

/** A trained model that turns images into streams. It never sees alpha, which alpha.ts codes beside it. */
export interface ImageCodec {
  readonly name: string;
  /** SHA-256 of the weights' file, 64 hexadecimal digits. */
  readonly id: string;
  /** Whether the model can represent images of this shape. */
  accepts(shape: Shape): boolean;
  encode(pixels: Pixels, options: CodingOptions): Promise<Encoded>;
  /** Throws VaezipError 'bad-file' when the streams cannot come from `encode` of such a shape. */
  decode(streams: readonly Uint8Array[], shape: Shape, options: CodingOptions): Promise<Pixels>;
}
