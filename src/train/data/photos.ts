// Photographs to train on: a folder's RGB photos in memory, some of them held out, and random crops of the others.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import type { Random } from '../run/random.ts';

export interface Photo {
  /** u8 [height][width][3]. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Every so manieth photo is held out, and the last. */
const HELD_OUT_STRIDE = 40;

/** The photos of a folder, PNG or lossless WebP, whose sides are at least `leastSide`, in the order of their names. */
async function readPhotos(directory: string, leastSide: number): Promise<Photo[]> {
  const { default: sharp } = await import('sharp');
  const names = (await readdir(directory).catch(() => []))
    .filter((name) => /\.(png|webp)$/i.test(name))
    .sort();
  const photos: Photo[] = [];
  for (const name of names) {
    const { data, info } = await sharp(join(directory, name), { ignoreIcc: true })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 || info.width < leastSide || info.height < leastSide) continue;
    photos.push({ pixels: data, width: info.width, height: info.height });
  }
  if (photos.length < 2) {
    throw new VaezipError(
      'bad-argument',
      `${directory} holds ${photos.length} usable photos: give a folder with at least 2 RGB photos, PNG or lossless WebP`,
    );
  }
  return photos;
}

/** A folder's photos, divided into those to train on and those held out. Each thread that opens it holds them all. */
export class PhotoFolder {
  readonly heldOut: readonly Photo[];
  readonly #training: readonly Photo[];
  /** Running sums of the photos' pixels: large photos are drawn in proportion. */
  readonly #ends: number[] = [];

  private constructor(photos: readonly Photo[]) {
    const isHeldOut = (_: Photo, i: number) =>
      i % HELD_OUT_STRIDE === HELD_OUT_STRIDE - 1 || photos.length === i + 1;
    this.heldOut = photos.filter(isHeldOut);
    this.#training = photos.filter((photo, i) => !isHeldOut(photo, i));
    for (const { width, height } of this.#training) {
      this.#ends.push((this.#ends.at(-1) ?? 0) + width * height);
    }
  }

  /** Throws VaezipError 'bad-argument' where there are not at least 2 photos. */
  static async open(directory: string, leastSide: number): Promise<PhotoFolder> {
    return new PhotoFolder(await readPhotos(directory, leastSide));
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
