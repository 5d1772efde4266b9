// One -ELBO, many ways to spend it: networks over beta and over decoders of growing power in the plane of rate and
// distortion, with what lies on disk; H - D <= I <= R where H is known, and what is left of it elsewhere.

import { staticDigits } from '../digits/data.ts';
import { type PlacedNetwork, placeNetworks } from '../digits/point.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import { contrast } from '../information/contrast.ts';
import { gaussianDensities, sampleGaussians } from '../information/gaussians.ts';
import { type EncoderTerms, encoderFor, termsOf, whitePosteriors } from '../linear/encoder.ts';
import { ENTROPY } from '../linear/model.ts';
import { networkPictures } from '../plane/pictures.ts';
import { decoderName, diskPlot, planePlot } from '../plane/plots.ts';

/** Between the decoder that sees nothing and the one that sees most, two points: each takes a minute to train. */
const DECODERS = [
  { neighbours: 0, betas: [0.5, 1, 2, 4] },
  { neighbours: 2, betas: [1, 2] },
  { neighbours: 10, betas: [0.5, 1, 2, 4] },
];
const IMAGES = 2000;
/** Of the linear model, where H is known. */
const VECTORS = 2000;
const LINEAR_BETAS = [0.25, 0.5, 1, 2, 4];
/** Pictures a row. */
const SHOWN = 12;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;
/** Bits that estimates of I may be off: their spread is less than a tenth. */
const INFORMATION_TOLERANCE = 0.2;
/** The slope between two points may miss their betas by this factor: training ends before the best is reached. */
const SLOPE_SLACK = 1.3;
/** Net on disk above -ELBO, percent. */
const MOST_OVERHEAD = 0.1;

export const rateDistortion: Claim = {
  name: 'rate-distortion',
  claim:
    'beta and the decoder split -ELBO into rate and distortion; on disk their sum counts, and beta = 1 is best.',
  source: 'Alemi et al. 2018, Fixing a Broken ELBO, sections 2 to 4; H - D <= I <= R',
  ofDigits: true,
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const images = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const studies = DECODERS.flatMap(({ neighbours, betas }) => betas.map((beta) => ({ neighbours, beta })));
  const networks = await placeNetworks(bench, studies, images, 0);
  const known = knownPoints(bench);
  const pair = nearPair(networks);
  const pictures = networkPictures(pair, pair.map(label), images.slice(0, SHOWN), bench.random(2));
  return {
    setting: {
      unit: 'bits an image of 784 pixels; of the linear model, bits of four dimensions together',
      mean: `over the first ${IMAGES} test digits, binarised; over ${VECTORS} vectors of the linear model`,
      'samples of z': '1 an image for D and I, R in closed form; on disk those that the message draws',
    },
    tables: [planeTable(networks), slopeTable(networks), knownTable(known)],
    plots: [planePlot(networks), diskPlot(networks), ...(await pictures)],
    checks: [...planeChecks(networks), ...slopeChecks(networks), ...knownChecks(known)],
  };
}

/** The least upper bound of the data's entropy: with the aggregate posterior as its prior, a network costs D + I. */
function entropyBound(networks: readonly PlacedNetwork[]): number {
  return Math.min(...networks.map(({ point }) => point.distortion.mean + point.information.upper));
}

function planeTable(networks: readonly PlacedNetwork[]): FigureTable {
  const bound = entropyBound(networks);
  return {
    title: `Networks of digits; the entropy of the data is ${bound.toFixed(1)} at most, the least D + I of all`,
    columns: [
      { title: 'neighbours', digits: 0 },
      { title: 'beta', digits: 1 },
      { title: 'R', digits: 2 },
      { title: 'D', digits: 2 },
      { title: '-ELBO', digits: 2 },
      { title: 'standard error', digits: 2 },
      { title: 'net on disk', digits: 2 },
      { title: 'net over -ELBO, %', digits: 3 },
      { title: 'H - D, at most', digits: 2 },
      { title: 'I, at least', digits: 2 },
      { title: 'I, at most', digits: 2 },
    ],
    rows: networks.map(({ neighbours, beta, point }) => {
      const { rate, distortion, information, disk } = point;
      const negElbo = estimate(point.negElbo);
      return [
        ...[neighbours, beta, rate.mean, distortion.mean, negElbo.mean, negElbo.error],
        ...[disk.net, overhead(point)],
        ...[bound - distortion.mean, information.lower, information.upper],
      ];
    }),
  };
}

/** Percent of -ELBO at the latents that the message drew. */
function overhead({ disk }: PlacedNetwork['point']): number {
  return 100 * (disk.net / disk.negElbo - 1);
}

function planeChecks(networks: readonly PlacedNetwork[]): Check[] {
  const each = networks.flatMap((network) => [
    atMost(`net over -ELBO, %: ${label(network)}`, overhead(network.point), MOST_OVERHEAD),
    atMost(
      `I <= R: ${label(network)}`,
      network.point.information.lower,
      network.point.rate.mean,
      INFORMATION_TOLERANCE,
    ),
  ]);
  const best = DECODERS.flatMap(({ neighbours }) => {
    const row = networks.filter((network) => network.neighbours === neighbours);
    const one = row.find(({ beta }) => beta === 1) as PlacedNetwork;
    return row.flatMap((other) => {
      if (other === one) return [];
      const differences = other.point.negElbo.map((bits, i) => bits - one.point.negElbo[i]);
      const more = other.point.disk.net - one.point.disk.net;
      const what = `on disk, ${decoderName(neighbours)}: beta ${other.beta} over beta 1`;
      return atLeast(what, more, ERRORS * estimate(differences).error);
    });
  });
  return [...best, ...each];
}

interface Slope {
  readonly neighbours: number;
  /** Of the two points. */
  readonly betas: readonly [number, number];
  /** Bits of D that a bit of R saves between them. */
  readonly slope: number;
}

/** Between points of the same decoder: were each the best for its beta, the slope would lie between their betas. */
function slopesOf(networks: readonly PlacedNetwork[]): Slope[] {
  return networks.slice(1).flatMap((second, i) => {
    const first = networks[i];
    if (first.neighbours !== second.neighbours) return [];
    const rise = second.point.distortion.mean - first.point.distortion.mean;
    const slope = rise / (first.point.rate.mean - second.point.rate.mean);
    return { neighbours: first.neighbours, betas: [first.beta, second.beta] as const, slope };
  });
}

function slopeTable(networks: readonly PlacedNetwork[]): FigureTable {
  return {
    title: 'Bits of D for a bit of R, from one beta to the next',
    columns: [
      { title: 'neighbours', digits: 0 },
      { title: 'from beta', digits: 1 },
      { title: 'to beta', digits: 1 },
      { title: '-dD / dR', digits: 2 },
    ],
    rows: slopesOf(networks).map(({ neighbours, betas, slope }) => [neighbours, ...betas, slope]),
  };
}

function slopeChecks(networks: readonly PlacedNetwork[]): Check[] {
  return slopesOf(networks).flatMap(({ neighbours, betas: [low, high], slope }) => {
    const what = `-dD / dR, ${decoderName(neighbours)}, from beta ${low} to ${high}`;
    return [
      atLeast(what, slope, low, low - low / SLOPE_SLACK),
      atMost(what, slope, high, high * SLOPE_SLACK - high),
    ];
  });
}

interface KnownPoint extends EncoderTerms {
  readonly beta: number;
  readonly estimated: Estimate;
}

export function knownPoints(bench: Bench): KnownPoint[] {
  return LINEAR_BETAS.map((beta, i) => linearPoint(bench, beta, i));
}

/** The linear model's best encoder for beta; its I also by the estimate that the networks' is made by. */
function linearPoint(bench: Bench, beta: number, index: number): KnownPoint {
  const encoder = encoderFor(beta);
  const random = bench.random(1, index);
  const posteriors = whitePosteriors(encoder, VECTORS, random);
  const densities = gaussianDensities(posteriors, sampleGaussians(posteriors, random));
  return { beta, ...termsOf(encoder), estimated: estimate(contrast(VECTORS, VECTORS, densities).lower) };
}

export function knownTable(points: readonly KnownPoint[]): FigureTable {
  return {
    title: `Where H is known: the linear model, H = ${ENTROPY.toFixed(4)}, and its best encoders`,
    columns: [
      { title: 'beta', digits: 2 },
      { title: 'R', digits: 4 },
      { title: 'D', digits: 4 },
      { title: '-ELBO', digits: 4 },
      { title: 'H - D', digits: 4 },
      { title: 'I', digits: 4 },
      { title: 'I, estimated', digits: 4 },
      { title: 'standard error', digits: 4 },
    ],
    rows: points.map(({ beta, rate, distortion, information, estimated }) => [
      ...[beta, rate, distortion, rate + distortion, ENTROPY - distortion, information],
      ...[estimated.mean, estimated.error],
    ]),
  };
}

function knownChecks(points: readonly KnownPoint[]): Check[] {
  return points.flatMap(({ beta, rate, distortion, information, estimated: { mean, error } }) => [
    within(`I, linear model, beta ${beta}`, mean, information, ERRORS * error),
    atLeast(`I >= H - D, linear model, beta ${beta}`, mean, ENTROPY - distortion, ERRORS * error),
    atMost(`I <= R, linear model, beta ${beta}`, mean, rate, ERRORS * error),
  ]);
}

/** Of all pairs of which one has twice the other's R, that whose -ELBO are nearest; the lower R first. */
function nearPair(networks: readonly PlacedNetwork[]): PlacedNetwork[] {
  const negElbo = ({ point }: PlacedNetwork) => point.rate.mean + point.distortion.mean;
  const pairs = networks.flatMap((low) =>
    networks
      .filter((high) => high.point.rate.mean >= 2 * low.point.rate.mean)
      .map((high) => ({ pair: [low, high], apart: Math.abs(negElbo(low) - negElbo(high)) })),
  );
  return pairs.reduce((best, other) => (other.apart < best.apart ? other : best)).pair;
}

function label({ neighbours, beta }: PlacedNetwork): string {
  return `${decoderName(neighbours)}, beta ${beta}`;
}
