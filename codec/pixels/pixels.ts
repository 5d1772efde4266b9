// Images as samples in memory, what their shapes may be, and how many samples those are.
import { VaezipError } from '../error.ts';

/** Samples, interleaved channel by channel; 16-bit ones in a Uint16Array. */
export type Samples = Uint8Array | Uint16Array;

/** One image, or several of one shape that are coded as one chain. */
export interface Pixels {
  /** images * height * width * channels samples. */
  readonly data: Samples;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly bitDepth: 8 | 16;
  /** Number of images in `data`, one after the other. */
  readonly images: number;
}

export type Shape = Omit<Pixels, 'data'>;

/** Samples that are coded at once: as many 16-bit ones fit one typed array and one WebAssembly memory everywhere. */
export const MAX_SAMPLES = 2 ** 30;

/** A side: what a signed 32-bit integer holds, as in PNG. */
export const MAX_SIDE = 2 ** 31 - 1;

/** Number of samples of all images of a shape. */
export function sampleCount(shape: Pick<Shape, 'width' | 'height' | 'images' | 'channels'>): number {
  return shape.images * shape.height * shape.width * shape.channels;
}

/** Bytes of all samples of a shape. */
export function sampleBytes(shape: Shape): number {
  return sampleCount(shape) * (shape.bitDepth / 8);
}

/** Zeros for so many samples. */
export function blankSamples(bitDepth: Shape['bitDepth'], length: number): Samples {
  return bitDepth === 16 ? new Uint16Array(length) : new Uint8Array(length);
}

/** The samples' bytes in memory order: 16-bit samples least significant byte first. */
export function bytesOfSamples(data: Samples): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Checks a shape that samples are to be coded in, or are to be taken memory for.
 * @throws VaezipError 'bad-argument' for values that no image has, 'too-large' beyond the limits.
 */
export function checkShape(shape: Shape): void {
  const { width, height, images, channels, bitDepth } = shape;
  for (const [name, value] of Object.entries({ width, height, images })) {
    if (!Number.isInteger(value) || value < 1)
      throw new VaezipError('bad-argument', `${name} must be a whole number of at least 1, not ${value}`);
  }
  if (![1, 2, 3, 4].includes(channels))
    throw new VaezipError('bad-argument', `channels must be 1, 2, 3 or 4, not ${channels}`);
  if (bitDepth !== 8 && bitDepth !== 16)
    throw new VaezipError('bad-argument', `bitDepth must be 8 or 16, not ${bitDepth}`);
  if (width > MAX_SIDE || height > MAX_SIDE || !(sampleCount(shape) <= MAX_SAMPLES))
    throw new VaezipError(
      'too-large',
      `${images > 1 ? `${images} images of ` : ''}${width}x${height} with ${channels} channels: ` +
        `more than the ${MAX_SAMPLES} samples that one file may hold`,
    );
}

/** Checks that the samples are as many as the shape says, and of its bit depth. Throws as `checkShape`. */
export function checkPixels(pixels: Pixels): void {
  checkShape(pixels);
  const Samples = pixels.bitDepth === 16 ? Uint16Array : Uint8Array;
  if (!(pixels.data instanceof Samples))
    throw new VaezipError(
      'bad-argument',
      `data must be a ${Samples.name} for a bit depth of ${pixels.bitDepth}`,
    );
  if (pixels.data.length !== sampleCount(pixels))
    throw new VaezipError(
      'bad-argument',
      `data has ${pixels.data.length} samples instead of images * height * width * channels = ${sampleCount(pixels)}`,
    );
}

/** The shape of images one below the other, as one. */
export function columnOf({ width, height, channels, bitDepth, images }: Shape): Shape {
  return { width, height: height * images, channels, bitDepth, images: 1 };
}

/** The middle of an image, or of a chain the images in the middle. */
export interface Middle {
  readonly shape: Shape;
  /** Rows above it, of all images. */
  readonly from: number;
}

/** The rows in the middle that have about so many pixels, one at least; of a chain whole images. */
export function middleOf(shape: Shape, pixels: number): Middle {
  const { width, height, images } = shape;
  if (images === 1) {
    const rows = Math.min(height, Math.ceil(pixels / width));
    return { shape: { ...shape, height: rows }, from: (height - rows) >> 1 };
  }
  const count = Math.min(images, Math.ceil(pixels / (width * height)));
  return { shape: { ...shape, images: count }, from: height * ((images - count) >> 1) };
}
