// A part of an image, decoded from the groups of rows that it lies in: of a large photo a small share of the time and
// of the memory. What the file holds beside those groups is neither read, decoded nor checked, but for what stands
// before them.

import { VaezipError } from '../codec/error.ts';
import { blankSamples, type Pixels, type Shape, sampleBytes } from '../codec/pixels/pixels.ts';
import { type ByteInput, sourceOf } from '../container/byte-sources.ts';
import type { ImageHead } from '../container/container.ts';
import { type Parts, readInParts } from '../container/parts.ts';
import { decodeRows, decodeWhole, rowsOfGroups } from './groups.ts';
import { namingMemory } from './memory.ts';
import type { DecompressOptions } from './options.ts';
import { findDecoder } from './plan.ts';

/** A rectangle of an image, in pixels; x and y are of its left upper corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The pixels of a region, as they are in what `decompress` gives. Of a photo of several groups of rows (docs/FORMAT.md)
 * those that it lies in are read, decoded, and checked, and count for the limits; the checksums of the other groups, of
 * the samples and of the file are not looked at, so that damage elsewhere does not matter. Any other image is decoded,
 * and checked, as a whole. A Blob is such as a page's input gives, or `openAsBlob` of node:fs; an address is a URL.
 * @throws VaezipError 'bad-argument' for a region that is not within the image, and for several images; else as
 * `decompress`.
 */
export async function decodeRegion(
  file: ByteInput,
  region: Region,
  options: DecompressOptions = {},
): Promise<Pixels> {
  return regionIn(await readInParts(await sourceOf(file)), region, options);
}

/** As `decodeRegion`, of a file of which is known what stands before its groups. */
export async function regionIn(parts: Parts, region: Region, options: DecompressOptions): Promise<Pixels> {
  const { head } = parts;
  if (head.kind === 'kept')
    throw new VaezipError('bad-argument', 'it keeps a file as it was, of which there is no region');
  checkRegion(region, head.shape);
  options.signal?.throwIfAborted();
  const { pixels, from } = await namingMemory(() => decodeAround(parts, head, region, options));
  options.signal?.throwIfAborted();
  return crop(pixels, { ...region, y: region.y - from });
}

/** Pixels of rows from `from` on, among which are those wanted. */
async function decodeAround(
  parts: Parts,
  head: ImageHead,
  region: Region,
  options: DecompressOptions,
): Promise<{ readonly pixels: Pixels; readonly from: number }> {
  const rows = { from: region.y, to: region.y + region.height };
  const decoder = await findDecoder(head, options);
  const groupRows = rowsOfGroups(parts, decoder);
  if (!groupRows) return { pixels: await decodeWhole(parts, head, options), from: 0 };
  const cropped = sampleBytes({ ...head.shape, width: region.width, height: region.height });
  const pixels = await decodeRows(parts, head, { decoder, groupRows, rows, besideBytes: cropped }, options);
  return { pixels, from: rows.from };
}

function checkRegion({ x, y, width, height }: Region, shape: Shape): void {
  if (shape.images > 1)
    throw new VaezipError('bad-argument', `there are ${shape.images} images: a region is of one`);
  const whole = [x, y, width, height].every(Number.isSafeInteger);
  const within = x >= 0 && y >= 0 && x + width <= shape.width && y + height <= shape.height;
  if (!whole || width < 1 || height < 1 || !within)
    throw new VaezipError(
      'bad-argument',
      `the region ${x},${y},${width},${height} is not within the image of ${shape.width} x ${shape.height} pixels`,
    );
}

function crop(pixels: Pixels, { x, y, width, height }: Region): Pixels {
  const { channels, bitDepth } = pixels;
  const data = blankSamples(bitDepth, width * height * channels);
  for (let row = 0; row < height; row++) {
    const at = ((y + row) * pixels.width + x) * channels;
    data.set(pixels.data.subarray(at, at + width * channels), row * width * channels);
  }
  return { ...pixels, width, height, data };
}
