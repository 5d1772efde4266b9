// What coding takes in memory, by a formula of shape, model and direction (docs/memory.md): known before any is taken,
// and held against the caller's limits. And one sentence for memory that is not there after all.

import { OutOfMemory, VaezipError } from '../codec/error.ts';
import { SMALL_BYTES } from '../codec/kernel/pool.ts';
import type { Direction, Model } from '../codec/model/model.ts';
import { alphaShape, colourShape } from '../codec/pixels/alpha.ts';
import { type Shape, sampleBytes, sampleCount } from '../codec/pixels/pixels.ts';
import { hasScout } from '../models/models.ts';
import { isAlphaApart } from './planned.ts';

/** What a call may take; no limit where none is given. */
export interface Limits {
  /** Bytes, as `memoryNeeded` counts them. What is left sets how many groups of a photo are worked on at once. */
  readonly limitMemory?: number | undefined;
  /** Pixels of all images together. */
  readonly limitPixels?: number | undefined;
}

/** Copies of what is coded while a file is put together: words of a message, streams, groups, the file. */
const CODED_COPIES = 4;
/** What a sample costs, as a number. */
const COST_BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Bytes that coding takes at most: samples, their copies, what the model takes, streams and the file. Beside them there
 * is what the process takes for itself. `fileBytes`: of the file, by default as many as the samples have, beyond which
 * an image is kept instead. `rows`: of the image, where those of some groups alone are decoded, and `fileBytes` theirs.
 * Alpha beside the colours is coded before them, by a model of its own where that is given.
 */
export function memoryNeeded(
  shape: Shape,
  model: Model,
  direction: Direction,
  fileBytes = sampleBytes(shape),
  rows = shape.height,
  alphaModel: Model | null = null,
): number {
  const apart = isAlphaApart(model, shape);
  const colours = apart ? colourShape(shape) : shape;
  const samples = sampleBytes({ ...shape, height: rows });
  // Colours and alpha apart, beside the samples of both; alpha's rows, all of them, are filtered and packed, or the
  // other way round.
  const channels = apart ? samples + 2 * sampleBytes(alphaShape(shape)) : 0;
  const coded = direction === 'decode' ? fileBytes : CODED_COPIES * fileBytes;
  const costs = direction === 'measure' ? COST_BYTES * sampleCount(colours) : 0;
  const scout = direction !== 'decode' && hasScout(model) ? SMALL_BYTES : 0;
  const work = Math.max(
    model.memory(colours, direction, fileBytes),
    (apart && alphaModel?.memory(alphaShape(shape), direction, fileBytes)) || 0,
  );
  return samples + channels + coded + costs + scout + work;
}

/** Throws VaezipError 'too-large' for more pixels than the limit. */
export function checkPixelLimit({ width, height, images }: Shape, { limitPixels }: Limits): void {
  const pixels = width * height * images;
  if (limitPixels !== undefined && pixels > limitPixels)
    throw new VaezipError(
      'too-large',
      `${images > 1 ? `${images} images of ` : ''}${width} x ${height} are ${pixels} pixels, ` +
        `more than the limit of ${limitPixels}`,
    );
}

/** Throws VaezipError 'too-large' where so many bytes, which coding by the model takes, are more than the limit. */
export function checkMemoryLimit(
  { width, height }: Shape,
  { name }: Model,
  needed: number,
  { limitMemory }: Limits,
): void {
  if (limitMemory !== undefined && needed > limitMemory)
    throw new VaezipError(
      'too-large',
      `${width} x ${height} pixels take up to ${megabytes(needed)} of memory with the model ${name}, more than the ` +
        `limit of ${megabytes(limitMemory)}`,
    );
}

/** Bytes beside those needed that work may take: what it was given, and what the limit leaves. */
export function spareMemory(
  needed: number,
  { limitMemory, spareMemory }: Limits & { readonly spareMemory?: number | undefined },
): number | undefined {
  if (limitMemory === undefined) return spareMemory;
  return Math.max(0, Math.min(spareMemory ?? Number.POSITIVE_INFINITY, limitMemory - needed));
}

/** What the work gives. Where it fails for want of memory, as engines word it, throws OutOfMemory instead. */
export async function namingMemory<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VaezipError || !tellsOfMemory(error)) throw error;
    throw new OutOfMemory(
      'there is not enough memory: fewer threads, a lower effort or a higher limit (ulimit -v) may help ' +
        `(${error.message})`,
      { cause: error },
    );
  }
}

/** V8: "Array buffer allocation failed", "Out of memory"; Firefox: "allocation size overflow"; Node's workers. */
function tellsOfMemory(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /out of memory|could not allocate|cannot allocate|allocation/i.test(error.message)
  );
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
