// A part of an image, decoded from the groups of rows that it lies in: of a large photo a small share of the time. What
// the file holds beside those groups is neither decoded nor checked, but for what stands before them.

import { VaezipError } from '../codec/error.ts';
import type { Rows } from '../codec/model/model.ts';
import { blankSamples, type Pixels, type Shape } from '../codec/pixels/pixels.ts';
import { type ImageContainer, type Parts, readInParts } from '../container/container.ts';
import { decodeChannelRows } from './channels.ts';
import { pixelsIn } from './contents.ts';
import { namingMemory } from './memory.ts';
import type { DecompressOptions } from './options.ts';
import { planDecoding } from './plan.ts';

/** A rectangle of an image, in pixels; x and y are of its left upper corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The pixels of a region, as they are in what `decompress` gives. Of a photo of several groups of rows (docs/FORMAT.md)
 * those that it lies in are decoded, and checked; the checksums of the other groups, of the samples and of the file are
 * not looked at, so that damage elsewhere does not matter. Any other image is decoded, and checked, as a whole.
 * @throws VaezipError 'bad-argument' for a region that is not within the image, and for several images; else as
 * `decompress`.
 */
export async function decodeRegion(
  file: Uint8Array,
  region: Region,
  options: DecompressOptions = {},
): Promise<Pixels> {
  return regionIn(readInParts(file), region, options);
}

/** As `decodeRegion`, of a file that is parsed. */
export async function regionIn(parts: Parts, region: Region, options: DecompressOptions): Promise<Pixels> {
  const { container } = parts;
  if (container.kind === 'kept')
    throw new VaezipError('bad-argument', 'it keeps a file as it was, of which there is no region');
  checkRegion(region, container.shape);
  options.signal?.throwIfAborted();
  const rows = { from: region.y, to: region.y + region.height };
  const { pixels, from } = await namingMemory(() => decodeAround(parts, container, rows, options));
  options.signal?.throwIfAborted();
  return crop(pixels, { ...region, y: region.y - from });
}

/** Pixels of rows from `from` on, among which are those wanted. */
async function decodeAround(
  { checkGroup }: Parts,
  container: ImageContainer,
  rows: Rows,
  options: DecompressOptions,
): Promise<{ readonly pixels: Pixels; readonly from: number }> {
  const { modelId, shape, sides } = container;
  const plan = await planDecoding(modelId, shape, options, 0);
  const groupRows = plan.model.groupRows?.(plan.colours);
  if (container.groups.length === 1 || groupRows?.length !== container.groups.length) {
    for (const number of container.groups.keys()) checkGroup(number);
    return { pixels: await pixelsIn(container, options), from: 0 };
  }
  const groups = container.groups.map((group, number) => {
    if (groupRows[number].to <= rows.from || groupRows[number].from >= rows.to) return null;
    checkGroup(number);
    return group;
  });
  return { pixels: await decodeChannelRows({ sides, groups }, plan, rows), from: rows.from };
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
