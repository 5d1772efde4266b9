// Which way an image's samples are coded: a fast model codes the rows in the middle each way, and the way that takes
// fewest bytes is the one by which a slow model codes all of it. docs/decisions/planes.md says what that brings.

import { codedBytes } from '../codec/model/coded-bytes.ts';
import type { CodingOptions, Model, Scan } from '../codec/model/model.ts';
import { blankSamples, middleOf, type Samples, type Shape, sampleCount } from '../codec/pixels/pixels.ts';
import { BLUE_FIRST, LEFTWARD, turn, UPWARD } from '../codec/planes/transforms/scan.ts';

/** Of an image's pixels, those that are coded each way. */
const SHARE = 1 / 4;
/** All of an image that has fewer, and no more than so many of a large one: a small kernel has room for them. */
const FEWEST_PIXELS = 65_536;
const MOST_PIXELS = 300_000;
/** What a scan other than the usual one takes of a file. */
const TABLE_BYTES = 3;
/** What blue before red must save: of smaller differences the other model's is as often the other way. */
const LEAST_SAVED = 0.001;

/** The scan for an image; the usual one where the scout does not take it. */
export async function findScan(
  samples: Samples,
  shape: Shape,
  scout: Model,
  options: CodingOptions,
): Promise<Scan> {
  const { width, height, images } = shape;
  const planes = shape.channels === 3 ? 3 : 1;
  const row = width * planes;
  const all = width * height * images;
  const middle = middleOf(shape, Math.min(MOST_PIXELS, Math.max(FEWEST_PIXELS, SHARE * all)));
  if (!scout.accepts(middle.shape)) return 0;
  const session = scout.open(middle.shape, { ...options, onProgress: undefined });
  const length = sampleCount(middle.shape);
  const tableBytes = (TABLE_BYTES * length) / sampleCount(shape);
  const bytesBy = async (scan: Scan) => {
    const turned = blankSamples(shape.bitDepth, length);
    turned.set(samples.subarray(middle.from * row, middle.from * row + length));
    turn(turned, row, planes, scan);
    return codedBytes(await session.encode(turned)) + (scan === 0 ? 0 : tableBytes);
  };
  let best: Scan = 0;
  let least = await bytesBy(best);
  for (const scan of [LEFTWARD, UPWARD, LEFTWARD | UPWARD]) {
    const bytes = await bytesBy(scan);
    if (bytes < least) [best, least] = [scan, bytes];
  }
  if (planes === 1) return best;
  return (await bytesBy(best | BLUE_FIRST)) < (1 - LEAST_SAVED) * least ? best | BLUE_FIRST : best;
}
