// What a model believes, drawn: samples, ways from one digit to another, the lower half of a digit given its upper one,
// and photos. A sample is what a decoder makes of random bits; coded again, it brackets the entropy of the model.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { codeDigits, drawDigits } from '../digits/coder.ts';
import { complete, log2PixelsOf } from '../digits/completion.ts';
import { staticDigits } from '../digits/data.ts';
import { boundOf, log2WeightsOf, posteriorsOf } from '../digits/estimates.ts';
import { type DigitsModel, PIXELS } from '../digits/model.ts';
import { sharedModel, sharedNetwork } from '../digits/networks.ts';
import { digitPicture, knownPicture, meansPicture } from '../digits/pictures.ts';
import { drawImages, logitsOf } from '../digits/sampling.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate, log2MeanExp2 } from '../frame/estimate.ts';
import { type Picture, pictureGrid } from '../frame/pictures.ts';
import { openPhotoModel, photoOfRandomBits } from '../photos/random-photos.ts';

/** Causal neighbours that the pixels of each network see. */
const NEIGHBOURS = [0, 10];
const IMAGES = 1000;
/** Importance samples of -log p(x), and images that it is estimated for. */
const SAMPLES = 50;
const ESTIMATED = 400;
/** Digits whose lower half is drawn, chains a digit, and steps of a chain. */
const COMPLETED = 60;
const CHAINS = 16;
const STEPS = 40;
/** The upper half. */
const KNOWN = PIXELS / 2;
/** Points of a way, its ends included. */
const POINTS = 9;
/** Test digits at the ends of the ways: 7 and 2, 1 and 0. */
const WAYS = [
  [0, 1],
  [2, 3],
];
const SHOWN = { samples: 12, completed: [0, 1, 3, 4], draws: 4 };
const PHOTO = { width: 128, height: 136 };
const PHOTOS = 3;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;
/** Share that the ink of samples may differ from that of test digits: the model's own fault included. */
const INK_TOLERANCE = 0.15;
/** Share by which a photo coded again may exceed the bits that it was decoded from. */
const PHOTO_EXCESS = 0.08;

export const generate: Claim = {
  name: 'generate',
  claim:
    'A sample is what a decoder makes of random bits; coded again it takes more, and the entropy lies between.',
  source: 'Kingma and Welling 2014; Rezende et al. 2014; Townsend et al. 2019; Grosse et al. 2015',
  ofDigits: true,
  run,
};

interface Network {
  readonly name: string;
  readonly model: DigitsModel;
  readonly tensors: NamedArrays;
}

async function run(bench: Bench): Promise<Findings> {
  const weights = await bench.weights(NEIGHBOURS.map((neighbours) => sharedNetwork({ neighbours, beta: 1 })));
  await bench.tensorFlow();
  const digits = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const networks = NEIGHBOURS.map((neighbours, i) => ({
    name: neighbours === 0 ? 'factorised' : `${neighbours} neighbours`,
    model: sharedModel(neighbours),
    tensors: weights[i].tensors,
  }));
  bench.progress('sampling digits');
  const samples = networks.map((network) => sampled(network, digits, bench));
  bench.progress('completing digits');
  const completions = networks.map((network) => completed(network, digits, bench));
  bench.progress('sampling photos');
  const photos = await sampledPhotos(bench);
  return {
    setting: {
      unit: 'bits an image of 784 binary pixels; of photos bits a sample, three a pixel',
      mean: `over ${IMAGES} samples (-log p(x): ${ESTIMATED}); completions over ${COMPLETED} test digits`,
      'samples of z': `${SAMPLES} for -log p(x); ${CHAINS} chains of ${STEPS} steps a completion`,
    },
    tables: [samplesTable(samples), completionsTable(completions), photosTable(photos)],
    plots: await Promise.all([
      samplesGrid(samples, digits),
      waysGrid(networks, digits, bench),
      completionsGrid(networks, completions, digits),
      photosGrid(photos),
    ]),
    checks: [
      ...samples.flatMap(sampleChecks),
      ...completions.flatMap(completionChecks),
      ...photos.flatMap(({ decoded, coded }, i) => [
        atLeast(`photo ${i + 1}: coded, against decoded`, coded, decoded),
        atMost(`photo ${i + 1}: coded over decoded`, coded / decoded, 1 + PHOTO_EXCESS),
      ]),
    ],
  };
}

const inkOf = (image: Uint8Array): number => image.reduce((sum, bit) => sum + bit, 0);

/** Of a, image by image, less b. */
function difference(a: Float64Array, b: Float64Array): Estimate {
  return estimate(a.map((value, image) => value - b[image]));
}

interface Sampled {
  readonly name: string;
  readonly samples: Costs;
  /** Bits of each sample that it was decoded from. */
  readonly decoded: Float64Array;
  readonly digits: Costs;
}

/** What a network says of images. */
interface Costs {
  readonly images: readonly Uint8Array[];
  /** Net bits of each on disk. */
  readonly coded: Float64Array;
  /** -L_k of the first ones. */
  readonly nll: Float64Array;
  readonly ink: Estimate;
}

function sampled({ name, model, tensors }: Network, digits: readonly Uint8Array[], bench: Bench): Sampled {
  const { neighbours } = model.sizes;
  const { images, bits } = drawDigits(model, tensors, IMAGES, bench.random(0, neighbours));
  const costs = (of: readonly Uint8Array[]): Costs => {
    const log2Weights = log2WeightsOf(
      model,
      tensors,
      of.slice(0, ESTIMATED),
      SAMPLES,
      bench.random(1, neighbours),
    );
    return {
      images: of,
      coded: codeDigits(model, tensors, of).nets,
      nll: Float64Array.from(log2Weights, (w) => -boundOf(w, SAMPLES)),
      ink: estimate(of.map(inkOf)),
    };
  };
  return { name, samples: costs(images), decoded: bits, digits: costs(digits) };
}

function samplesTable(sampled: readonly Sampled[]): FigureTable {
  const row = (name: string, decoded: Float64Array | null, { nll, coded, ink }: Costs) => [
    name,
    decoded && estimate(decoded).mean,
    estimate(nll).mean,
    estimate(coded).mean,
    decoded && difference(coded, decoded).mean,
    decoded && difference(coded, decoded).error,
    ink.mean,
    ink.error,
  ];
  return {
    title: 'Samples: random bits decoded, and coded again',
    columns: [
      { title: 'images' },
      { title: 'decoded from', digits: 2 },
      { title: `-log p(x), -L_${SAMPLES}`, digits: 2 },
      { title: 'coded to', digits: 2 },
      { title: 'coded - decoded', digits: 2 },
      { title: 'standard error', digits: 2 },
      { title: 'white pixels', digits: 1 },
      { title: 'standard error', digits: 1 },
    ],
    rows: sampled.flatMap(({ name, samples, decoded, digits }) => [
      row(`samples, ${name}`, decoded, samples),
      row(`test digits, ${name}`, null, digits),
    ]),
  };
}

function sampleChecks({ name, samples, decoded, digits }: Sampled): Check[] {
  const { nll, coded, ink } = samples;
  const below = difference(nll, decoded.subarray(0, ESTIMATED));
  const above = difference(nll, coded.subarray(0, ESTIMATED));
  const excess = difference(coded, decoded);
  return [
    atLeast(`${name}: coded less decoded`, excess.mean, 0, ERRORS * excess.error),
    atLeast(`${name}: -log p(x) less decoded`, below.mean, 0, ERRORS * below.error),
    atMost(`${name}: -log p(x) less coded`, above.mean, 0, ERRORS * above.error),
    within(`${name}: white pixels over those of test digits`, ink.mean / digits.ink.mean, 1, INK_TOLERANCE),
  ];
}

interface Completed {
  readonly name: string;
  /** All chains of a digit, then those of the next. */
  readonly images: readonly Uint8Array[];
  readonly accepted: number;
  /** Bits of the lower halves that are there, by z given the own upper half, another digit's, and nothing. */
  readonly own: Float64Array;
  readonly other: Float64Array;
  readonly nothing: Float64Array;
  /** White pixels of the lower half: drawn less there. */
  readonly ink: Estimate;
}

function completed({ name, model, tensors }: Network, all: readonly Uint8Array[], bench: Bench): Completed {
  const digits = all.slice(0, COMPLETED);
  const random = bench.random(2, model.sizes.neighbours);
  const { images, z, accepted } = complete(
    model,
    tensors,
    { images: digits, from: KNOWN },
    { chains: CHAINS, steps: STEPS },
    random,
  );
  /** Of each digit's lower half, by the chains of the digit `ahead` of it. */
  const costs = (latents: Float32Array, ahead: number): Float64Array => {
    const rows = digits.flatMap((_, i) =>
      new Array<Uint8Array>(CHAINS).fill(digits[(i + COMPLETED - ahead) % COMPLETED]),
    );
    const log2 = log2PixelsOf(model, tensors, rows, latents, [KNOWN, PIXELS]);
    return Float64Array.from(digits, (_, i) => -log2MeanExp2(log2, i * CHAINS, (i + 1) * CHAINS));
  };
  const inkBelow = (image: Uint8Array): number => inkOf(image.subarray(KNOWN));
  return {
    name,
    images,
    accepted,
    own: costs(z, 0),
    other: costs(z, 1),
    nothing: costs(random.normals(z.length), 0),
    ink: estimate(
      digits.map(
        (digit, i) =>
          images.slice(i * CHAINS, (i + 1) * CHAINS).reduce((sum, image) => sum + inkBelow(image), 0) /
            CHAINS -
          inkBelow(digit),
      ),
    ),
  };
}

function completionsTable(completions: readonly Completed[]): FigureTable {
  return {
    title: `Lower halves: bits by the mean of ${CHAINS} z's`,
    columns: [
      { title: 'likelihood' },
      { title: 'z given the own upper half', digits: 1 },
      { title: "another digit's", digits: 1 },
      { title: 'nothing', digits: 1 },
      { title: 'white pixels, drawn less there', digits: 1 },
      { title: 'standard error', digits: 1 },
      { title: 'proposals accepted', digits: 2 },
    ],
    rows: completions.map(({ name, own, other, nothing, ink, accepted }) => [
      name,
      ...[own, other, nothing].map((bits) => estimate(bits).mean),
      ink.mean,
      ink.error,
      accepted,
    ]),
  };
}

function completionChecks({ name, own, other, nothing, ink }: Completed): Check[] {
  const against = (what: string, bits: Float64Array): Check => {
    const saved = difference(bits, own);
    return atLeast(`${name}: bits that the own upper half saves, against ${what}`, saved.mean, 0);
  };
  return [
    against("another digit's", other),
    against('nothing', nothing),
    within(`${name}: white pixels of lower halves, drawn less there`, ink.mean, 0, ERRORS * ink.error + 2),
  ];
}

interface SampledPhoto {
  readonly levels: Uint8Array;
  /** Bits a sample. */
  readonly decoded: number;
  readonly coded: number;
  /** Bits a tile. */
  readonly kl: number;
}

/** The first ones have bits of their own each; the last share those of green and red with the first. */
export async function sampledPhotos(bench: Bench): Promise<SampledPhoto[]> {
  const photoModel = await openPhotoModel();
  const { width, height } = PHOTO;
  const samples = 3 * width * height;
  const photos: SampledPhoto[] = [];
  for (const [first, blue] of [...Array(PHOTOS).keys()].flatMap((i) => [
    [i, 0],
    [i, 1],
  ])) {
    const randoms = [bench.random(3, first, 0), bench.random(3, first, 1), bench.random(3, first, 2, blue)];
    const { levels, bits } = photoOfRandomBits(photoModel, PHOTO, randoms);
    const shape = { width, height, channels: 3, bitDepth: 8, images: 1 } as const;
    const { lengths } = await photoModel.model.open(shape, { threads: 1 }).encode(levels);
    const tiles = Math.floor(width / 16) * Math.floor((height - 8) / 16);
    photos.push({ levels, decoded: bits / samples, coded: lengths.net / samples, kl: lengths.kl / tiles });
  }
  return photos;
}

export function photosTable(photos: readonly SampledPhoto[]): FigureTable {
  return {
    title: 'Photos: random bits decoded by photo-static, and coded again',
    columns: [
      { title: 'number', digits: 0 },
      { title: 'decoded from, bits/sample', digits: 3 },
      { title: 'coded to, bits/sample', digits: 3 },
      { title: 'KL, bits a tile', digits: 1 },
    ],
    rows: photos.map(({ decoded, coded, kl }, i) => [i + 1, decoded, coded, kl]),
  };
}

const DIGIT_CELL = { width: 40, height: 40 };
const unnamed = (count: number): string[] => new Array<string>(count).fill('');

function samplesGrid(sampled: readonly Sampled[], digits: readonly Uint8Array[]): Promise<Plot> {
  const first = (images: readonly Uint8Array[]): Picture[] =>
    images.slice(0, SHOWN.samples).map(digitPicture);
  return pictureGrid({
    title: 'Samples: random bits, decoded',
    rows: ['test digits', ...sampled.map(({ name }) => name)],
    columns: unnamed(SHOWN.samples),
    pictures: [...first(digits), ...sampled.flatMap(({ samples }) => first(samples.images))],
    cell: DIGIT_CELL,
  });
}

/** From the posterior mean of a digit to that of another: what z says of the pixels, and draws. */
function waysGrid(networks: readonly Network[], digits: readonly Uint8Array[], bench: Bench): Promise<Plot> {
  const rows = WAYS.flatMap((ends) =>
    networks.map(({ name, model, tensors }) => {
      const { latents, neighbours } = model.sizes;
      const { means } = posteriorsOf(
        model,
        tensors,
        ends.map((index) => digits[index]),
      );
      const z = Float32Array.from({ length: POINTS * latents }, (_, i) => {
        const share = Math.floor(i / latents) / (POINTS - 1);
        const unit = i % latents;
        return (1 - share) * means[unit] + share * means[latents + unit];
      });
      const logits = logitsOf(model, tensors, z);
      const draws = drawImages(model, tensors, z, bench.random(4, neighbours));
      const pictures = draws.map((draw, i) =>
        neighbours === 0 ? meansPicture(logits, i) : digitPicture(draw),
      );
      return { name: neighbours === 0 ? `${name}, p(x|z)` : `${name}, draws`, pictures };
    }),
  );
  return pictureGrid({
    title: 'Ways through z, from one test digit to another',
    rows: rows.map(({ name }) => name),
    columns: unnamed(POINTS),
    pictures: rows.flatMap(({ pictures }) => pictures),
    cell: DIGIT_CELL,
  });
}

function completionsGrid(
  networks: readonly Network[],
  completions: readonly Completed[],
  digits: readonly Uint8Array[],
): Promise<Plot> {
  const { completed: shown, draws } = SHOWN;
  return pictureGrid({
    title: 'Lower halves, drawn given the upper ones',
    rows: unnamed(shown.length),
    columns: ['digit', 'known', ...networks.flatMap(({ name }) => [name, ...unnamed(draws - 1)])],
    pictures: shown.flatMap((index) => [
      digitPicture(digits[index]),
      knownPicture(digits[index], KNOWN),
      ...completions.flatMap(({ images }) =>
        images.slice(index * CHAINS, index * CHAINS + draws).map(digitPicture),
      ),
    ]),
    cell: { width: 52, height: 52 },
  });
}

function photosGrid(photos: readonly SampledPhoto[]): Promise<Plot> {
  const rows = [0, 1].flatMap((parity) => photos.filter((_, i) => i % 2 === parity));
  return pictureGrid({
    title: 'Random bits, decoded by photo-static',
    rows: ['', 'other z, blue'],
    columns: unnamed(PHOTOS),
    pictures: rows.map(({ levels }) => ({ ...PHOTO, levels })),
    cell: PHOTO,
  });
}
