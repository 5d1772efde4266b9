// The kernel's job of a thumb's pixels: where image, weights and scratch lie (assembly/pixels.ts).

import { Constants } from '../kernel/layouts.ts';
import { type KernelRecord, plan, type RecordPlan, room } from '../kernel/records.ts';

const { SCRATCH_BYTES } = Constants['thumbs/pixels'];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a row of the padded image, which has one more on either side; and one row more, above. */
const strideOf = (width: number) => 3 * (width + 2);

/** A job of images of such a size. `fromLatents` and what `addressOf` tells of weights by their names are addresses. */
export function pixelsPlan(
  { width, height }: Size,
  fromLatents: number,
  addressOf: (name: string) => number,
): RecordPlan<'ThumbsJob'> {
  const channel = (name: string) =>
    plan('ThumbsChannel', {
      hiddenWeight: addressOf(`pixel.${name}.hidden.weight`),
      hiddenBias: addressOf(`pixel.${name}.hidden.bias`),
      directWeight: addressOf(`pixel.${name}.direct.weight`),
      outputWeight: addressOf(`pixel.${name}.output.weight`),
      outputBias: addressOf(`pixel.${name}.output.bias`),
    });
  return plan('ThumbsJob', {
    image: room((height + 1) * strideOf(width)),
    width,
    height,
    stride: strideOf(width),
    cells: 4 * Math.ceil(width / 8),
    fromLatents,
    contextWeight: addressOf('pixel.context.weight'),
    green: channel('green'),
    red: channel('red'),
    blue: channel('blue'),
    scratch: room(SCRATCH_BYTES),
  });
}

/** Copies an image's levels, row by row, into the job. */
export function padImage(job: KernelRecord<'ThumbsJob'>, image: ArrayLike<number> & Iterable<number>): void {
  const { width, height, padded, stride } = paddedImage(job);
  for (let y = 0; y < height; y++)
    for (let i = 0; i < 3 * width; i++) padded[(y + 1) * stride + 3 + i] = image[3 * y * width + i];
}

/** The levels of the job's image, row by row. */
export function takeImage(job: KernelRecord<'ThumbsJob'>): Uint8Array {
  const { width, height, padded, stride } = paddedImage(job);
  const image = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const start = (y + 1) * stride + 3;
    image.set(padded.subarray(start, start + 3 * width), 3 * y * width);
  }
  return image;
}

function paddedImage(job: KernelRecord<'ThumbsJob'>) {
  const [width, height, stride] = [job.get('width'), job.get('height'), job.get('stride')];
  const bytes = (height + 1) * stride;
  const padded = new Uint8Array(job.kernel.memory.buffer, job.get('image'), bytes);
  return { width, height, stride, padded };
}
