// What sizes a .vz file may state, and why. Readers check them before they take memory.
import { VaezipError } from '../codec/error.ts';
import type { Shape } from '../codec/model/model.ts';

/** Samples of one file: as many 16-bit ones fit one typed array and one WebAssembly memory everywhere. */
export const MAX_SAMPLES = 2 ** 30;

/** A side: what a signed 32-bit integer holds, as in PNG. */
export const MAX_SIDE = 2 ** 31 - 1;

/**
 * Samples that one byte of a file may stand for. At 24 bits of precision and frequencies >= 1, a sample of 256
 * levels costs at least log2(2^24 / (2^24 - 255)) = 2.2e-5 bits, which is 2^18.5 samples a byte.
 */
export const MAX_SAMPLES_PER_BYTE = 2 ** 20;

/** Metadata once unpacked: beyond any colour profile or EXIF block (JPEG's own limit for a profile is 16 MiB). */
export const MAX_METADATA_BYTES = 2 ** 26;

/** Zlib streams that unpacking metadata packs anew: what they hold, and for each as many bytes more as it takes time. */
export const MAX_REPACKED_BYTES = 2 ** 21;
export const REPACKED_STREAM_COST = 2 ** 12;

/** Bytes that one byte of zlib data may stand for: the format's own bound is 1032. */
export const MAX_INFLATION = 1032;

/** Sections of a file, metadata included: version 1 has five at most, and each takes a reader objects beside its bytes. */
export const MAX_SECTIONS = 256;

/** Channels and bits a sample of a stored file, which the header only describes. */
export const MAX_STORED_CHANNELS = 65535;
export const MAX_STORED_BIT_DEPTH = 1024;

/** Number of samples of all images of a shape. */
export function sampleCount(shape: Shape): number {
  return shape.images * shape.height * shape.width * shape.channels;
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
