// The images whose .vz files are pinned in this folder: NAME.vz is what compress() must write, and reads for ever.
// Models are untrained, so that no training changes them; images come from integer arithmetic or from samples/.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Metadata, Original, Pixels } from '../../library/index.ts';
import { colour, grey, large, largeSimilar, untrainedFile } from '../codec/planes/learning/untrained.ts';
import { paint } from '../codec/planes/static/images.ts';
import { untrainedPhoto } from '../codec/planes/static/untrained.ts';
import { untrainedDigits } from './untrained-digits.ts';

/** Weights' files by the names that cases call them. */
export const MODELS: Readonly<Record<string, Uint8Array>> = {
  'untrained photo': untrainedPhoto(),
  'untrained adaptive': untrainedFile(colour),
  'untrained adaptive large': untrainedFile(large),
  'untrained adaptive similar': untrainedFile(largeSimilar),
  'untrained adaptive grey': untrainedFile(grey),
  'untrained digits': untrainedDigits(),
};

export interface GoldenCase {
  readonly name: string;
  readonly pixels: Pixels;
  /** One of MODELS, or the name of a model that ships. */
  readonly model: string | null;
  readonly metadata?: Metadata;
  /** Makes the method `stored`. */
  readonly original?: Original;
}

/** A part of a sample photo, large enough to be coded on several threads. */
export async function cropOfSample(width: number, height: number): Promise<Pixels> {
  const data = await sharp(join(import.meta.dirname, '../../samples/dog.png'), { ignoreIcc: true })
    .extract({ left: 150, top: 120, width, height })
    .raw()
    .toBuffer();
  return { data: Uint8Array.from(data), width, height, channels: 3, bitDepth: 8, images: 1 };
}

/** Numbers 0..65535 without a pattern that zlib could use. */
function mixed(length: number): number[] {
  return Array.from({ length }, (_, i) => Math.imul((i + 1) * (i + 7), 0x9e3779b1) >>> 16);
}

/** Grey images of 28x28: a square with a soft edge, farther right in each. */
export function squares(images: number): Pixels {
  const data = Uint8Array.from({ length: images * 784 }, (_, i) => {
    const x = (i % 28) - 2 * Math.floor(i / 784) - 8;
    const y = (Math.floor(i / 28) % 28) - 8;
    return Math.max(0, Math.min(255, 64 * Math.min(x, y, 12 - x, 12 - y)));
  });
  return { data, width: 28, height: 28, channels: 1, bitDepth: 8, images };
}

/** An image with a round, soft alpha, 0 toward the corners. */
function rounded(pixels: Pixels): Pixels {
  const { width, height } = pixels;
  const alpha = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const x = 2 * (pixel % width) - width + 1;
    const y = 2 * Math.floor(pixel / width) - height + 1;
    return Math.max(0, Math.min(255, width * height - x * x - y * y));
  });
  const data = Uint8Array.from({ length: 4 * width * height }, (_, index) =>
    index % 4 === 3 ? alpha[index >> 2] : pixels.data[3 * (index >> 2) + (index % 4)],
  );
  return { ...pixels, channels: 4, data };
}

/** With more contrast, so that some levels never occur. */
function stretched(pixels: Pixels): Pixels {
  return {
    ...pixels,
    data: Uint8Array.from(pixels.data, (level) => Math.min(255, Math.floor((level * 5) / 4))),
  };
}

/** The green plane alone. */
function greenOf(pixels: Pixels): Pixels {
  return { ...pixels, channels: 1, data: Uint8Array.from(pixels.data).filter((_, index) => index % 3 === 1) };
}

export async function goldenCases(): Promise<GoldenCase[]> {
  const photo = { model: 'untrained photo' };
  const adaptive = { model: 'untrained adaptive' };
  const deep = Uint16Array.from(mixed(30));
  return [
    { name: 'photo-1x1', pixels: paint('noise', 1, 1), ...photo },
    { name: 'photo-3x90', pixels: paint('noise', 3, 90), ...photo },
    { name: 'photo-17x39', pixels: paint('gradient', 17, 39), ...photo },
    { name: 'photo-130x41', pixels: paint('rare flips', 130, 41), ...photo },
    { name: 'photo-crop', pixels: await cropOfSample(264, 250), ...photo },
    {
      name: 'photo-metadata',
      pixels: paint('stripes', 20, 26),
      metadata: { kind: 'png', data: Uint8Array.of(0, 103, 65, 77, 65, 4, 0, 0, 177, 143) },
      ...photo,
    },
    { name: 'photo-alpha', pixels: rounded(paint('gradient', 37, 41)), ...photo },
    { name: 'adaptive-1x1', pixels: paint('noise', 1, 1), ...adaptive },
    { name: 'adaptive-3x90', pixels: paint('noise', 3, 90), ...adaptive },
    { name: 'adaptive-130x41', pixels: paint('rare flips', 130, 41), ...adaptive },
    { name: 'adaptive-crop', pixels: await cropOfSample(200, 170), ...adaptive },
    { name: 'adaptive-levels', pixels: stretched(await cropOfSample(90, 80)), ...adaptive },
    { name: 'adaptive-alpha', pixels: rounded(paint('gradient', 37, 41)), ...adaptive },
    { name: 'adaptive-large', pixels: await cropOfSample(131, 66), model: 'untrained adaptive large' },
    {
      name: 'adaptive-similar',
      pixels: await cropOfSample(131, 66),
      model: 'untrained adaptive similar',
    },
    { name: 'adaptive-grey', pixels: greenOf(await cropOfSample(131, 66)), model: 'untrained adaptive grey' },
    { name: 'digits', pixels: squares(3), model: 'untrained digits' },
    {
      name: 'stored',
      pixels: paint('noise', 2, 2),
      model: null,
      original: { bytes: Uint8Array.from(mixed(40)), extension: 'jpg' },
    },
    {
      name: 'deflate',
      pixels: { data: deep, width: 5, height: 3, channels: 2, bitDepth: 16, images: 1 },
      model: null,
    },
    { name: 'deflate-zlib', pixels: paint('gradient', 40, 40), model: null },
  ];
}

export function goldenPath(name: string): string {
  return join(import.meta.dirname, `${name}.vz`);
}

export function goldenFile(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(goldenPath(name)));
}
