// Images and untrained models for the tests of the binary family.

import { type Sizes, shapesOf } from '../../../codec/binary/architecture.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { binariseAll } from '../../../src/train/data/binarise.ts';
import { Random } from '../../../src/train/run/random.ts';
import { binaryPreset } from '../../../src/train/tensorflow/binary/preset.ts';
import { pixelsOf, strokes, testDigits } from '../digits/images.ts';

export const FACTORISED: Sizes = {
  latents: 6,
  neighbours: 0,
  features: 4,
  hidden: 12,
  window: 4,
  windowHidden: 8,
  windowCode: 4,
};
export const CONTEXT: Sizes = {
  latents: 4,
  neighbours: 24,
  features: 8,
  hidden: 8,
  window: 8,
  windowHidden: 12,
  windowCode: 8,
};

/** The weights that training starts from, each times `factor`. */
export function untrained(sizes: Sizes, factor = 1): NamedArrays {
  const initial = binaryPreset(sizes).initialParameters(new Random(3));
  return Object.fromEntries(
    Object.keys(shapesOf(sizes)).map((name) => {
      const { shape, data } = initial[name];
      return [name, { shape, data: data.map((weight) => weight * factor) }];
    }),
  );
}

export function binaryStrokes(images: number, seed: number): Pixels {
  return binarised(strokes(images, seed));
}

/** The first `images` of MNIST's test set in their static binarisation. */
export async function binaryDigits(images: number): Promise<Pixels> {
  return binarised(await testDigits(images));
}

export function imagesOf({ data, images }: Pixels): Uint8Array[] {
  return Array.from({ length: images }, (_, n) => Uint8Array.from(data.subarray(784 * n, 784 * (n + 1))));
}

function binarised({ data }: Pixels): Pixels {
  return pixelsOf(binariseAll(Uint8Array.from(data), 784));
}
