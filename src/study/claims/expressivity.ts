// What a powerful decoder leaves for z: the more a pixel sees of the pixels before it, the less z is told; and
// photographs, from a network with latents to those that learn while they code.

import { type BitsPerDim, compress } from '../../../library/index.ts';
import { SHIPPED } from '../../../models/catalogue.ts';
import { staticDigits } from '../digits/data.ts';
import { type PlacedNetwork, placeNetworks } from '../digits/point.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { estimate } from '../frame/estimate.ts';
import { samplePhoto } from '../photos/sample.ts';
import { decoderName } from '../plane/plots.ts';

const NEIGHBOURS = [0, 1, 2, 4, 10];
const IMAGES = 2000;
const PHOTO = 'house.png';
const PIXEL = { width: 1, height: 1, channels: 3, bitDepth: 8, images: 1 } as const;
/** A network with latents, then the efforts of two that learn while they code. */
const LATENTS = SHIPPED.find(({ fits, training }) => fits(PIXEL) && training.latents)?.name;
const CODERS = [{ model: LATENTS }, { effort: 6 }, { effort: 8 }] as const;
/** Bits/dim that latents take which are used. */
const LEAST_KL = 0.005;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;

export const expressivity: Claim = {
  name: 'expressivity',
  claim: 'The more a decoder knows by itself, the less it leaves for z, and the fewer bits there are in all.',
  source:
    'Chen et al. 2017, Variational Lossy Autoencoder; Gulrajani et al. 2017, PixelVAE; Yu 2020, section 4.2',
  ofDigits: true,
  run,
};

interface CodedPhoto {
  readonly model: string;
  readonly bits: BitsPerDim;
}

async function run(bench: Bench): Promise<Findings> {
  const images = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const studies = NEIGHBOURS.map((neighbours) => ({ neighbours, beta: 1 }));
  const networks = await placeNetworks(bench, studies, images, 0);
  const photos = await codedPhotos(bench);
  return {
    setting: {
      unit: 'bits an image of 784 pixels; of the photo, bits per sample (bits/dim)',
      mean: `over the first ${IMAGES} test digits, binarised; of samples/${PHOTO}, all its samples`,
      'samples of z': '1 an image for D, R in closed form; on disk those that the message draws',
    },
    tables: [digitsTable(networks), photosTable(photos)],
    plots: [digitsPlot(networks), photosPlot(photos)],
    checks: [...digitsChecks(networks), ...photosChecks(photos)],
  };
}

/** The photo by each model: compressed, decompressed and compared. */
export async function codedPhotos({ progress, signal }: Bench): Promise<CodedPhoto[]> {
  const pixels = await samplePhoto(PHOTO);
  const photos: CodedPhoto[] = [];
  for (const [index, coder] of CODERS.entries()) {
    progress(`coding ${PHOTO} by model ${index + 1} of ${CODERS.length}`);
    const { report } = await compress(pixels, { ...coder, verify: true, signal });
    photos.push({ model: report.model?.name ?? 'none', bits: report.bitsPerDim });
  }
  return photos;
}

function digitsTable(networks: readonly PlacedNetwork[]): FigureTable {
  return {
    title: 'Digits: KL in z against the neighbours that a pixel sees, beta 1',
    columns: [
      { title: 'neighbours', digits: 0 },
      { title: 'R = KL', digits: 2 },
      { title: 'D', digits: 2 },
      { title: '-ELBO', digits: 2 },
      { title: 'standard error', digits: 2 },
      { title: 'net on disk', digits: 2 },
      { title: 'R of -ELBO, %', digits: 1 },
    ],
    rows: networks.map(({ neighbours, point }) => {
      const { mean, error } = estimate(point.negElbo);
      const { rate, distortion, disk } = point;
      return [neighbours, rate.mean, distortion.mean, mean, error, disk.net, (100 * rate.mean) / mean];
    }),
  };
}

function digitsChecks(networks: readonly PlacedNetwork[]): Check[] {
  return networks.slice(1).flatMap(({ neighbours, point }, i) => {
    const before = networks[i];
    const what = `${decoderName(neighbours)} against ${before.neighbours}`;
    const errorOf = (a: Float64Array, b: Float64Array) =>
      ERRORS * estimate(a.map((bits, image) => bits - b[image])).error;
    const { rates, negElbo, rate, disk } = point;
    return [
      atMost(`KL, ${what}`, rate.mean, before.point.rate.mean, errorOf(rates, before.point.rates)),
      atMost(
        `-ELBO, ${what}`,
        estimate(negElbo).mean,
        estimate(before.point.negElbo).mean,
        errorOf(negElbo, before.point.negElbo),
      ),
      atMost(`on disk, ${what}`, disk.net, before.point.disk.net, errorOf(negElbo, before.point.negElbo)),
    ];
  });
}

export function photosTable(photos: readonly CodedPhoto[]): FigureTable {
  return {
    title: `A photo, ${PHOTO}`,
    columns: [
      { title: 'model' },
      { title: 'KL', digits: 4 },
      { title: 'likelihood', digits: 4 },
      { title: '-ELBO', digits: 4 },
      { title: 'net on disk', digits: 4 },
    ],
    rows: photos.map(({ model, bits: { kl, likelihood, negElbo, net } }) => [
      ...[model, kl, likelihood, negElbo, net],
    ]),
  };
}

function photosChecks(photos: readonly CodedPhoto[]): Check[] {
  const netOf = ({ bits }: CodedPhoto) => bits.net ?? Number.NaN;
  const [withLatents] = photos;
  return [
    atLeast(`KL, ${withLatents.model}`, withLatents.bits.kl ?? Number.NaN, LEAST_KL),
    ...photos
      .slice(1)
      .map((photo, i) =>
        atMost(`net on disk, ${photo.model} against ${photos[i].model}`, netOf(photo), netOf(photos[i])),
      ),
  ];
}

function digitsPlot(networks: readonly PlacedNetwork[]): Plot {
  const values = networks.flatMap(({ neighbours, point: { rate, distortion } }) => [
    { decoder: decoderName(neighbours), part: 'R, in z', bits: rate.mean },
    { decoder: decoderName(neighbours), part: 'D, by the decoder', bits: distortion.mean },
  ]);
  return stackedBars('Digits: -ELBO and its parts', 'bits an image', values);
}

function photosPlot(photos: readonly CodedPhoto[]): Plot {
  const values = photos.flatMap(({ model, bits: { kl, likelihood } }) => [
    { decoder: model, part: 'R, in z', bits: kl },
    { decoder: model, part: 'D, by the decoder', bits: likelihood },
  ]);
  return stackedBars(`${PHOTO}: -ELBO and its parts`, 'bits/dim', values);
}

function stackedBars(title: string, unit: string, values: readonly { decoder: string }[]): Plot {
  return {
    ...{ width: 380, height: 34 * new Set(values.map(({ decoder }) => decoder)).size },
    title,
    data: { values },
    mark: 'bar',
    encoding: {
      y: { field: 'decoder', type: 'nominal', title: null, sort: null },
      x: { field: 'bits', type: 'quantitative', title: unit },
      color: { field: 'part', type: 'nominal', title: null, sort: null },
      order: { field: 'part', sort: 'descending' },
    },
  };
}
