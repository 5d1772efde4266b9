// Photographs to train on: a folder's RGB photos in memory, some of them held out, and random crops of the others.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { shareOfKnown } from '../../../codec/screen/score.ts';
import { readImage } from '../../files/read-image.ts';
import type { Random } from '../run/random.ts';

export interface Photo {
  /** u8 [height][width][3]. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A file that is not trained on, and in words why. */
export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

/** Every so manieth photo is held out, and the last. */
const HELD_OUT_STRIDE = 40;
const OPAQUE = 255;
/** Of photographs here at most 0.74 of the pixels repeat a neighbour, of charts and logos more. */
const MOST_REPEATED = 0.75;

/**
 * The photos of a folder in the order of their names, PNG or WebP without loss, of 8-bit RGB; and the files that are
 * none, have a side below `leastSide`, or a name that begins with one of `withheld`.
 */
async function readPhotos(
  directory: string,
  leastSide: number,
  withheld: readonly string[],
  withDrawn: boolean,
) {
  const names = (await readdir(directory).catch(() => []))
    .filter((name) => /\.(png|webp)$/i.test(name))
    .sort();
  const photos: Photo[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const isWithheld = withheld.some((start) => name.startsWith(start));
    const photo = isWithheld ? 'held out' : await readPhoto(path, leastSide, withDrawn);
    if (typeof photo === 'string') leftOut.push({ path, reason: photo });
    else photos.push(photo);
  }
  if (photos.length < 2) {
    const why = leftOut.length > 0 ? ` (${leftOut[0].path}: ${leftOut[0].reason})` : '';
    throw new VaezipError(
      'bad-argument',
      `${directory} holds ${photos.length} usable photos${why}: ` +
        'give a folder with at least 2 RGB photos, PNG or lossless WebP',
    );
  }
  return { photos, leftOut };
}

/** A file's photo, or in words why it is none to train on. */
async function readPhoto(path: string, leastSide: number, withDrawn: boolean): Promise<Photo | string> {
  const image = await readImage(new Uint8Array(await readFile(path))).catch((error) => {
    if (error instanceof VaezipError) return error.message;
    throw error;
  });
  if (typeof image === 'string') return image;
  if (image.keepReason) return image.keepReason.text;
  const pixels = image.pixels && rgbOf(image.pixels);
  if (!pixels) return 'not 8-bit RGB';
  const { width, height } = image.shape;
  if (width < leastSide || height < leastSide)
    return `${width}x${height}: both sides must be at least ${leastSide}`;
  const photo = { pixels, width, height };
  const repeated = shareOfKnown({ data: pixels, width, height, channels: 3 });
  if (!withDrawn && repeated > MOST_REPEATED)
    return `drawn, not photographed: ${Math.round(100 * repeated)} % of its pixels repeat a neighbour`;
  return photo;
}

/** 8-bit RGB samples, without an alpha that says nothing; null for others. */
function rgbOf({ data, channels, bitDepth }: Pixels): Uint8Array | null {
  if (bitDepth !== 8 || channels < 3) return null;
  if (channels === 3) return data as Uint8Array;
  const isAlpha = (_: number, index: number) => index % 4 === 3;
  if (data.some((sample, index) => isAlpha(sample, index) && sample !== OPAQUE)) return null;
  return (data as Uint8Array).filter((sample, index) => !isAlpha(sample, index));
}

/** A folder's photos, divided into those to train on and those held out. Each thread that opens it holds them all. */
export class PhotoFolder {
  readonly heldOut: readonly Photo[];
  readonly leftOut: readonly LeftOut[];
  readonly #training: readonly Photo[];
  /** Running sums of the photos' pixels: large photos are drawn in proportion. */
  readonly #ends: number[] = [];

  private constructor(photos: readonly Photo[], leftOut: readonly LeftOut[]) {
    this.leftOut = leftOut;
    const isHeldOut = (_: Photo, i: number) =>
      i % HELD_OUT_STRIDE === HELD_OUT_STRIDE - 1 || photos.length === i + 1;
    this.heldOut = photos.filter(isHeldOut);
    this.#training = photos.filter((photo, i) => !isHeldOut(photo, i));
    for (const { width, height } of this.#training) {
      this.#ends.push((this.#ends.at(-1) ?? 0) + width * height);
    }
  }

  /**
   * `withheld`: beginnings of names; `withDrawn`: not photographs alone.
   * @throws VaezipError 'bad-argument' where there are not at least 2.
   */
  static async open(
    directory: string,
    leastSide: number,
    withheld: readonly string[] = [],
    withDrawn = false,
  ): Promise<PhotoFolder> {
    const { photos, leftOut } = await readPhotos(directory, leastSide, withheld, withDrawn);
    return new PhotoFolder(photos, leftOut);
  }

  get description(): string {
    const pixels = this.#ends[this.#ends.length - 1];
    return `${this.#training.length} photos of ${Math.round(pixels / 1e6)} Mpx in all, ${this.heldOut.length} held out`;
  }

  /** A random photo to train on. */
  draw(random: Random): Photo {
    const at = random.uniform() * this.#ends[this.#ends.length - 1];
    return this.#training[this.#ends.findIndex((end) => at < end)];
  }
}

/** Copies a width x height crop at a random place and in one of the 8 orientations into `to`, as RGB. */
export function crop(photo: Photo, random: Random, width: number, height: number, to: Uint8Array): void {
  const { pixels } = photo;
  const orientation = random.integer(8);
  const turned = (orientation & 4) !== 0;
  const across = turned ? height : width;
  const down = turned ? width : height;
  const x0 = random.integer(photo.width - across + 1);
  const y0 = random.integer(photo.height - down + 1);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let u = turned ? y : x;
      let v = turned ? x : y;
      if (orientation & 1) u = across - 1 - u;
      if (orientation & 2) v = down - 1 - v;
      const from = 3 * ((y0 + v) * photo.width + x0 + u);
      to[at++] = pixels[from];
      to[at++] = pixels[from + 1];
      to[at++] = pixels[from + 2];
    }
  }
}

/** Copies one of the cells that photos are cut into by a grid, such as a sheet of small images, mirrored or not. */
export function cell(photo: Photo, random: Random, side: number, to: Uint8Array): void {
  const x0 = side * random.integer(Math.floor(photo.width / side));
  const y0 = side * random.integer(Math.floor(photo.height / side));
  const isMirrored = random.integer(2) === 1;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const from = 3 * ((y0 + y) * photo.width + x0 + (isMirrored ? side - 1 - x : x));
      to.set(photo.pixels.subarray(from, from + 3), 3 * (y * side + x));
    }
}

/** Luma of ITU-R BT.601, rounded, as most converters compute grey. */
export function toGrey(rgb: Uint8Array, grey: Uint8Array): void {
  for (let i = 0; i < grey.length; i++)
    grey[i] = Math.round(0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2]);
}
