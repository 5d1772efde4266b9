// The images whose .vz files are pinned in this folder: NAME.vz is what compress() must write, and reads for ever.
// Models are untrained, so that no training changes them; images come from integer arithmetic or from samples/.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Metadata, Original, Pixels } from '../../library/index.ts';
import { colour, grey, large, largeSimilar, untrainedFile } from '../codec/planes/learning/untrained.ts';
import {
  colour as quick,
  grey as quickGrey,
  untrainedFile as untrainedQuick,
} from '../codec/planes/quick/untrained.ts';
import { paint } from '../codec/planes/static/images.ts';
import { untrainedPhoto } from '../codec/planes/static/untrained.ts';
import { paint as draw } from '../codec/screen/images.ts';
import { small as smallScreen, untrainedFile as untrainedScreen } from '../codec/screen/untrained.ts';
import { untrainedBinary, untrainedDigits, untrainedThumbs } from './untrained-chains.ts';

/** Weights' files by the names that cases call them. */
export const MODELS: Readonly<Record<string, Uint8Array>> = {
  'untrained static': untrainedPhoto(),
  'untrained learning': untrainedFile(colour),
  'untrained learning large': untrainedFile(large),
  'untrained learning similar': untrainedFile(largeSimilar),
  'untrained learning grey': untrainedFile(grey),
  'untrained quick': untrainedQuick(quick),
  'untrained quick grey': untrainedQuick(quickGrey),
  'untrained screen': untrainedScreen(smallScreen),
  'untrained screen without networks': untrainedScreen(null),
  'untrained digits': untrainedDigits(),
  'untrained binary': untrainedBinary(0),
  'untrained binary with neighbours': untrainedBinary(24),
  'untrained thumbs': untrainedThumbs(),
};

export interface GoldenCase {
  readonly name: string;
  readonly pixels: Pixels;
  /** One of MODELS, or the name of a model that ships. */
  readonly model: string | null;
  readonly metadata?: Metadata;
  /** Of three bytes: a stream starts from it. */
  readonly recipe?: Uint8Array;
  /** Kept as it is. */
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

/** The same without greys. */
export function blackAndWhite(pixels: Pixels): Pixels {
  return { ...pixels, data: Uint8Array.from(pixels.data, (level) => (level > 127 ? 255 : 0)) };
}

/** An image with a round, soft alpha, 0 toward the corners. */
export function rounded(pixels: Pixels): Pixels {
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

/** The same in 16 bits, with levels between those of 8. */
function deepened(pixels: Pixels): Pixels {
  const noise = mixed(pixels.data.length);
  const data = Uint16Array.from(pixels.data, (level, index) =>
    level === 255 ? 65535 : 256 * level + noise[index] / 256,
  );
  return { ...pixels, bitDepth: 16, data };
}

/** Its samples squared, as if they were proportional to light. */
function ofLight(pixels: Pixels): Pixels {
  return { ...pixels, data: Uint16Array.from(pixels.data, (level) => (level * level) / 65535) };
}

/** The same of 4096 levels, their bits repeated. */
function ofTwelveBits(pixels: Pixels): Pixels {
  const data = deepened(pixels).data.map((level) => (level & 0xfff0) | (level >> 12));
  return { ...pixels, bitDepth: 16, data };
}

/** 8 bits in 16. */
function wide(pixels: Pixels): Pixels {
  return { ...pixels, bitDepth: 16, data: Uint16Array.from(pixels.data, (level) => 257 * level) };
}

/** The green plane alone. */
function greenOf(pixels: Pixels): Pixels {
  return { ...pixels, channels: 1, data: pixels.data.filter((_, index) => index % 3 === 1) };
}

/** An image cut into so many, one below the other. */
export function chain(pixels: Pixels, images: number): Pixels {
  return { ...pixels, height: pixels.height / images, images };
}

export async function goldenCases(): Promise<GoldenCase[]> {
  const still = { model: 'untrained static' };
  const learning = { model: 'untrained learning' };
  const screen = { model: 'untrained screen' };
  const deep = Uint16Array.from(mixed(30));
  const recipe = Uint8Array.of(0x11, 0x5a, 0xc3);
  return [
    { name: 'static-1x1', pixels: paint('noise', 1, 1), ...still },
    { name: 'static-3x90', pixels: paint('noise', 3, 90), ...still },
    { name: 'static-17x39', pixels: paint('gradient', 17, 39), ...still },
    { name: 'static-130x41', pixels: paint('rare flips', 130, 41), ...still },
    { name: 'static-crop', pixels: await cropOfSample(264, 250), ...still },
    {
      name: 'static-metadata',
      pixels: paint('stripes', 20, 26),
      metadata: { kind: 'png', data: Uint8Array.of(0, 103, 65, 77, 65, 4, 0, 0, 177, 143) },
      ...still,
    },
    { name: 'static-alpha', pixels: rounded(paint('gradient', 37, 41)), ...still },
    { name: 'learning-1x1', pixels: paint('noise', 1, 1), ...learning },
    { name: 'learning-3x90', pixels: paint('noise', 3, 90), ...learning },
    { name: 'learning-130x41', pixels: paint('rare flips', 130, 41), ...learning },
    { name: 'learning-crop', pixels: await cropOfSample(200, 170), ...learning },
    { name: 'learning-levels', pixels: stretched(await cropOfSample(90, 80)), ...learning },
    { name: 'learning-alpha', pixels: rounded(paint('gradient', 37, 41)), ...learning },
    { name: 'learning-large', pixels: await cropOfSample(131, 66), model: 'untrained learning large' },
    {
      name: 'learning-similar',
      pixels: await cropOfSample(131, 66),
      model: 'untrained learning similar',
    },
    { name: 'learning-grey', pixels: greenOf(await cropOfSample(131, 66)), model: 'untrained learning grey' },
    { name: 'learning-deep', pixels: deepened(await cropOfSample(131, 66)), ...learning },
    {
      name: 'learning-deep-grey',
      pixels: ofLight(deepened(greenOf(await cropOfSample(131, 66)))),
      model: 'untrained learning grey',
    },
    { name: 'learning-deep-levels', pixels: ofTwelveBits(await cropOfSample(131, 66)), ...learning },
    { name: 'quick-deep', pixels: deepened(await cropOfSample(131, 66)), model: 'untrained quick' },
    { name: 'quick-deep-shallow', pixels: wide(await cropOfSample(40, 30)), model: 'untrained quick' },
    { name: 'quick-crop', pixels: await cropOfSample(131, 66), model: 'untrained quick' },
    { name: 'quick-130x41', pixels: paint('rare flips', 130, 41), model: 'untrained quick' },
    { name: 'quick-grey', pixels: greenOf(await cropOfSample(131, 66)), model: 'untrained quick grey' },
    { name: 'learning-chain', pixels: chain(await cropOfSample(24, 90), 3), ...learning },
    { name: 'quick-chain', pixels: chain(await cropOfSample(24, 90), 3), model: 'untrained quick' },
    { name: 'screen-chain', pixels: chain(draw('text', 40, 60, 4), 2), ...screen },
    { name: 'screen-1x1', pixels: draw('noise', 1, 1, 4), ...screen },
    { name: 'screen-text', pixels: draw('text', 150, 90, 3), ...screen },
    { name: 'screen-large', pixels: draw('soft edges', 300, 230, 3), ...screen },
    { name: 'screen-alpha', pixels: draw('few colours', 60, 40, 4), ...screen },
    { name: 'screen-rounded', pixels: rounded(paint('gradient', 37, 41)), ...screen },
    { name: 'screen-grey', pixels: draw('rare colours', 70, 50, 1), ...screen },
    { name: 'screen-photo', pixels: await cropOfSample(131, 66), ...screen },
    {
      name: 'screen-without-networks',
      pixels: draw('rare colours', 70, 50, 2),
      model: 'untrained screen without networks',
    },
    { name: 'static-recipe', pixels: paint('gradient', 40, 50), recipe, ...still },
    { name: 'learning-recipe', pixels: await cropOfSample(40, 30), recipe, ...learning },
    {
      name: 'quick-grey-recipe',
      pixels: greenOf(await cropOfSample(40, 30)),
      recipe,
      model: 'untrained quick grey',
    },
    { name: 'screen-recipe', pixels: draw('text', 40, 30, 4), recipe, ...screen },
    { name: 'digits', pixels: squares(3), model: 'untrained digits' },
    { name: 'binary', pixels: blackAndWhite(squares(3)), model: 'untrained binary' },
    {
      name: 'binary-neighbours',
      pixels: blackAndWhite(squares(3)),
      model: 'untrained binary with neighbours',
    },
    { name: 'thumbs', pixels: chain(await cropOfSample(32, 96), 3), model: 'untrained thumbs' },
    { name: 'thumbs-35x33', pixels: chain(await cropOfSample(35, 66), 2), model: 'untrained thumbs' },
    {
      name: 'kept',
      pixels: paint('noise', 2, 2),
      model: null,
      original: { bytes: Uint8Array.from(mixed(40)), name: new TextEncoder().encode('/.jpg') },
    },
    {
      name: 'plain',
      pixels: { data: deep, width: 5, height: 3, channels: 2, bitDepth: 16, images: 1 },
      model: null,
    },
    { name: 'plain-zlib', pixels: paint('gradient', 40, 40), model: null },
  ];
}

export function goldenPath(name: string): string {
  return join(import.meta.dirname, `${name}.vz`);
}

export function goldenFile(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(goldenPath(name)));
}
