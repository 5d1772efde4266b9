// What networks of the plane make of z: reconstructions of digits, and images from the prior.

import type { Random } from '../../train/run/random.ts';
import { posteriorsOf } from '../digits/estimates.ts';
import { digitPicture } from '../digits/pictures.ts';
import type { DigitsNetwork } from '../digits/point.ts';
import { drawImages } from '../digits/sampling.ts';
import type { Plot } from '../frame/claim.ts';
import { pictureGrid } from '../frame/pictures.ts';
import { sampleGaussians } from '../information/gaussians.ts';

const CELL = { width: 36, height: 36 };

/** Two grids, a row a network: the images and what p(x|z) makes of a z that q(z|x) drew; and images from the prior. */
export async function networkPictures(
  networks: readonly DigitsNetwork[],
  labels: readonly string[],
  images: readonly Uint8Array[],
  random: Random,
): Promise<Plot[]> {
  const columns = images.map(() => '');
  const reconstructions = networks.map(({ model, tensors }) => {
    const posteriors = { ...posteriorsOf(model, tensors, images), size: model.sizes.latents };
    return drawImages(model, tensors, sampleGaussians(posteriors, random), random);
  });
  const samples = networks.map(({ model, tensors }) =>
    drawImages(model, tensors, random.normals(images.length * model.sizes.latents), random),
  );
  const grid = (title: string, rows: readonly string[], pictures: readonly Uint8Array[][]) =>
    pictureGrid({ title, rows, columns, pictures: pictures.flat().map(digitPicture), cell: CELL });
  return Promise.all([
    grid(
      'Digits, and images drawn from p(x|z) for a z from q(z|x)',
      ['x', ...labels],
      [[...images], ...reconstructions],
    ),
    grid('Images drawn from p(x|z) for a z from the prior', labels, samples),
  ]);
}
