// Which way an image's samples are coded: a fast model codes the rows in the middle each way, and the way that takes
// fewest bytes is the one by which a slow model codes all of it. docs/decisions/planes.md says what that brings.

import { codedBytes } from '../codec/model/coded-bytes.ts';
import type { CodingOptions, Model, Scan } from '../codec/model/model.ts';
import { blankSamples, type Samples, type Shape } from '../codec/pixels/pixels.ts';
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
  const { width, height } = shape;
  const planes = shape.channels === 3 ? 3 : 1;
  const row = width * planes;
  const pixels = Math.min(MOST_PIXELS, Math.max(FEWEST_PIXELS, SHARE * width * height));
  const middle = { ...shape, height: Math.min(height, Math.ceil(pixels / width)) };
  if (!scout.accepts(middle)) return 0;
  const session = scout.open(middle, { ...options, onProgress: undefined });
  const from = ((height - middle.height) >> 1) * row;
  const bytesBy = async (scan: Scan) => {
    const turned = blankSamples(shape.bitDepth, middle.height * row);
    turned.set(samples.subarray(from, from + middle.height * row));
    turn(turned, row, planes, scan);
    return (
      codedBytes(await session.encode(turned)) + (scan === 0 ? 0 : (TABLE_BYTES * middle.height) / height)
    );
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
