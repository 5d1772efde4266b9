// Small colour images for the thumbs tests, and a model of them that nobody trained.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Model } from '../../../codec/model/model.ts';
import { type NamedArrays, writeSafetensors } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { thumbsFamily } from '../../../codec/thumbs/family.ts';
import { readImage } from '../../../src/files/read-image.ts';
import { Random } from '../../../src/train/run/random.ts';
import { thumbs } from '../../../src/train/tensorflow/thumbs/preset.ts';
import { modelOf } from '../coding.ts';
import { paint } from '../planes/learning/images.ts';

const SHEET = '../shared/data/cifar10/sheet-3.webp';
export const hasSheet = existsSync(SHEET);
if (!hasSheet) console.warn(`${SHEET} is absent: tests on real thumbs are skipped`);

/** The weights that training starts from, each times `factor`. */
export function untrainedTensors(factor = 1): NamedArrays {
  const initial = thumbs.initialParameters(new Random(3));
  return Object.fromEntries(
    Object.entries(initial).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((w) => w * factor) },
    ]),
  );
}

export function untrained(factor = 1): Model {
  const tensors = untrainedTensors(factor);
  return modelOf(
    thumbsFamily,
    'untrained',
    writeSafetensors({ tensors, metadata: { format: thumbs.format } }),
  );
}

/** Images of one size, painted with different seeds. */
export function painted(name: string, images: number, width = 32, height = 32): Pixels {
  const each = Array.from({ length: images }, (_, n) => paint(name, width, height, 3, n + 1).data);
  const data = new Uint8Array(images * 3 * width * height);
  for (const [n, image] of each.entries()) data.set(image, n * image.length);
  return { data, width, height, channels: 3, bitDepth: 8, images };
}

/** The first images of a sheet of CIFAR-10's, 40 in a row. */
export async function ofSheet(images: number): Promise<Pixels> {
  const { pixels } = (await readImage(new Uint8Array(await readFile(SHEET)))) as { pixels: Pixels };
  const data = new Uint8Array(images * 3072);
  for (let n = 0; n < images; n++)
    for (let y = 0; y < 32; y++) {
      const from = 3 * ((32 * Math.floor(n / 40) + y) * pixels.width + 32 * (n % 40));
      data.set(pixels.data.subarray(from, from + 96), n * 3072 + 96 * y);
    }
  return { data, width: 32, height: 32, channels: 3, bitDepth: 8, images };
}
