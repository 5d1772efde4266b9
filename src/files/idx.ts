// The idx format of MNIST (http://yann.lecun.com/exdb/mnist): two zero bytes, the type 8 (unsigned byte), the number
// of dimensions, each dimension as 32 bits most significant first, then the samples. Three dimensions here: images,
// rows, columns.

import { VaezipError } from '../../codec/error.ts';
import { MAX_SAMPLES, type Pixels, type Shape } from '../../codec/pixels/pixels.ts';

const MAGIC = Uint8Array.of(0, 0, 8, 3);
const HEADER_BYTES = 16;
const LABELS_MAGIC = Uint8Array.of(0, 0, 8, 1);
const LABELS_HEADER_BYTES = 8;

/** Whether the bytes start as an idx file of images does. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte);
}

/** The shape by the start of a file of `size` bytes (null: not known); null where these do not fit, or are too many. */
export function peekIdx(start: Uint8Array, size: number | null): Shape | null {
  if (!isIdx(start) || start.length < HEADER_BYTES) return null;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const [images, height, width] = [view.getUint32(4), view.getUint32(8), view.getUint32(12)];
  const samples = images * height * width;
  if (samples === 0 || samples > MAX_SAMPLES || (size !== null && size !== HEADER_BYTES + samples))
    return null;
  return { width, height, channels: 1, bitDepth: 8, images };
}

/** The images, as a view of the bytes. Throws VaezipError 'bad-input' when sizes and length disagree. */
export function readIdx(bytes: Uint8Array): Pixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isIdx(bytes) || bytes.length < HEADER_BYTES)
    throw new VaezipError('bad-input', 'damaged idx file: its header is incomplete');
  const [images, height, width] = [view.getUint32(4), view.getUint32(8), view.getUint32(12)];
  const samples = images * height * width;
  if (samples === 0 || samples !== bytes.length - HEADER_BYTES)
    throw new VaezipError(
      'bad-input',
      `damaged idx file: ${images} images of ${width}x${height} need ${samples} bytes, ` +
        `there are ${bytes.length - HEADER_BYTES}`,
    );
  if (samples > MAX_SAMPLES)
    throw new VaezipError('too-large', `${samples} samples are more than the ${MAX_SAMPLES} of one file`);
  return { data: bytes.subarray(HEADER_BYTES), width, height, channels: 1, bitDepth: 8, images };
}

/** The labels of an idx file of one dimension. Throws VaezipError 'bad-input' for what is none. */
export function readIdxLabels(bytes: Uint8Array): Uint8Array {
  const labels = bytes.subarray(LABELS_HEADER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length >= LABELS_HEADER_BYTES && LABELS_MAGIC.every((byte, i) => byte === bytes[i]);
  if (!whole || view.getUint32(4) !== labels.length)
    throw new VaezipError('bad-input', 'damaged idx file of labels: header and length disagree');
  return labels;
}

/** The idx file of grey 8-bit images. Throws VaezipError 'bad-argument' for others. */
export function writeIdx({ data, width, height, channels, bitDepth, images }: Pixels): Uint8Array {
  if (channels !== 1 || bitDepth !== 8)
    throw new VaezipError('bad-argument', 'idx files are written of grey images of 8 bits alone');
  const bytes = new Uint8Array(HEADER_BYTES + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(4, images);
  view.setUint32(8, height);
  view.setUint32(12, width);
  bytes.set(data, HEADER_BYTES);
  return bytes;
}
