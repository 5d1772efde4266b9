// PNG files of small images, written here: sharp takes a millisecond an image, of which thousands may come out of an
// archive, and chooses filters that make files of drawings and digits larger.
import { deflateSync } from 'node:zlib';
import type { Pixels } from '../../../library/index.ts';
import { joinPng } from './chunks.ts';
import { filter, LEAST_SUM } from './filters.ts';

const MOST_SAMPLES = 2 ** 13;
/** Colour types by samples a pixel (PNG specification, section 11.2.1). */
const COLOUR_TYPES = [0, 0, 4, 2, 6];
/** A window as long as the data needs, and small tables: zlib sets all of its memory up for each file. */
const WINDOW_BITS = { least: 9, most: 14 };
const MEMORY_LEVEL = 6;
/** Level 9 takes half as long again for 0 to 1 %. */
const LEVEL = 6;

/** Whether `encodeSmallPng` is for such an image. */
export function isSmall({ data, images, bitDepth }: Pixels): boolean {
  return data instanceof Uint8Array && images === 1 && bitDepth === 8 && data.length <= MOST_SAMPLES;
}

/** The PNG file of one image of 8 bits: filtered as libpng would, unless most samples are what stands left of them. */
export function encodeSmallPng({ data, width, height, channels }: Pixels): Uint8Array {
  const rowBytes = width * channels;
  const pass = { left: 0, top: 0, across: 1, down: 1, columns: width, rows: height, rowBytes };
  const windowBits = Math.max(
    WINDOW_BITS.least,
    Math.min(WINDOW_BITS.most, Math.ceil(Math.log2(data.length))),
  );
  const samples = data as Uint8Array;
  let same = 0;
  for (let i = channels; i < samples.length; i++) if (samples[i] === samples[i - channels]) same++;
  const filtered = filter(samples, [pass], channels, 2 * same > samples.length ? 0 : LEAST_SUM);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, COLOUR_TYPES[channels]], 8);
  return joinPng([
    { type: 'IHDR', data: header },
    { type: 'IDAT', data: deflateSync(filtered, { level: LEVEL, windowBits, memLevel: MEMORY_LEVEL }) },
    { type: 'IEND', data: new Uint8Array(0) },
  ]);
}
